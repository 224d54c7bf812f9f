import { formatNumber, formatTimeLeft } from '../health/formats.ts';
import { formatInstant, type Instant } from '../model/instant.ts';
import { countAffected } from './affected-tokens.ts';
import { type CredentialAnalysis, formatClaims } from './credential-analysis.ts';
import { FINDING_KINDS, type Finding, type FindingKind, type SettingText } from './findings.ts';
import type { ListAnalysis } from './list-analysis.ts';
import { formatLifetimes } from './list-findings.ts';
import type { Masking } from './masking.ts';
import type { OwnToken } from './own-token.ts';
import type { EnumValue, Part, SchemaAnalysis, TokenField } from './schema.ts';
import { formatPairs, formatTable, wrap } from './text-layout.ts';
import type { DateReading } from './value-format.ts';

const READ_AS: Readonly<Record<DateReading, string>> = {
  exact: 'the instant it says',
  utc: 'UTC (it has no zone)',
  midnight: 'midnight UTC (it has no time)',
  unreadable: 'unreadable',
};

/** Formats the section about the list of tokens. The last step hides what is left of the credential. */
export function formatList(list: ListAnalysis, masking: Masking): string[] {
  const number = (value: number): string => formatNumber(value);
  const lines = [
    'Token list',
    ...formatPairs([
      ['tokens', number(list.tokens)],
      ...(list.notObjects > 0 ? [['not objects', number(list.notObjects)] as const] : []),
      ['repeated names', number(list.repeatedNames)],
      ['duplicates', countAffected(list.duplicates)],
      ['past expiry', countAffected(list.pastExpiry)],
      ['expired early', countAffected(list.expiredEarly)],
      ['created in the future', countAffected(list.createdInFuture)],
      ['lifetimes', formatLifetimes(list.lifetimesMs)],
      ["exporter's own token", ownToken(list.own)],
    ]),
    '',
    ...formatTable(
      [
        { title: 'FIELD' },
        ...['PRESENT', 'NULL', 'MISSING', 'UNREADABLE'].map((title) => ({ title, alignRight: true })),
      ],
      list.fields.map((field) => [
        field.field,
        ...[field.present, field.null.count, field.missing.count, field.unreadable.count].map(number),
      ]),
    ),
    '',
    ...formatTable(
      [{ title: 'FIELD' }, { title: 'COUNT', alignRight: true }, { title: 'FORMAT' }, { title: 'READ AS' }],
      list.fields.flatMap(({ field, formats, otherFormats }) => [
        ...formats.map(({ format, reading, count }) => [
          field,
          number(count),
          format,
          reading === undefined ? '' : READ_AS[reading],
        ]),
        ...(otherFormats > 0 ? [[field, number(otherFormats), 'other formats', '']] : []),
      ]),
    ),
    '',
    ...formatTable(
      [
        { title: 'STATUS' },
        { title: 'COUNT', alignRight: true },
        { title: 'PAST EXPIRY', alignRight: true },
        { title: 'CLASS' },
      ],
      [
        ...list.statuses.map(({ shown, count, pastExpiry, statusClass }) => [
          shown,
          number(count),
          number(pastExpiry),
          statusClass ?? 'none',
        ]),
        ...(list.otherStatuses > 0 ? [['(others)', number(list.otherStatuses)]] : []),
      ],
    ),
    '',
    ...formatTable(
      [{ title: 'ROLE' }, { title: 'COUNT', alignRight: true }],
      [
        ...list.roles.map(({ shown, count }) => [shown, number(count)]),
        ...(list.otherRoles > 0 ? [['(others)', number(list.otherRoles)]] : []),
      ],
    ),
  ];
  return lines.map(masking.redact);
}

function ownToken(own: OwnToken): string {
  switch (own.match) {
    case 'no_times':
      return 'unknown: the credential does not say when it expires';
    case 'not_found':
      return 'not found by the times of the credential';
    case 'not_comparable':
      return 'unknown: a listed expiry is unknown or has no time';
    case 'ambiguous':
      return 'several tokens have the times of the credential';
    default:
      return `#${own.position}, status ${own.status}, role ${own.role}`;
  }
}

/** Formats the section about the schema. */
export function formatSchema(schema: SchemaAnalysis, masking: Masking): string[] {
  const { fields, statuses, roles, query } = schema;
  const lines = [
    'Schema',
    ...formatPairs([
      ['query', partText(query, ({ type, arguments: args }) => `${type}, ${argumentsText(args)}`)],
      ['statuses', partText(statuses, (values) => values.map(statusText).join(', '))],
      ['roles', partText(roles, (values) => values.map(({ shown }) => shown).join(', '))],
      ...(typeof fields === 'string' ? [['fields', partText(fields, String)] as const] : []),
    ]),
    ...(typeof fields === 'string' ? [] : ['', ...fieldTable(fields)]),
  ];
  return lines.map(masking.redact);
}

function partText<Content>(part: Part<Content>, text: (content: Content) => string): string {
  if (part === 'absent') return 'not in the schema under the expected name';
  if (part === 'unknown') return 'not in the response';
  return text(part as Content) || 'none';
}

function argumentsText(args: readonly { readonly shown: string; readonly type: string }[]): string {
  return args.length === 0
    ? 'no arguments'
    : `arguments ${args.map(({ shown, type }) => `${shown}: ${type}`).join(', ')}`;
}

function statusText({ shown, statusClass }: EnumValue): string {
  return `${shown} (${statusClass ?? 'no class'})`;
}

function fieldTable(fields: readonly TokenField[]): string[] {
  return formatTable(
    [{ title: 'FIELD' }, { title: 'TYPE' }, { title: 'REQUESTED' }],
    fields.map(({ shown, type, requested, isDeprecated }) => [
      shown,
      type,
      `${requested === undefined ? 'no' : 'yes'}${isDeprecated ? ', deprecated' : ''}`,
    ]),
  );
}

/** Formats the section about the exporter's own credential. */
export function formatCredential(credential: CredentialAnalysis, at: Instant, masking: Masking): string[] {
  const { isJwt, expiresAt, issuedAt } = credential;
  const lines = [
    'Credential',
    ...formatPairs([
      ['format', isJwt ? 'JWT (decoded, not verified)' : 'not a JWT'],
      ...(isJwt
        ? ([
            [
              'expires',
              expiresAt === undefined ? 'unknown' : `${formatInstant(expiresAt)} (${formatTimeLeft(expiresAt, at)})`,
            ],
            ['issued', issuedAt === undefined ? 'unknown' : formatInstant(issuedAt)],
            ['claims', formatClaims(credential)],
          ] as const)
        : []),
    ]),
  ];
  return lines.map(masking.redact);
}

const KIND_TITLES: Readonly<Record<FindingKind, string>> = {
  works: 'Works',
  problem: 'Does not work',
  set: 'To set',
  report: 'To report',
  note: 'Notes',
};

/** Formats findings, grouped by kind. */
export function formatFindings(findings: readonly Finding[], masking: Masking): string[] {
  return FINDING_KINDS.flatMap((kind) => {
    const ofKind = findings.filter((finding) => finding.kind === kind);
    if (ofKind.length === 0) return [];
    return [`${KIND_TITLES[kind]}:`, ...ofKind.flatMap(findingLines)];
  }).map(masking.redact);
}

function findingLines({ text, settings = [] }: Finding): string[] {
  return [...wrap(text, '  - '), ...settings.flatMap(settingLines)];
}

/** The setting is on one line of its own, however long it is, so that it can be copied. */
function settingLines({ flag, variable }: SettingText): string[] {
  return [`      ${flag}`, `      or ${variable}`];
}
