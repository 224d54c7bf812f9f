import type { Figures } from './figures.ts';
import type { Scrapes } from './scrapers.ts';
import type { Outcome } from './verdict.ts';

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
  { answered, unanswered, malformed }: Scrapes,
  figures: Figures | undefined,
): string {
  const own = figures === undefined ? [] : Object.values(figures).map((value: number) => value.toFixed(1));
  return line([minute, answered, unanswered, malformed, ...own]);
}

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell) => String(cell).padStart(12)).join('');
}

/** @param broken what did not hold, in words */
export function printOutcome({ scrapes, ledger, rotating, trends }: Outcome, broken: readonly string[]): void {
  console.log(`\nscrapes: ${scrapes.answered} answered, ${scrapes.unanswered} not, ${scrapes.malformed} malformed`);
  console.log('failures of the faulty accounts, injected and counted:');
  for (const { reason, injected, counted } of ledger) console.log(`  ${reason}: ${injected} ${counted}`);
  console.log(`failures of the rotating account: ${JSON.stringify(Object.fromEntries(rotating))}`);
  console.log('medians of the first and the last quarter:');
  for (const { name, first, last } of trends) console.log(`  ${name}: ${first.toFixed(1)} ${last.toFixed(1)}`);
  console.log(broken.length === 0 ? '\neverything held' : `\ndid not hold:\n  ${broken.join('\n  ')}`);
}
