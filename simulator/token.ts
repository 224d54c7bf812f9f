/** `ROLE_READ_WRITE` is attested for the real API, `ROLE_READ_ONLY` is a guess. */
export const TOKEN_ROLES = ['ROLE_READ_ONLY', 'ROLE_READ_WRITE'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** The real API's values are not documented: all three are guesses. */
export const TOKEN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type TokenStatus = (typeof TOKEN_STATUSES)[number];

/** The fields of a token on the wire, all that is documented. */
export const TOKEN_FIELDS = ['name', 'description', 'role', 'status', 'createdAt', 'expiresAt'] as const;

/** A personal access token as the simulator keeps it; every field may be changed at any time. */
export interface SimulatedToken {
  name: string | null;
  description: string | null;
  role: TokenRole;
  /** As recorded. What the wire says also depends on the clock: see `statusAt`. */
  status: TokenStatus;
  /** Milliseconds since 1970. */
  createdAt: number | null;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  /**
   * Replaces what the wire would say of a field by any JSON value, or leaves its key out where the value is
   * `undefined`: the way for odd values past GraphQL's own checks.
   */
  odd?: Record<string, unknown>;
  /** The token's value, a JWT. A token without one is listed and cannot be used to log in. */
  secret?: string;
}

/** The status at an instant (milliseconds since 1970): an active token past its expiry is expired. */
export function statusAt(token: SimulatedToken, now: number): TokenStatus {
  if (token.status === 'ACTIVE' && token.expiresAt !== null && token.expiresAt <= now) return 'EXPIRED';
  return token.status;
}
