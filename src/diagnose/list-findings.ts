import { formatCount, formatDuration } from '../health/formats.ts';
import type { Instant } from '../model/instant.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import type { Affected, FieldAnalysis, ListAnalysis } from './list-analysis.ts';
import type { OwnToken } from './own-token.ts';
import { type RequestedField, WITHOUT_FIELD } from './requested-fields.ts';

/**
 * States what a list of tokens means for the exporter. Statuses of no class are left to `suggestStatuses`, which knows the
 * settings.
 */
export function listFindings(list: ListAnalysis): Finding[] {
  if (list.tokens === 0) {
    return [
      notUnderstood(
        'problem',
        "The list is empty: it does not even contain the exporter's own token. Nothing can be said about fields, dates and statuses. The alert PointOneTokenListEmpty fires.",
      ),
    ];
  }
  const findings = [
    ...(list.notObjects > 0
      ? [notUnderstood('problem', `${formatCount(list.notObjects, 'item')} of the list ${areNot(list.notObjects)}`)]
      : []),
    ...list.fields.flatMap((field) => fieldFindings(field, list.tokens)),
    ...dateFindings(list),
    ...expiryFindings(list),
    ...identityFindings(list),
    ...ownTokenFindings(list.own),
    ...(list.otherStatuses > 0
      ? [
          notUnderstood(
            'problem',
            `The list has more different statuses than this command shows: those of ${formatCount(list.otherStatuses, 'token')}.`,
          ),
        ]
      : []),
  ];
  if (list.complete === 0) return findings;
  const tokens =
    list.complete === list.tokens ? formatCount(list.tokens, 'token') : ofTokens(list.complete, list.tokens);
  return [understood('works', `The exporter reads the name, role, status and dates of ${tokens}.`), ...findings];
}

function areNot(count: number): string {
  return `${count === 1 ? 'is not an object' : 'are not objects'}. The exporter reads no field of such an item.`;
}

function fieldFindings(field: FieldAnalysis, tokens: number): Finding[] {
  if (field.field === 'description') return [];
  return [...missingValueFindings(field, tokens), ...unreadableValueFindings(field, tokens)];
}

function missingValueFindings({ field, null: nulls, missing }: FieldAnalysis, tokens: number): Finding[] {
  if (field === 'expiresAt') {
    return [
      ...(nulls > 0
        ? [
            understood(
              'report',
              `expiresAt is null for ${ofTokens(nulls, tokens)}. The exporter reads it as unknown and not as "never expires", so the alert PointOneTokenExpiryUnknown fires. Report what such a token does.`,
            ),
          ]
        : []),
      ...(missing > 0 ? [withoutField(`expiresAt is missing for ${ofTokens(missing, tokens)}`, field)] : []),
    ];
  }
  if (nulls + missing === 0) return [];
  const what = missing === 0 ? 'null' : nulls === 0 ? 'missing' : 'null or missing';
  return [withoutField(`${field} is ${what} for ${ofTokens(nulls + missing, tokens)}`, field)];
}

function unreadableValueFindings({ field, unreadable, formats }: FieldAnalysis, tokens: number): Finding[] {
  if (unreadable === 0) return [];
  const unreadableFormats = formats.filter((format) => isUnreadable(format, field)).map(({ format }) => format);
  const seen = unreadableFormats.length === 0 ? '' : ` (${unreadableFormats.slice(0, 3).join('; ')})`;
  const finding = withoutField(`${field} is unreadable for ${ofTokens(unreadable, tokens)}${seen}`, field);
  return field === 'createdAt' || field === 'expiresAt'
    ? [finding, notUnderstood('report', `Report the format of ${field}: no setting can change how dates are read.`)]
    : [finding];
}

function isUnreadable({ format, reading }: FieldAnalysis['formats'][number], field: RequestedField): boolean {
  return field === 'createdAt' || field === 'expiresAt' ? reading === 'unreadable' : format !== 'string';
}

function withoutField(text: string, field: RequestedField): Finding {
  return notUnderstood('problem', `${text}. ${WITHOUT_FIELD[field]} The alert PointOneTokenFieldUnreadable fires.`);
}

function ofTokens(count: number, tokens: number): string {
  return count === tokens ? 'every token' : `${count} of ${formatCount(tokens, 'token')}`;
}

