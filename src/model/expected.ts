import type { Instant } from './instant.ts';
import { isDead } from './status.ts';
import type { Token } from './token.ts';

/** A token that must exist and be usable. */
export interface ExpectedToken {
  readonly name: string;
  /** Undefined: a token of any role will do. */
  readonly role: string | undefined;
}

/** Whether a token is one that is expected; whether it can still be used is another question. */
export function meets({ name, role }: ExpectedToken, token: Token): boolean {
  return token.name === name && (role === undefined || token.role === role);
}

/** Whether a token that meets the expectation is listed, not past its expiry, and not dead. */
export function isPresent(expected: ExpectedToken, tokens: readonly Token[], at: Instant): boolean {
  return tokens.some(
    (token) =>
      meets(expected, token) && !isDead(token.status) && (token.expiresAt === undefined || token.expiresAt > at),
  );
}
