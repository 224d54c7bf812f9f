/**
 * Values that depend on the time of the scrape, by family. Two scrapes may differ by the tolerance, also on a slow
 * machine.
 */
const TIME_DEPENDENT =
  /^(pointone_(?:token_expires_in|scrape_duration|last_success_timestamp|clock_skew)_seconds\{.*\}) (\S+)$/;
const TOLERANCE_SECONDS = 120;

/**
 * Compares two expositions without regard to the order of their lines. Each description and sample must be in both,
 * with the same labels and value. Only time-dependent values may differ by the tolerance.
 *
 * @returns the first difference, or undefined if there is none
 */
export function firstDifference(a: string, b: string): string | undefined {
  const [left, right] = [sortedLines(a), sortedLines(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one !== other && !differOnlyInTime(one, other)) return `${one || 'no line'}\n  versus ${other || 'no line'}`;
  }
  return undefined;
}

/**
 * Sorts the lines. No series occurs twice, so name and labels determine the order, and both values get the same index.
 */
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

/** Counts the samples of an exposition. */
export function countSamples(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) if (line !== '' && !line.startsWith('#')) count += 1;
  return count;
}
