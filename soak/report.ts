import type { FailureCount } from './failure-counts.ts';
import type { ResourceUsage, Trend } from './resource-usage.ts';
import type { ScrapeStatistics } from './scrapers.ts';

export interface SoakResult {
  readonly scrapes: ScrapeStatistics;
  readonly failures: readonly FailureCount[];
  readonly rotatingFailures: ReadonlyMap<string, number>;
  readonly trends: readonly Trend[];
  readonly nonLogLines: readonly string[];
  /** How the exporter ended, in words. */
  readonly exited: string;
}

/** What did not hold, in words; nothing when all did. */
export function findViolations({
  scrapes,
  failures,
  rotatingFailures,
  trends,
  nonLogLines,
  exited,
}: SoakResult): string[] {
  const violations: string[] = [];
  const expectThat = (condition: boolean, violation: string): void => {
    if (!condition) violations.push(violation);
  };
  expectThat(scrapes.succeeded > 0, 'nothing was scraped');
  expectThat(scrapes.failed === 0, `${scrapes.failed} scrapes were not answered`);
  expectThat(scrapes.malformed === 0, `${scrapes.malformed} answers were malformed`);
  expectThat(scrapes.steadyDown === 0, `the account without faults was down in ${scrapes.steadyDown} answers`);
  for (const error of scrapes.errors) violations.push(error);
  for (const { reason, injected, retried, counted } of failures) {
    const holds = counted <= injected && counted >= injected - retried;
    expectThat(holds, `${injected} failures of reason ${reason} were injected and ${counted} counted`);
  }
  for (const [reason, count] of rotatingFailures) {
    expectThat(reason === 'credential', `the rotating account failed ${count} times for the reason ${reason}`);
  }
  for (const { name, last, limit } of trends) {
    expectThat(
      limit === undefined || last <= limit,
      `${name} grew to ${last.toFixed(1)}, more than ${limit?.toFixed(1)}`,
    );
  }
  expectThat(nonLogLines.length === 0, `the exporter printed what is no log line: ${nonLogLines[0]}`);
  expectThat(exited === 'status 0', `the exporter ended with ${exited}`);
  return violations;
}

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
