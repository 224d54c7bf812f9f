import { formatInstant, type Instant } from './instant.ts';

/** The fields of a token whose loss somebody must hear of; `description` is only for people. */
export const CHECKED_FIELDS = ['name', 'role', 'status', 'createdAt', 'expiresAt'] as const;
export type CheckedField = (typeof CHECKED_FIELDS)[number];

/** The metadata of one personal access token, as far as it could be read. Never its value. */
export interface Token {
  /** Empty when the API gave none; all texts are well-formed Unicode. */
  readonly name: string;
  readonly role: string;
  readonly status: string;
  readonly description: string;
  readonly createdAt: Instant | undefined;
  /** Undefined is *unknown*: neither "never" nor "now". */
  readonly expiresAt: Instant | undefined;
  /** What was missing or could not be read. A null `expiresAt` is legal, hence not among these. */
  readonly unreadable: readonly CheckedField[];
}

/** The label `created_at`: keeps a token and its successor of the same name and role apart. */
export function createdAtLabel(token: Token): string {
  return token.createdAt === undefined ? '' : formatInstant(token.createdAt);
}

/** How many tokens have a field that could not be read. */
export function countUnreadable(tokens: readonly Token[], field: CheckedField): number {
  return tokens.reduce((count, { unreadable }) => count + (unreadable.includes(field) ? 1 : 0), 0);
}

/**
 * The values of the API's enum `TokenStatus` that are guessed; the vendor does not document them. A status is an
 * opaque string everywhere else: whatever the API says is passed through.
 */
export const KNOWN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;

const KNOWN_STATUS_SET: ReadonlySet<string> = new Set(KNOWN_STATUSES);

export function isKnownStatus(status: string): boolean {
  return KNOWN_STATUS_SET.has(status);
}

/** Known not to work any more. Every other status, unknown ones and none included, counts as usable. */
export function isInactive(status: string): boolean {
  return status === 'EXPIRED' || status === 'REVOKED';
}

/**
 * Tokens of one account that share name, role and `createdAt` cannot be told apart in metrics, so that only one of
 * them is shown. It is the one that raises the fewest false alarms and hides the fewest true ones: usable before
 * dead, then unknown expiry before known, then the latest expiry. The order of the list makes no difference.
 *
 * @returns the tokens to show, in the order of their first mention.
 */
export function distinctTokens(tokens: readonly Token[]): readonly Token[] {
  // Most lists end here: nothing else has to be compared where each token was made at another moment.
  if (new Set(tokens.map(({ createdAt }) => createdAt)).size === tokens.length) return tokens;
  const shown = new Map<string, Token>();
  for (const token of tokens) {
    const key = identity(token);
    const current = shown.get(key);
    if (current === undefined || takesPrecedence(token, current)) shown.set(key, token);
  }
  return [...shown.values()];
}

function identity({ name, role, createdAt }: Token): string {
  // The length keeps name and role apart whatever they hold.
  return `${createdAt ?? ''} ${name.length} ${name}${role}`;
}

function takesPrecedence(a: Token, b: Token): boolean {
  if (isInactive(a.status) !== isInactive(b.status)) return isInactive(b.status);
  if (a.expiresAt !== b.expiresAt) {
    return a.expiresAt === undefined || (b.expiresAt !== undefined && a.expiresAt > b.expiresAt);
  }
  // Nothing of weight differs; still, the answer's order must not decide, or series would flap.
  return a.status === b.status ? a.description < b.description : a.status < b.status;
}

/** A token that must exist and be usable. */
export interface ExpectedToken {
  readonly name: string;
  /** Undefined: a token of any role will do. */
  readonly role: string | undefined;
}

/** Whether a token is one that is expected; whether it can still be used is another question. */
export function matchesExpectation({ name, role }: ExpectedToken, token: Token): boolean {
  return token.name === name && (role === undefined || token.role === role);
}

/** Whether a token that meets the expectation is listed, not past its expiry, and not dead. */
export function isExpectedTokenPresent(expected: ExpectedToken, tokens: readonly Token[], at: Instant): boolean {
  return tokens.some(
    (token) =>
      matchesExpectation(expected, token) &&
      !isInactive(token.status) &&
      (token.expiresAt === undefined || token.expiresAt > at),
  );
}
