import { MAX_CLOCK_SKEW_MS } from '../health/findings.ts';
import type { Instant } from '../model/instant.ts';
import type { ClassifyStatus, StatusClass } from '../model/status.ts';
import type { Token } from '../model/token.ts';
import { parseToken } from '../pointone/token-parser.ts';
import { isObject } from '../runtime/json.ts';
import { Counter } from './counter.ts';
import type { Masking } from './masking.ts';
import { findOwnToken, type ListedToken, type OwnToken } from './own-token.ts';
import { REQUESTED_FIELDS, type RequestedField } from './requested-fields.ts';
import { type DateReading, describeDate, describeKind } from './value-format.ts';

/** One format of a field's values, and how often it occurs. */
interface FormatCount {
  readonly format: string;
  /** How the exporter reads a date of this format. Undefined for other fields. */
  readonly reading: DateReading | undefined;
  readonly count: number;
}

/** The values of one field. The four counts add up to the number of tokens. */
export interface FieldAnalysis {
  readonly field: RequestedField;
  /** Values that the exporter can read. */
  readonly present: number;
  readonly null: number;
  readonly missing: number;
  readonly unreadable: number;
  /** The most frequent formats first. */
  readonly formats: readonly FormatCount[];
  /** Number of values with further formats. */
  readonly otherFormats: number;
}

/** One value of a status or role, masked. */
interface ValueCount {
  readonly shown: string;
  /** Whether `shown` is the value as the API spells it. */
  readonly isWord: boolean;
  readonly count: number;
}

interface StatusCount extends ValueCount {
  readonly statusClass: StatusClass | undefined;
  /** Tokens of this status whose expiry is known. */
  readonly withExpiry: number;
  readonly pastExpiry: number;
}

/** The tokens with some property: their number, and a label for a few of them. */
export interface Affected {
  readonly count: number;
  /** `#3` is the third token of the list. Its name follows if names are shown. */
  readonly examples: readonly string[];
}

/** What a list of tokens says about the API. Contains no names and descriptions unless names are shown. */
export interface ListAnalysis {
  readonly tokens: number;
  /** Items of the list that are not objects. */
  readonly notObjects: number;
  /** Tokens whose fields are all readable. A null expiry is readable: it means "unknown". */
  readonly complete: number;
  readonly fields: readonly FieldAnalysis[];
  /** The most frequent first. */
  readonly statuses: readonly StatusCount[];
  /** Tokens with further statuses, which are not in `statuses`. */
  readonly otherStatuses: number;
  readonly roles: readonly ValueCount[];
  readonly otherRoles: number;
  /** Tokens with the name, role and creation time of an earlier token. Metrics cannot distinguish them. */
  readonly duplicates: Affected;
  /** Names that occur more than once. */
  readonly repeatedNames: number;
  /** Tokens that are still listed after their expiry. */
  readonly pastExpiry: Affected;
  /** Tokens of the class EXPIRED before their expiry. */
  readonly expiredEarly: Affected;
  readonly createdInFuture: Affected;
  /** Tokens that expire before they are created. */
  readonly expiresBeforeCreation: Affected;
  /** Tokens that expire in more than a hundred years: probably dates in another unit. */
  readonly implausibleExpiry: Affected;
  /** From creation to expiry, in milliseconds. Undefined if no token has both dates. */
  readonly lifetimesMs: { readonly min: number; readonly max: number } | undefined;
  readonly own: OwnToken;
}

export interface ListOptions {
  readonly classifyStatus: ClassifyStatus;
  readonly at: Instant;
  readonly masking: Masking;
  /** The times in the exporter's own credential, if it is a JWT. */
  readonly credential: { readonly expiresAt: Instant | undefined; readonly issuedAt: Instant | undefined };
}

/** Maximum number of values and formats in the result. An enum and a date have a few; the API could send anything. */
const MAX_VALUES = 20;
const MAX_FORMATS = 6;

const MAX_EXAMPLES = 5;

const HUNDRED_YEARS_MS = 100 * 365.25 * 86_400_000;

/**
 * Analyzes a list of tokens as the API returned it. Never throws: the items can be any JSON. The time grows linearly with
 * the list.
 */
export function analyzeList(
  items: readonly unknown[],
  { classifyStatus, at, masking, credential }: ListOptions,
): ListAnalysis {
  const tokens = items.map((item, index) => ({
    item: isObject(item) ? item : {},
    token: parseToken(item, classifyStatus),
    position: index + 1,
  }));
  const affected = (applies: (token: Token) => boolean): Affected => collectAffected(tokens, applies, masking);
  const lifetimes = tokens.flatMap(({ token: { createdAt, expiresAt } }) =>
    createdAt === undefined || expiresAt === undefined ? [] : [expiresAt - createdAt],
  );
  const { values: statuses, others: otherStatuses } = countStatuses(tokens, at, masking);
  const { values: roles, others: otherRoles } = countRoles(tokens, masking);
  return {
    tokens: items.length,
    notObjects: items.filter((item) => !isObject(item)).length,
    complete: tokens.filter(({ token }) => token.unreadable.length === 0).length,
    fields: REQUESTED_FIELDS.map((field) => analyzeField(tokens, field)),
    statuses,
    otherStatuses,
    roles,
    otherRoles,
    duplicates: affected(createDuplicateTest()),
    repeatedNames: countRepeatedNames(tokens),
    pastExpiry: affected((token) => isPastExpiry(token, at)),
    expiredEarly: affected(
      ({ statusClass, expiresAt }) => statusClass === 'EXPIRED' && expiresAt !== undefined && expiresAt > at,
    ),
    createdInFuture: affected(({ createdAt }) => createdAt !== undefined && createdAt > at + MAX_CLOCK_SKEW_MS),
    expiresBeforeCreation: affected(
      ({ createdAt, expiresAt }) => createdAt !== undefined && expiresAt !== undefined && expiresAt < createdAt,
    ),
    implausibleExpiry: affected(({ expiresAt }) => expiresAt !== undefined && expiresAt > at + HUNDRED_YEARS_MS),
    lifetimesMs:
      lifetimes.length === 0
        ? undefined
        : {
            min: lifetimes.reduce((a, b) => Math.min(a, b)),
            max: lifetimes.reduce((a, b) => Math.max(a, b)),
          },
    own: findOwnToken(tokens, credential, masking),
  };
}

