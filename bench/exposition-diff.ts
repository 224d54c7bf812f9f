/**
 * Values that depend on the moment, by the family's name: they may differ by so much between two scrapes (in seconds,
 * as all of them are), on however slow a machine.
 */
const TIME_DEPENDENT =
  /^(pointone_(?:token_expires_in|scrape_duration|last_success_timestamp|clock_skew)_seconds\{.*\}) (\S+)$/;
const TOLERANCE_SECONDS = 120;

/**
 * Compares two expositions line by line, in whatever order they have the lines: every description and every sample of
 * one is in the other, with the same labels and value. Only what depends on the moment may differ a little.
 *
 * @returns what differs first; undefined when nothing does
 */
export function firstDifference(a: string, b: string): string | undefined {
  const [left, right] = [sortedLines(a), sortedLines(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one !== other && !differOnlyInTime(one, other)) return `${one || 'nothing'}\n  against ${other || 'nothing'}`;
  }
  return undefined;
}

/** Sorted: no series is there twice, so that its name and labels alone decide, and both values stand side by side. */
function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

function differOnlyInTime(one: string, other: string): boolean {
  const [, series, value] = TIME_DEPENDENT.exec(one) ?? [];
  const [, otherSeries, otherValue] = TIME_DEPENDENT.exec(other) ?? [];
  return (
    series !== undefined && series === otherSeries && Math.abs(Number(value) - Number(otherValue)) < TOLERANCE_SECONDS
  );
}

/** Samples in an exposition. */
export function countSamples(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) if (line !== '' && !line.startsWith('#')) count += 1;
  return count;
}
