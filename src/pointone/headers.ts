import type { Instant } from '../model/instant.ts';

/**
 * A date as HTTP writes it, by the name of its day and in GMT (RFC 9110, 5.6.7): Date.parse alone would take "0" for the
 * year 2000. The form of asctime, which no server has sent for decades, is not read.
 */
export function httpDate(value: string | null): Instant | undefined {
  const instant = value !== null && /^[A-Z][a-z]{2,8}, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
