import type { Instant } from '../model/instant.ts';

/** A wall clock, which may be adjusted at any time, and a monotonic clock for measuring durations. */
export interface Clock {
  /** The wall-clock time, for comparison with dates. */
  now(): Instant;
  /** Milliseconds since an arbitrary start, never adjusted; for durations and back-off. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
