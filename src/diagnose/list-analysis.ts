import { MAX_CLOCK_SKEW_MS } from '../health/findings.ts';
import type { Instant } from '../model/instant.ts';
import type { ClassifyStatus, StatusClass } from '../model/status.ts';
import { isInactive, type Token } from '../model/token.ts';
import { errorPosition } from '../pointone/field-errors.ts';
import { parseToken, REQUESTED_FIELDS, type RequestedField, withUnreadableExpiry } from '../pointone/token-parser.ts';
import { isObject } from '../runtime/json.ts';
import { type Affected, collectAffected, type ListedToken, MAX_EXAMPLES, tokenLabel } from './affected-tokens.ts';
import { Counter } from './counter.ts';
import { analyzeField, type FieldAnalysis } from './field-analysis.ts';
import type { Masking } from './masking.ts';
import { findOwnToken, type OwnToken } from './own-token.ts';

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
  /** A few tokens of this status, as in `Affected`. */
  readonly examples: readonly string[];
}

/** What a list of tokens says about the API. Contains no names and descriptions unless names are shown. */
export interface ListAnalysis {
  readonly tokens: number;
  /** Items of the list that are not objects. */
  readonly notObjects: number;
  /** Tokens whose fields all have a readable value. A null expiry is none. */
  readonly complete: number;
  /** Tokens whose expiry is known. */
  readonly knownExpiries: number;
  /** Those of them that count as usable. The exporter can warn of their expiry. */
  readonly watched: number;
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
  /** The time of the API if it is known: the clock of this machine may be wrong. */
  readonly at: Instant;
  /** The errors beside the list. */
  readonly errors: readonly unknown[];
  readonly masking: Masking;
  /** The times in the exporter's own credential, if it is a JWT. */
  readonly credential: { readonly expiresAt: Instant | undefined; readonly issuedAt: Instant | undefined };
}

/** Maximum number of values in the result. An enum has a few; the API could send anything. */
const MAX_VALUES = 20;

const HUNDRED_YEARS_MS = 100 * 365.25 * 86_400_000;

/**
 * Analyzes a list of tokens as the API returned it. Never throws: the items can be any JSON. The time grows linearly with
 * the list.
 */
export function analyzeList(
  items: readonly unknown[],
  { classifyStatus, at, errors, masking, credential }: ListOptions,
): ListAnalysis {
  const failed = failedFields(errors);
  const tokens = items.map((item, index): ListedToken => {
    const fields = failed.get(index) ?? NO_FIELDS;
    const parsed = parseToken(item, classifyStatus);
    const token = fields.has('expiresAt') && parsed.expiresAt === undefined ? withUnreadableExpiry(parsed) : parsed;
    return { item: isObject(item) ? item : {}, token, position: index + 1, failedFields: fields };
  });
  const affected = (applies: (token: Token) => boolean): Affected =>
    collectAffected(tokens, ({ token }) => applies(token), masking);
  const known = tokens.filter(({ token: { expiresAt } }) => expiresAt !== undefined);
  const lifetimes = tokens.flatMap(({ token: { createdAt, expiresAt } }) =>
    createdAt === undefined || expiresAt === undefined ? [] : [expiresAt - createdAt],
  );
  const { values: statuses, others: otherStatuses } = countStatuses(tokens, at, masking);
  const { values: roles, others: otherRoles } = countRoles(tokens, masking);
  return {
    tokens: items.length,
    notObjects: items.filter((item) => !isObject(item)).length,
    complete: known.filter(({ token }) => token.unreadable.length === 0).length,
    knownExpiries: known.length,
    watched: known.filter(({ token }) => !isInactive(token)).length,
    fields: REQUESTED_FIELDS.map((field) => analyzeField(tokens, field, masking)),
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

const NO_FIELDS: ReadonlySet<RequestedField> = new Set();

/** Returns the fields that raised an error, by the index of their item. */
function failedFields(errors: readonly unknown[]): ReadonlyMap<number, ReadonlySet<RequestedField>> {
  const failed = new Map<number, Set<RequestedField>>();
  for (const error of errors) {
    const position = errorPosition(error);
    if (position === undefined) continue;
    const fields = failed.get(position.index) ?? new Set();
    failed.set(position.index, fields);
    for (const field of position.field === undefined ? REQUESTED_FIELDS : [position.field]) fields.add(field);
  }
  return failed;
}

function countStatuses(
  tokens: readonly ListedToken[],
  at: Instant,
  masking: Masking,
): { readonly values: readonly StatusCount[]; readonly others: number } {
  const statuses = new Counter<Omit<StatusCount, 'count' | keyof Members> & Members>();
  for (const listed of tokens) {
    const { token } = listed;
    if (token.status === '') continue;
    const counted = statuses.add(token.status, () => ({
      ...masked(token.status, masking),
      statusClass: token.statusClass,
      withExpiry: 0,
      pastExpiry: 0,
      examples: [],
    }));
    if (counted === undefined) continue;
    if (counted.examples.length < MAX_EXAMPLES) counted.examples.push(tokenLabel(listed, masking));
    if (token.expiresAt === undefined) continue;
    counted.withExpiry += 1;
    if (isPastExpiry(token, at)) counted.pastExpiry += 1;
  }
  const { values, others } = statuses.mostFrequent(MAX_VALUES);
  return { values: values.map(({ value, count }) => ({ ...value, count })), others };
}

/** What is counted of the tokens of one status. */
interface Members {
  withExpiry: number;
  pastExpiry: number;
  readonly examples: string[];
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
