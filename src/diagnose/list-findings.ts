import { formatCount, formatDuration, formatNumber } from '../health/formats.ts';
import type { Instant } from '../model/instant.ts';
import type { RequestedField } from '../pointone/token-parser.ts';
import { type Affected, describeAffected, describeShare, joinAffected } from './affected-tokens.ts';
import { FAILED_FORMAT, type FieldAnalysis } from './field-analysis.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import type { ListAnalysis } from './list-analysis.ts';
import { WITHOUT_FIELD } from './without-field.ts';

/**
 * States what a list of tokens means for the exporter. Statuses and the exporter's own token are left to `statusFindings`
 * and `ownTokenFindings`, which know the settings.
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
    ...watchFindings(list),
    ...dateFindings(list),
    ...expiryFindings(list),
    ...identityFindings(list),
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
    list.complete === list.tokens
      ? formatCount(list.tokens, 'token')
      : `${formatNumber(list.complete)} of ${formatCount(list.tokens, 'token')}`;
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
      ...(nulls.count > 0
        ? [
            understood(
              'report',
              `expiresAt is null for ${describeShare(nulls, tokens)}. The exporter reads it as unknown and not as "never expires", so the alert PointOneTokenExpiryUnknown fires. Report what such a token does.`,
            ),
          ]
        : []),
      ...(missing.count > 0 ? [withoutField(`expiresAt is missing for ${describeShare(missing, tokens)}`, field)] : []),
    ];
  }
  const absent = joinAffected(nulls, missing);
  if (absent.count === 0) return [];
  const what = missing.count === 0 ? 'null' : nulls.count === 0 ? 'missing' : 'null or missing';
  return [withoutField(`${field} is ${what} for ${describeShare(absent, tokens)}`, field)];
}

function unreadableValueFindings({ field, unreadable, formats }: FieldAnalysis, tokens: number): Finding[] {
  if (unreadable.count === 0) return [];
  const seen = formats.filter((format) => isUnreadable(format, field)).map(({ format }) => format);
  const examples = seen.length === 0 ? '' : `: ${seen.slice(0, 3).join('; ')}`;
  const finding = withoutField(`${field} is unreadable for ${describeShare(unreadable, tokens)}${examples}`, field);
  // An error of the API has no format.
  const isFormat = seen.length === 0 || seen.some((format) => format !== FAILED_FORMAT);
  return (field === 'createdAt' || field === 'expiresAt') && isFormat
    ? [finding, notUnderstood('report', `Report the format of ${field}: no setting can change how dates are read.`)]
    : [finding];
}

function isUnreadable({ format, reading }: FieldAnalysis['formats'][number], field: RequestedField): boolean {
  return field === 'createdAt' || field === 'expiresAt' ? reading === 'unreadable' : format !== 'string';
}

function withoutField(text: string, field: RequestedField): Finding {
  return notUnderstood('problem', `${text}. ${WITHOUT_FIELD[field]} The alert PointOneTokenFieldUnreadable fires.`);
}

function watchFindings({ watched }: ListAnalysis): Finding[] {
  if (watched > 0) return [];
  return [
    notUnderstood(
      'problem',
      'No usable token has a known expiry, so the exporter watches none, and no alert on an expiry can fire.',
    ),
  ];
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
      understood(
        'note',
        'Dates without a zone are read as UTC. This is a guess: an expiry may be up to 14 hours earlier if the zone is ahead of UTC, or up to 12 hours later if it is behind. Compare one with the web interface.',
      ),
    );
  }
  if (readings.has('midnight')) {
    findings.push(
      understood(
        'note',
        'Dates without a time are read as midnight UTC. An expiry may be up to a day later, or up to 14 hours earlier if its zone is ahead of UTC.',
      ),
    );
  }
  const problem = (affected: Affected, does: string, why: string): void => {
    if (affected.count === 0) return;
    const has = affected.count === 1 ? 'has' : 'have';
    findings.push(notUnderstood('problem', `${describeAffected(affected)} ${has} ${does}. ${why}`));
  };
  problem(
    createdInFuture,
    'a creation date in the future',
    'The dates are not in the zone that the exporter assumes, or the clock of the API or of this machine is wrong.',
  );
  problem(expiresBeforeCreation, 'an expiry before the creation', 'The exporter may misread one of the dates.');
  problem(
    implausibleExpiry,
    'an expiry in more than 100 years',
    'The exporter may misread the date, or the API writes "never" in this way.',
  );
  return findings;
}

function expiryFindings({ statuses, knownExpiries, pastExpiry, expiredEarly, tokens }: ListAnalysis): Finding[] {
  if (knownExpiries === 0) return [];
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
        `${describeAffected(pastExpiry)} of ${tokens} ${are(pastExpiry)} still listed after the expiry, with the status ${seen.slice(0, 5).join(', ') || '(none)'}.`,
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
        `${describeAffected(expiredEarly)} ${are(expiredEarly)} expired by status before the expiry. The exporter counts such a token as expired. The status may mean something else, or the dates may be in another zone.`,
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
        `${describeAffected(duplicates)} ${duplicates.count === 1 ? 'has' : 'have'} the same name, role and creation as another one. The exporter exports one of them, and the alert PointOneDuplicateTokens fires.`,
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
