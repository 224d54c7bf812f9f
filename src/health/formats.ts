import type { Instant } from '../model/instant.ts';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Formats milliseconds in the two largest units, rounded down: `41d 3h`, `59m 59s`, `0s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0s';
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}

/** Formats an expiry as the end of a sentence: `expires in 41d 3h`, `expired 2h ago`. */
export function formatTimeLeft(expiresAt: Instant, at: Instant): string {
  return expiresAt > at
    ? `expires in ${formatDuration(expiresAt - at)}`
    : `expired ${formatDuration(at - expiresAt)} ago`;
}

/** Formats a number with separators: `5,000`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en');
}

/** Formats a number of things: `1 token`, `5,000 tokens`. */
export function formatCount(count: number, thing: string): string {
  return `${formatNumber(count)} ${count === 1 ? thing : `${thing}s`}`;
}
