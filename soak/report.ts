import type { FailureCount } from './failure-counts.ts';
import type { ResourceUsage, Trend } from './resource-usage.ts';
import type { ScrapeStatistics } from './scrapers.ts';

export interface SoakResult {
  readonly scrapes: ScrapeStatistics;
  readonly failures: readonly FailureCount[];
  readonly rotatingFailures: ReadonlyMap<string, number>;
  readonly trends: readonly Trend[];
  readonly nonLogLines: readonly string[];
  /** The signal or status with which the exporter exited. */
  readonly exited: string;
}

/** Returns the checks that failed, as messages. */
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
  expectThat(scrapes.succeeded > 0, 'no scrape succeeded');
  expectThat(scrapes.failed === 0, `${scrapes.failed} scrapes failed`);
  expectThat(scrapes.malformed === 0, `${scrapes.malformed} responses were malformed`);
  expectThat(scrapes.steadyDown === 0, `the account without faults was down in ${scrapes.steadyDown} responses`);
  for (const error of scrapes.errors) violations.push(error);
  for (const { reason, injected, retried, counted } of failures) {
    const matches = counted <= injected && counted >= injected - retried;
    expectThat(matches, `reason ${reason}: ${injected} failures injected, ${counted} counted`);
  }
  for (const [reason, count] of rotatingFailures) {
    expectThat(reason === 'credential', `the rotating account failed ${count} times with reason ${reason}`);
  }
  for (const { name, last, limit } of trends) {
    expectThat(
      limit === undefined || last <= limit,
      `${name} grew to ${last.toFixed(1)}, more than ${limit?.toFixed(1)}`,
    );
  }
  expectThat(nonLogLines.length === 0, `the exporter printed a line that is not a log line: ${nonLogLines[0]}`);
  expectThat(exited === 'status 0', `the exporter exited with ${exited}`);
  return violations;
}

export const heading = line([
  'minute',
  'succeeded',
  'failed',
  'malformed',
  'resident MB',
  'heap MB',
  'open files',
  'resources',
  'lag p99 ms',
]);

/** Formats a row of scrape counts and resource usage below the heading. */
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

/** Prints the result, and the checks that failed. */
export function printResult(
  { scrapes, failures, rotatingFailures, trends }: SoakResult,
  violations: readonly string[],
): void {
  console.log(`\nscrapes: ${scrapes.succeeded} succeeded, ${scrapes.failed} failed, ${scrapes.malformed} malformed`);
  console.log('failures of the faulty accounts (injected, counted):');
  for (const { reason, injected, counted } of failures) console.log(`  ${reason}: ${injected} ${counted}`);
  console.log(`failures of the rotating account: ${JSON.stringify(Object.fromEntries(rotatingFailures))}`);
  console.log('medians of the first and the last quarter of the run:');
  for (const { name, first, last } of trends) console.log(`  ${name}: ${first.toFixed(1)} ${last.toFixed(1)}`);
  console.log(violations.length === 0 ? '\nall checks passed' : `\nfailed checks:\n  ${violations.join('\n  ')}`);
}
