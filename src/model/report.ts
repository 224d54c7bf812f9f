import type { Instant } from './instant.ts';
import type { ExpectedToken, Token } from './token.ts';

/** Why an account could not be read; the values of the label `reason`. A failed fetch has exactly one. */
export const FAILURE_REASONS = [
  'timeout',
  'network',
  'http',
  'rate_limited',
  'unauthenticated',
  'forbidden',
  'graphql',
  'invalid_response',
  'credential',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/**
 * A fetch that gave no list. The detail is written by us from the first letter to the last: text from upstream, and
 * messages of libraries that may quote a header or a body, stay out of it, as they could carry the credential.
 */
interface Failure {
  readonly reason: FailureReason;
  readonly detail: string;
}

/** What a fetch came to: the list, in the API's order and with nothing left out, or why there is none. */
export type Outcome =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly failure: Failure };

export function failedOutcome(reason: FailureReason, detail: string): Outcome {
  return { ok: false, failure: { reason, detail } };
}

/** All that one scrape learns of one account. Never changed once made, so that nobody sees half of it. */
export interface Report {
  readonly account: string;
  readonly outcome: Outcome;
  readonly expected: readonly ExpectedToken[];
  /** From the start of the fetch, the wait for a free place included, to the outcome. */
  readonly durationMs: number;
  /**
   * How often it could not be read, this time included, since the account has this endpoint and credential: failed
   * fetches, and answers without one, as during a pause that the API asked for.
   */
  readonly errors: Readonly<Record<FailureReason, number>>;
  /** Undefined before the first success with this endpoint and credential. */
  readonly lastSuccessAt: Instant | undefined;
  /** This machine's clock less the upstream's `Date` header; undefined where the answer had none. */
  readonly clockSkewMs: number | undefined;
  /** `exp` of the exporter's own credential, when that is a JWT. */
  readonly credentialExpiresAt: Instant | undefined;
}
