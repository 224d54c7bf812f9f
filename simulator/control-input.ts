import { DIALECTS, type Dialect } from './dialects.ts';
import type { Fault, FaultScope } from './faults.ts';
import { type SimulatedToken, TOKEN_FIELDS, TOKEN_ROLES, TOKEN_STATUSES } from './token.ts';

/** Parses `{fault, user?, times?}`. Throws ValidationError. */
export function parseFaultRequest(value: unknown): { fault: Fault; scope: FaultScope } {
  const { fault, user, times } = parseObject(value, ['fault', 'user', 'times'], 'the fault request');
  if (user !== undefined && typeof user !== 'string') throw new ValidationError('user must be the id of a user');
  if (times !== undefined && !(Number.isInteger(times) && (times as number) >= 1)) {
    throw new ValidationError('times must be an integer of at least 1');
  }
  const scope = {
    ...(user === undefined ? {} : { user }),
    ...(times === undefined ? {} : { times: times as number }),
  };
  return { fault: parseFault(fault), scope };
}

/** Parses `{dialect?, extraStatuses?}`. Throws ValidationError. */
export function parseStateChange(value: unknown): { dialect?: Dialect; extraStatuses?: string[] } {
  const { dialect, extraStatuses } = parseObject(value, ['dialect', 'extraStatuses'], 'the state');
  return {
    ...(dialect === undefined ? {} : { dialect: parseOneOf('dialect', dialect, DIALECTS) }),
    ...(extraStatuses === undefined ? {} : { extraStatuses: parseExtraStatuses(extraStatuses) }),
  };
}

function parseExtraStatuses(value: unknown): string[] {
  const isExtra = (status: unknown, index: number, all: unknown[]): status is string =>
    typeof status === 'string' &&
    /^[A-Z][A-Z0-9_]*$/.test(status) &&
    !TOKEN_STATUSES.some((known) => known === status) &&
    all.indexOf(status) === index;
  if (Array.isArray(value) && value.every(isExtra)) return value;
  throw new ValidationError(
    `extraStatuses must be a list of different names in upper case, such as SUSPENDED, without ${TOKEN_STATUSES.join(', ')}`,
  );
}

/** Parses `{advanceSeconds}` or `{set}` into milliseconds. Throws ValidationError. */
export function parseClockChange(value: unknown): { advance: number } | { set: number } {
  const { advanceSeconds, set } = parseObject(value, ['advanceSeconds', 'set'], 'the clock change');
  if ((advanceSeconds === undefined) === (set === undefined)) {
    throw new ValidationError('expected either {"advanceSeconds": NUMBER} or {"set": "2026-01-31T12:00:00Z"}');
  }
  if (set !== undefined) return { set: parseInstant('set', set) };
  // The limit is a thousand years in both directions: a larger value is a typing error, and a Date may not hold it.
  if (typeof advanceSeconds !== 'number' || Math.abs(advanceSeconds) > 31_556_952_000) {
    throw new ValidationError('advanceSeconds must be a number of seconds, at most a thousand years');
  }
  return { advance: advanceSeconds * 1000 };
}

/**
 * Parses the fields of a token to set. Instants are ISO 8601 or null. `odd` holds values that replace fields in the
 * response, and `omit` lists fields to leave out of it. Throws ValidationError.
 */
export function parseTokenChange(value: unknown): Partial<SimulatedToken> {
  const fields = parseObject(value, [...TOKEN_FIELDS, 'odd', 'omit'], 'the token');
  const change: Partial<SimulatedToken> = {};
  for (const key of ['name', 'description'] as const) {
    const text = fields[key];
    if (text !== undefined) change[key] = parseText(key, text);
  }
  for (const key of ['createdAt', 'expiresAt'] as const) {
    const instant = fields[key];
    if (instant !== undefined) change[key] = instant === null ? null : parseInstant(key, instant);
  }
  const { role, status, odd, omit } = fields;
  if (role !== undefined) change.role = parseOneOf('role', role, TOKEN_ROLES, OR_ODD);
  if (status !== undefined) change.status = parseOneOf('status', status, TOKEN_STATUSES, OR_ODD);
  if (odd !== undefined || omit !== undefined) change.odd = { ...parseOverrides(odd), ...parseOmittedFields(omit) };
  return change;
}

function parseText(key: string, value: unknown): string | null {
  if (typeof value !== 'string' && value !== null) throw new ValidationError(`${key} must be a string or null`);
  return value;
}

function parseInstant(key: string, value: unknown): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new ValidationError(`${key} must be an ISO 8601 instant, such as 2026-01-31T12:00:00Z`);
  return ms;
}

const OR_ODD = '; use "odd" for any other value';

