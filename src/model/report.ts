import type { Instant } from './instant.ts';
import type { ExpectedToken, Token } from './token.ts';

/** Lists the reasons for failed fetches: the values of the label `reason`. A failed fetch has exactly one. */
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
 * Describes a failed fetch. The detail never includes upstream text or the messages of libraries, which may quote a header
 * or a body: they could contain the credential.
 */
interface Failure {
  readonly reason: FailureReason;
  readonly detail: string;
}

/** The result of a fetch: the complete list in the order of the API, or the failure. */
export type Outcome =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly failure: Failure };

export function failedOutcome(reason: FailureReason, detail: string): Outcome {
  return { ok: false, failure: { reason, detail } };
}

/** The result of reading one account. It is immutable, so that concurrent readers never see a partial update. */
export interface Report {
  readonly account: string;
  readonly outcome: Outcome;
  readonly expected: readonly ExpectedToken[];
  /** From the start of the fetch, including its time in the queue, to the outcome. */
  readonly durationMs: number;
  /**
   * Number of failures with this endpoint and credential, including this one. Reports without a fetch, such as those
   * during a pause that the API asked for, count as failures.
   */
  readonly errors: Readonly<Record<FailureReason, number>>;
  /** Undefined before the first success with this endpoint and credential. */
  readonly lastSuccessAt: Instant | undefined;
  /** The local time minus the `Date` header of the response; undefined if the response had none. */
  readonly clockSkewMs: number | undefined;
  /** The `exp` of the credential, if it is a JWT. */
  readonly credentialExpiresAt: Instant | undefined;
}
