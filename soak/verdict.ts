import type { FailureCount } from './failure-counts.ts';
import type { Trend } from './resource-usage.ts';
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
