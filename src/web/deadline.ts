/**
 * How long a scrape may take, by the header in which Prometheus says when it will give up.
 *
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`; anything but a positive number is ignored
 * @param offsetMs what to keep for rendering and the way back; half the header's time where it would leave nothing
 * @returns milliseconds, Infinity when the scraper names no deadline
 */
export function scrapeDeadlineMs(header: string | undefined, offsetMs: number): number {
  if (header === undefined || !/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(header.trim())) return Number.POSITIVE_INFINITY;
  const timeoutMs = Number(header) * 1000;
  if (timeoutMs === 0) return Number.POSITIVE_INFINITY;
  return timeoutMs > offsetMs ? timeoutMs - offsetMs : timeoutMs / 2;
}
