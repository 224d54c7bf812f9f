import type { Instant } from './instant.ts';
import { isDead } from './status.ts';
import type { Token } from './token.ts';

/** A token that must exist and be usable. */
export interface ExpectedToken {
  readonly name: string;
  /** Undefined: a token of any role will do. */
  readonly role: string | undefined;
}

/** Whether a token that meets the expectation is listed, not past its expiry, and not dead. */
export function isPresent(expected: ExpectedToken, tokens: readonly Token[], at: Instant): boolean {
  return tokens.some(
    (token) =>
      token.name === expected.name &&
      (expected.role === undefined || token.role === expected.role) &&
      !isDead(token.status) &&
      (token.expiresAt === undefined || token.expiresAt > at),
  );
}
