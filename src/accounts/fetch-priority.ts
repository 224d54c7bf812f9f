import type { Outcome } from '../model/report.ts';

/** The position in the queue when accounts compete for a slot: lower numbers go first. */
export const PRIORITY = { high: 0, normal: 1, low: 2 };

/** The times of a fetch on the monotonic clock, in milliseconds. */
interface FetchTimes {
  readonly startedAt: number;
  /** When the request was sent; undefined if the fetch only waited in the queue. */
  readonly requestedAt: number | undefined;
  readonly endedAt: number;
}

/**
 * Returns the priority of the next fetch of an account. It prevents starvation: after a timeout, an account goes first if
 * it mostly waited in the queue, and last if it mostly waited for the response. Otherwise a few endpoints that hang would
 * block all other accounts.
 */
export function nextPriority(outcome: Outcome, { startedAt, requestedAt, endedAt }: FetchTimes): number {
  if (outcome.ok || outcome.failure.reason !== 'timeout') return PRIORITY.normal;
  const wasMostlyQueued = requestedAt === undefined || requestedAt - startedAt > endedAt - requestedAt;
  return wasMostlyQueued ? PRIORITY.high : PRIORITY.low;
}
