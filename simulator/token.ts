/** The real API is known to use `ROLE_READ_WRITE`. `ROLE_READ_ONLY` is a guess. */
export const TOKEN_ROLES = ['ROLE_READ_ONLY', 'ROLE_READ_WRITE'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** The values of the real API are not documented. All three are guesses. */
export const TOKEN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type TokenStatus = (typeof TOKEN_STATUSES)[number];

/** The documented fields of a token in a response. */
export const TOKEN_FIELDS = ['name', 'description', 'role', 'status', 'createdAt', 'expiresAt'] as const;
export type TokenField = (typeof TOKEN_FIELDS)[number];

/** A personal access token in the simulator. Its fields can change at any time. */
export interface SimulatedToken {
  name: string | null;
  description: string | null;
  role: TokenRole;
  /** The recorded status. The status in a response also depends on the clock: see `statusAt`. */
  status: TokenStatus;
  /** Milliseconds since 1970. */
  createdAt: number | null;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  /**
   * Replaces fields of the response with any JSON value, without GraphQL's type checks. `undefined` omits the field.
   */
  odd?: Record<string, unknown>;
  /** The value of the token, a JWT. A token without a secret is listed, but is not a valid credential. */
  secret?: string;
}

/** Returns the status at an instant (milliseconds since 1970). An active token that is past its expiry is expired. */
export function statusAt(token: SimulatedToken, now: number): TokenStatus {
  if (token.status === 'ACTIVE' && token.expiresAt !== null && token.expiresAt <= now) return 'EXPIRED';
  return token.status;
}
