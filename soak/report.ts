import type { ResourceUsage } from './resource-usage.ts';
import type { ScrapeStatistics } from './scrapers.ts';
import type { SoakResult } from './verdict.ts';

export const heading = line([
  'minute',
  'answered',
  'unanswered',
  'malformed',
  'resident MB',
  'heap MB',
  'open files',
  'resources',
  'lag p99 ms',
]);

/** What became of the scrapes so far, and what the exporter holds; below the heading. */
export function row(
  minute: number,
  { succeeded, failed, malformed }: ScrapeStatistics,
  usage: ResourceUsage | undefined,
): string {
  const cells = usage === undefined ? [] : Object.values(usage).map((value: number) => value.toFixed(1));
  return line([minute, succeeded, failed, malformed, ...cells]);
}

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell) => String(cell).padStart(12)).join('');
}

/** @param violations what did not hold, in words */
export function printResult(
  { scrapes, failures, rotatingFailures, trends }: SoakResult,
  violations: readonly string[],
): void {
  console.log(`\nscrapes: ${scrapes.succeeded} answered, ${scrapes.failed} not, ${scrapes.malformed} malformed`);
  console.log('failures of the faulty accounts, injected and counted:');
  for (const { reason, injected, counted } of failures) console.log(`  ${reason}: ${injected} ${counted}`);
  console.log(`failures of the rotating account: ${JSON.stringify(Object.fromEntries(rotatingFailures))}`);
  console.log('medians of the first and the last quarter:');
  for (const { name, first, last } of trends) console.log(`  ${name}: ${first.toFixed(1)} ${last.toFixed(1)}`);
  console.log(violations.length === 0 ? '\neverything held' : `\ndid not hold:\n  ${violations.join('\n  ')}`);
}
