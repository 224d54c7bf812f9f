import type { Instant } from '../model/instant.ts';

/**
 * A date as HTTP writes it, by the name of its day and in GMT (RFC 9110, 5.6.7): Date.parse alone would take "0" for the
 * year 2000. The form of asctime, which no server has sent for decades, is not read.
 */
export function parseHttpDate(value: string | null): Instant | undefined {
  const instant = value !== null && /^[A-Z][a-z]{2,8}, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** However long the upstream asks for, a token's expiry is not left unwatched for longer than this. */
const MAX_PAUSE_MS = 15 * 60_000;

/**
 * How long to wait by `Retry-After`: seconds, or a date (RFC 9110, 10.2.3), which is taken relative to the answer's
 * own `Date` so that a clock that is off makes no difference.
 *
 * @param now this machine's clock, for an answer without `Date`
 * @returns milliseconds, at most 15 minutes; 0 without a readable header
 */
export function parseRetryAfter(headers: Headers, now: number): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value)
    ? Number(value) * 1000
    : (parseHttpDate(value) ?? Number.NEGATIVE_INFINITY) - (parseHttpDate(headers.get('date')) ?? now);
  return Math.min(Math.max(wait, 0), MAX_PAUSE_MS);
}
