import type { Instant } from '../tokens/instant.ts';

/** A date as HTTP writes it, which always ends in GMT; Date.parse alone would take "0" for the year 2000. */
export function httpDate(value: string | null): Instant | undefined {
  const instant = value?.endsWith('GMT') ? Date.parse(value) : NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
