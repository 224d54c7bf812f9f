import { readFault } from './fault-input.ts';
import type { Fault, FaultScope } from './faults.ts';
import { BadInput, readObject } from './input.ts';
import { TOKEN_FIELDS, TOKEN_ROLES, TOKEN_STATUSES, type WorldToken } from './world-token.ts';

/** Reads `{fault, user?, times?}`. Throws BadInput. */
export function readFaultOrder(value: unknown): { fault: Fault; scope: FaultScope } {
  const { fault, user, times } = readObject(value, ['fault', 'user', 'times'], 'a fault order');
  if (user !== undefined && typeof user !== 'string') throw new BadInput("user must be a user's id");
  if (times !== undefined && !(Number.isInteger(times) && (times as number) >= 1)) {
    throw new BadInput('times must be a whole number from 1');
  }
  const scope = {
    ...(user === undefined ? {} : { user }),
    ...(times === undefined ? {} : { times: times as number }),
  };
  return { fault: readFault(fault), scope };
}

/** Reads `{advanceSeconds}` or `{set}` into milliseconds. Throws BadInput. */
export function readClockMove(value: unknown): { advance: number } | { set: number } {
  const { advanceSeconds, set } = readObject(value, ['advanceSeconds', 'set'], 'a clock move');
  if ((advanceSeconds === undefined) === (set === undefined)) {
    throw new BadInput('give either {"advanceSeconds": NUMBER} or {"set": "2026-01-31T12:00:00Z"}');
  }
  if (set !== undefined) return { set: readInstant('set', set) };
  // A thousand years either way: what is beyond is a slip, and no Date could hold some of it.
  if (typeof advanceSeconds !== 'number' || Math.abs(advanceSeconds) > 31_556_952_000) {
    throw new BadInput('advanceSeconds must be a number of seconds, a thousand years at most');
  }
  return { advance: advanceSeconds * 1000 };
}

/**
 * Reads what to set of a token: any of its fields, instants as ISO 8601 or null, `odd` with values for the
 * wire and `omit` with the fields to leave out of it. Throws BadInput.
 */
export function readTokenChange(value: unknown): Partial<WorldToken> {
  const fields = readObject(value, [...TOKEN_FIELDS, 'odd', 'omit'], 'a token');
  const change: Partial<WorldToken> = {};
  for (const key of ['name', 'description'] as const) {
    const text = fields[key];
    if (text !== undefined) change[key] = readText(key, text);
  }
  for (const key of ['createdAt', 'expiresAt'] as const) {
    const instant = fields[key];
    if (instant !== undefined) change[key] = instant === null ? null : readInstant(key, instant);
  }
  const { role, status, odd, omit } = fields;
  if (role !== undefined) change.role = readOneOf('role', role, TOKEN_ROLES);
  if (status !== undefined) change.status = readOneOf('status', status, TOKEN_STATUSES);
  if (odd !== undefined || omit !== undefined) change.odd = { ...readOdd(odd), ...readOmitted(omit) };
  return change;
}

function readText(key: string, value: unknown): string | null {
  if (typeof value !== 'string' && value !== null) throw new BadInput(`${key} must be a string or null`);
  return value;
}

function readInstant(key: string, value: unknown): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new BadInput(`${key} must be an ISO 8601 instant, such as 2026-01-31T12:00:00Z`);
  return ms;
}

function readOneOf<T extends string>(key: string, value: unknown, accepted: readonly T[]): T {
  const found = accepted.find((candidate) => candidate === value);
  if (found === undefined) throw new BadInput(`${key} must be ${accepted.join(' or ')}; use "odd" for anything else`);
  return found;
}

function readOdd(odd: unknown): Record<string, unknown> {
  return odd === undefined ? {} : readObject(odd, TOKEN_FIELDS, 'odd');
}

function readOmitted(omit: unknown): Record<string, undefined> {
  if (omit === undefined) return {};
  if (!Array.isArray(omit)) throw new BadInput(`omit must be a list of: ${TOKEN_FIELDS.join(', ')}`);
  const entries = omit.map((field) => [readOneOf('omit', field, TOKEN_FIELDS), undefined] as const);
  return Object.fromEntries(entries);
}