function dateFindings({
  fields,
  createdInFuture,
  expiresBeforeCreation,
  implausibleExpiry,
  own,
}: ListAnalysis): Finding[] {
  const readings = new Set(fields.flatMap(({ formats }) => formats.map(({ reading }) => reading)));
  const findings: Finding[] = [];
  if (readings.has('utc') && own.match !== 'offset' && !(own.match === 'found' && own.hasDateWithoutZone)) {
    findings.push(
      understood('note', 'Dates without a zone are read as UTC. This is a guess: compare one with the web interface.'),
    );
  }
  if (readings.has('midnight')) {
    findings.push(
      understood('note', 'Dates without a time are read as midnight UTC, so an expiry may be up to a day later.'),
    );
  }
  const problem = (affected: Affected, does: string, why: string): void => {
    if (affected.count === 0) return;
    const has = affected.count === 1 ? 'has' : 'have';
    findings.push(notUnderstood('problem', `${count(affected)} ${has} ${does}. ${why}`));
  };
  problem(
    createdInFuture,
    'a creation date in the future',
    'The clock of this machine is wrong, or the dates are not in the zone that the exporter assumes.',
  );
  problem(expiresBeforeCreation, 'an expiry before the creation', 'The exporter may misread one of the dates.');
  problem(
    implausibleExpiry,
    'an expiry in more than 100 years',
    'The exporter may misread the date, or the API writes "never" in this way.',
  );
  return findings;
}

function expiryFindings({ statuses, pastExpiry, expiredEarly, tokens }: ListAnalysis): Finding[] {
  const findings: Finding[] = [];
  if (pastExpiry.count === 0) {
    findings.push(
      understood(
        'note',
        'No listed token is past its expiry: the API removes such tokens, or none of the tokens has expired yet.',
      ),
    );
  } else {
    const seen = statuses
      .filter(({ pastExpiry: past }) => past > 0)
      .map(({ shown, pastExpiry: past }) => `${shown} (${past})`);
    findings.push(
      understood(
        'note',
        `${count(pastExpiry)} of ${tokens} ${are(pastExpiry)} still listed after the expiry, with the status ${seen.slice(0, 5).join(', ') || '(none)'}.`,
      ),
    );
  }
  const active = statuses.filter(({ statusClass, pastExpiry: past }) => statusClass === 'ACTIVE' && past > 0);
  if (active.length > 0) {
    findings.push(
      understood(
        'report',
        'The API keeps calling tokens active after their expiry. The exporter goes by the date. The alert PointOneTokenStatusContradiction fires after an hour.',
      ),
    );
  }
  if (expiredEarly.count > 0) {
    findings.push(
      notUnderstood(
        'problem',
        `${count(expiredEarly)} ${are(expiredEarly)} expired by status before the expiry. The exporter counts such a token as expired. The status may mean something else, or the dates may be in another zone.`,
      ),
    );
  }
  return findings;
}

function identityFindings({ duplicates, repeatedNames }: ListAnalysis): Finding[] {
  const findings: Finding[] = [];
  if (duplicates.count > 0) {
    findings.push(
      understood(
        'note',
        `${count(duplicates)} ${duplicates.count === 1 ? 'has' : 'have'} the same name, role and creation as another one. The exporter exports one of them, and the alert PointOneDuplicateTokens fires.`,
      ),
    );
  }
  if (repeatedNames > 0) {
    findings.push(
      understood(
        'note',
        `${formatCount(repeatedNames, 'name')} ${repeatedNames === 1 ? 'is' : 'are'} used more than once, as after a rotation.`,
      ),
    );
  }
  return findings;
}

function ownTokenFindings(own: OwnToken): Finding[] {
  if (own.match === 'offset') {
    const hours = formatDuration(Math.abs(own.offsetMinutes) * 60_000);
    return [
      notUnderstood(
        'problem',
        `Dates without a zone are probably not UTC: those of the exporter's own token are ${hours} ${own.offsetMinutes > 0 ? 'ahead of' : 'behind'} its credential. If so, the exporter reports every expiry ${hours} too ${own.offsetMinutes > 0 ? 'late' : 'early'}. Compare one with the web interface, and report it.`,
      ),
    ];
  }
  if (own.match === 'found' && own.hasDateWithoutZone) {
    return [
      understood('works', "Dates without a zone are UTC: those of the exporter's own token agree with its credential."),
    ];
  }
  return [];
}

/** Returns, for example, `2 tokens (#3, #7)`. */
function count({ count: affected, examples }: Affected): string {
  const more = affected > examples.length ? ', ...' : '';
  return `${formatCount(affected, 'token')} (${examples.join(', ')}${more})`;
}

function are({ count: affected }: Affected): string {
  return affected === 1 ? 'is' : 'are';
}

/** Formats the shortest and the longest time from creation to expiry. */
export function formatLifetimes(lifetimes: ListAnalysis['lifetimesMs']): string {
  if (lifetimes === undefined) return 'unknown';
  const [min, max] = [lifetimes.min, lifetimes.max].map(formatLifetime);
  return min === max ? `${min}` : `${min} to ${max}`;
}

function formatLifetime(ms: Instant): string {
  return ms < 0 ? `-${formatDuration(-ms)}` : formatDuration(ms);
}