function parseOneOf<T extends string>(key: string, value: unknown, accepted: readonly T[], hint = ''): T {
  const found = accepted.find((candidate) => candidate === value);
  if (found === undefined) throw new ValidationError(`${key} must be ${accepted.join(' or ')}${hint}`);
  return found;
}

function parseOverrides(odd: unknown): Record<string, unknown> {
  return odd === undefined ? {} : parseObject(odd, TOKEN_FIELDS, 'odd');
}

function parseOmittedFields(omit: unknown): Record<string, undefined> {
  if (omit === undefined) return {};
  if (!Array.isArray(omit)) throw new ValidationError(`omit must be a list of: ${TOKEN_FIELDS.join(', ')}`);
  const entries = omit.map((field) => [parseOneOf('omit', field, TOKEN_FIELDS), undefined] as const);
  return Object.fromEntries(entries);
}

/** Checks one field of a fault: `accepts` describes the accepted values, `test` reports whether a value is one. */
interface FieldCheck {
  readonly accepts: string;
  test(value: unknown): boolean;
}

interface FaultFields {
  readonly required?: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
}

const text: FieldCheck = { accepts: 'a string', test: (value) => typeof value === 'string' };
const flag: FieldCheck = { accepts: 'true or false', test: (value) => typeof value === 'boolean' };
const anything: FieldCheck = { accepts: 'any JSON value', test: (value) => value !== undefined };
const status = wholeNumber(200, 599);
const headers: FieldCheck = {
  accepts: 'an object of strings',
  test: (value) => typeof value === 'object' && value !== null && Object.values(value).every(text.test),
};
const tokenField: FieldCheck = {
  accepts: `one of: ${TOKEN_FIELDS.join(', ')}`,
  test: (value) => TOKEN_FIELDS.some((field) => field === value),
};
const encodedBody: FieldCheck = {
  accepts: '"gzip-bomb" or "real"',
  test: (value) => value === 'gzip-bomb' || value === 'real',
};
const fault: FieldCheck = {
  accepts: 'a fault',
  test(value) {
    parseFault(value);
    return true;
  },
};

const KINDS: Readonly<Record<Fault['kind'], FaultFields>> = {
  status: { required: { status }, optional: { body: text, headers } },
  body: { required: { body: text } },
  json: { required: { value: anything }, optional: { status } },
  errors: { optional: { code: text, status, withData: flag } },
  'field-error': {
    required: { index: wholeNumber(0, 1e6), field: tokenField },
    optional: { code: text, nullItem: flag },
  },
  'null-list': {},
  // biome-ignore lint/suspicious/noThenProperty: the value is never a function, so no promise resolution calls it
  latency: { required: { ms: wholeNumber(0, 2 ** 31 - 1) }, optional: { then: fault } },
  hang: {},
  hold: {},
  'half-body': {},
  'stall-body': {},
  trickle: { required: { bytesPerSecond: wholeNumber(1, 1e9) } },
  reset: {},
  oversized: { required: { bytes: wholeNumber(1, 1e12) }, optional: { contentLength: flag } },
  encoded: { required: { encoding: text }, optional: { body: encodedBody } },
  'malformed-http': {},
  'wrong-length': { required: { declared: wholeNumber(0, 1e12) } },
  'no-date': {},
  'echo-credential': { optional: { status } },
};

/** Parses any JSON value as a fault. Throws ValidationError. */
export function parseFault(value: unknown): Fault {
  const kinds = Object.keys(KINDS);
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) {
    throw new ValidationError(`a fault must be an object whose kind is one of: ${kinds.join(', ')}`);
  }
  const { required = {}, optional = {} } = KINDS[kind as Fault['kind']];
  const checks = { ...required, ...optional };
  const fields = parseObject(value, ['kind', ...Object.keys(checks)], `the fault ${kind}`);
  for (const [key, check] of Object.entries(checks)) {
    const given = fields[key];
    if (given === undefined && !(key in required)) continue;
    if (!check.test(given)) throw new ValidationError(`${key} of the fault ${kind} must be ${check.accepts}`);
  }
  return fields as Fault;
}

function wholeNumber(from: number, to: number): FieldCheck {
  return {
    accepts: `an integer from ${from} to ${to}`,
    test: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

/** Rejects input of the control API. The message lists what the API accepts. */
export class ValidationError extends Error {}

/** Checks that a JSON value is an object with no other keys than `keys`. Throws ValidationError. */
function parseObject(value: unknown, keys: readonly string[], what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationError(`${what} must be a JSON object with: ${keys.join(', ')}`);
  }
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    throw new ValidationError(`${what} has no field ${unknown.join(', ')}; accepted: ${keys.join(', ') || 'nothing'}`);
  }
  return value as Record<string, unknown>;
}
