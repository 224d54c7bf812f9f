import { formatInstant, type Instant } from './instant.ts';
import type { StatusClass } from './status.ts';

/** Lists the fields of a token that are checked and counted; monitoring does not need `description`. */
export const CHECKED_FIELDS = ['name', 'role', 'status', 'createdAt', 'expiresAt'] as const;
export type CheckedField = (typeof CHECKED_FIELDS)[number];

/** The readable metadata of one personal access token. It never contains the token's value. */
export interface Token {
  /** Empty if the API returned none. All strings are well-formed Unicode. */
  readonly name: string;
  readonly role: string;
  /** The status as the API spells it. */
  readonly status: string;
  /** Undefined if the status is empty or unknown. Everything except the display depends on the class alone. */
  readonly statusClass: StatusClass | undefined;
  readonly description: string;
  readonly createdAt: Instant | undefined;
  /** Undefined means *unknown*, not "never" or "now". */
  readonly expiresAt: Instant | undefined;
  /** The fields that were missing or unreadable. A null `expiresAt` is valid and not included. */
  readonly unreadable: readonly CheckedField[];
}

/** Returns the label `created_at`, which distinguishes a token from its successor of the same name and role. */
export function createdAtLabel(token: Token): string {
  return token.createdAt === undefined ? '' : formatInstant(token.createdAt);
}

/** Counts the tokens whose field is unreadable. */
export function countUnreadable(tokens: readonly Token[], field: CheckedField): number {
  return tokens.reduce((count, { unreadable }) => count + (unreadable.includes(field) ? 1 : 0), 0);
}

/**
 * Reports whether the API gave the token a status of no class. A missing status is not unknown: it counts as an unreadable
 * field.
 */
export function hasUnknownStatus({ status, statusClass }: Pick<Token, 'status' | 'statusClass'>): boolean {
  return status !== '' && statusClass === undefined;
}

/** Reports whether a token no longer works. A token of unknown status counts as usable. */
export function isInactive({ statusClass }: Pick<Token, 'statusClass'>): boolean {
  return statusClass === 'EXPIRED' || statusClass === 'REVOKED';
}

/**
 * Keeps one of the tokens that share name, role and `createdAt`, because metrics cannot distinguish them. The selection
 * minimizes false and missed alerts, and does not depend on the order of the list:
 * 1. a usable token before an expired or revoked one
 * 2. a token of unknown expiry
 * 3. the token that expires last
 *
 * @returns the tokens to export, in the order of their first occurrence.
 */
export function distinctTokens(tokens: readonly Token[]): readonly Token[] {
  // Fast path for most lists: tokens with different creation times are distinct.
  if (new Set(tokens.map(({ createdAt }) => createdAt)).size === tokens.length) return tokens;
  const selected = new Map<string, Token>();
  for (const token of tokens) {
    const key = identity(token);
    const current = selected.get(key);
    if (current === undefined || takesPrecedence(token, current)) selected.set(key, token);
  }
  return [...selected.values()];
}

function identity({ name, role, createdAt }: Token): string {
  // The length of the name makes the key unambiguous for any name and role.
  return `${createdAt ?? ''} ${name.length} ${name}${role}`;
}

function takesPrecedence(a: Token, b: Token): boolean {
  if (isInactive(a) !== isInactive(b)) return isInactive(b);
  if (a.expiresAt !== b.expiresAt) {
    return a.expiresAt === undefined || (b.expiresAt !== undefined && a.expiresAt > b.expiresAt);
  }
  // These fields only break ties: if the order of the response decided, series would flap.
  return a.status === b.status ? a.description < b.description : a.status < b.status;
}

/** A token that must exist and be usable. */
export interface ExpectedToken {
  readonly name: string;
  /** Undefined if any role is accepted. */
  readonly role: string | undefined;
}

/** Reports whether a token has the expected name and role, usable or not. */
export function matchesExpectation({ name, role }: ExpectedToken, token: Token): boolean {
  return token.name === name && (role === undefined || token.role === role);
}

/** Reports whether the list contains an expected token that is not expired or revoked. */
export function isExpectedTokenPresent(expected: ExpectedToken, tokens: readonly Token[], at: Instant): boolean {
  return tokens.some(
    (token) =>
      matchesExpectation(expected, token) &&
      !isInactive(token) &&
      (token.expiresAt === undefined || token.expiresAt > at),
  );
}