function isPastExpiry({ expiresAt }: Token, at: Instant): boolean {
  return expiresAt !== undefined && expiresAt <= at;
}

function analyzeField(tokens: readonly ListedToken[], field: RequestedField): FieldAnalysis {
  const counts = { present: 0, null: 0, missing: 0, unreadable: 0 };
  const formats = new Counter<Omit<FormatCount, 'count'>>();
  for (const { item } of tokens) {
    const value = item[field];
    const { format, reading, isReadable } = describeField(field, value);
    counts[value === undefined ? 'missing' : value === null ? 'null' : isReadable ? 'present' : 'unreadable'] += 1;
    if (value !== undefined && value !== null) formats.add(`${reading} ${format}`, () => ({ format, reading }));
  }
  const { values, others } = formats.mostFrequent(MAX_FORMATS);
  return {
    field,
    ...counts,
    formats: values.map(({ value, count }) => ({ ...value, count })),
    otherFormats: others,
  };
}

function describeField(
  field: RequestedField,
  value: unknown,
): Omit<FormatCount, 'count'> & { readonly isReadable: boolean } {
  if (field === 'createdAt' || field === 'expiresAt') {
    const { format, reading } = describeDate(value);
    return { format, reading, isReadable: reading !== 'unreadable' };
  }
  // An empty description is ordinary. The exporter counts any other empty string as unreadable.
  const isReadable = typeof value === 'string' && (value !== '' || field === 'description');
  return { format: describeKind(value), reading: undefined, isReadable };
}

function countStatuses(
  tokens: readonly ListedToken[],
  at: Instant,
  masking: Masking,
): { readonly values: readonly StatusCount[]; readonly others: number } {
  const statuses = new Counter<Omit<StatusCount, 'count' | 'withExpiry' | 'pastExpiry'> & Expiries>();
  for (const { token } of tokens) {
    if (token.status === '') continue;
    const counted = statuses.add(token.status, () => ({
      ...masked(token.status, masking),
      statusClass: token.statusClass,
      withExpiry: 0,
      pastExpiry: 0,
    }));
    if (counted === undefined || token.expiresAt === undefined) continue;
    counted.withExpiry += 1;
    if (isPastExpiry(token, at)) counted.pastExpiry += 1;
  }
  const { values, others } = statuses.mostFrequent(MAX_VALUES);
  return { values: values.map(({ value, count }) => ({ ...value, count })), others };
}

interface Expiries {
  withExpiry: number;
  pastExpiry: number;
}

function countRoles(
  tokens: readonly ListedToken[],
  masking: Masking,
): { readonly values: readonly ValueCount[]; readonly others: number } {
  const roles = new Counter<Omit<ValueCount, 'count'>>();
  for (const { token } of tokens) if (token.role !== '') roles.add(token.role, () => masked(token.role, masking));
  const { values, others } = roles.mostFrequent(MAX_VALUES);
  return { values: values.map(({ value, count }) => ({ ...value, count })), others };
}

function masked(value: string, masking: Masking): Omit<ValueCount, 'count'> {
  return { shown: masking.word(value), isWord: masking.isWord(value) };
}

/** Creates a test for tokens in the order of the list: whether an earlier one has the same name, role and creation. */
function createDuplicateTest(): (token: Token) => boolean {
  const seen = new Set<string>();
  return ({ name, role, createdAt }) => {
    const key = `${createdAt ?? ''} ${name.length} ${name}${role}`;
    const isDuplicate = seen.has(key);
    seen.add(key);
    return isDuplicate;
  };
}

function countRepeatedNames(tokens: readonly ListedToken[]): number {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { token } of tokens) {
    if (token.name !== '' && seen.has(token.name)) repeated.add(token.name);
    seen.add(token.name);
  }
  return repeated.size;
}

function collectAffected(
  tokens: readonly ListedToken[],
  applies: (token: Token) => boolean,
  masking: Masking,
): Affected {
  const affected = tokens.filter(({ token }) => applies(token));
  return {
    count: affected.length,
    examples: affected.slice(0, MAX_EXAMPLES).map((token) => tokenLabel(token, masking)),
  };
}

function tokenLabel({ token, position }: ListedToken, masking: Masking): string {
  if (!masking.showNames) return `#${position}`;
  const description = token.description === '' ? '' : ` (${masking.name(token.description)})`;
  return `#${position} ${masking.name(token.name)}${description}`;
}
