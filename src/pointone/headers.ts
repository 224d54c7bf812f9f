import type { Instant } from '../model/instant.ts';

/**
 * Parses an HTTP date, which starts with the name of the day and ends in GMT (RFC 9110, 5.6.7). Date.parse alone would
 * read "0" as the year 2000. The obsolete asctime format is not supported.
 */
export function parseHttpDate(value: string | null): Instant | undefined {
  const instant = value !== null && /^[A-Z][a-z]{2,8}, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** Limits the pause that the API can ask for: tokens must not go unmonitored for longer. */
const MAX_PAUSE_MS = 15 * 60_000;

/**
 * Returns the pause that `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3). A date is compared with the
 * `Date` header of the response, so that clock skew does not matter.
 *
 * @param now the local time, used if the response has no `Date`
 * @returns milliseconds, at most 15 minutes; 0 without a readable header
 */
export function parseRetryAfter(headers: Headers, now: number): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value)
    ? Number(value) * 1000
    : (parseHttpDate(value) ?? Number.NEGATIVE_INFINITY) - (parseHttpDate(headers.get('date')) ?? now);
  return Math.min(Math.max(wait, 0), MAX_PAUSE_MS);
}
