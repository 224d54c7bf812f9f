import type { Instant } from '../model/instant.ts';

/** Two clocks, because the first may be set back or forward at any time, and only the second measures. */
export interface Clock {
  /** The time of day, as compared with dates. */
  now(): Instant;
  /** Milliseconds from an arbitrary start, never set; for durations and back-off. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
