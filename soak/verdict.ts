import type { Trend } from './figures.ts';
import type { Entry } from './ledger.ts';
import type { Scrapes } from './scrapers.ts';

export interface Outcome {
  readonly scrapes: Scrapes;
  readonly ledger: readonly Entry[];
  readonly rotating: ReadonlyMap<string, number>;
  readonly trends: readonly Trend[];
  readonly strangeLines: readonly string[];
  /** How the exporter ended, in words. */
  readonly ended: string;
}

/** What did not hold, in words; nothing when all did. */
export function verdict({ scrapes, ledger, rotating, trends, strangeLines, ended }: Outcome): string[] {
  const broken: string[] = [];
  const hold = (holds: boolean, otherwise: string): void => {
    if (!holds) broken.push(otherwise);
  };
  hold(scrapes.answered > 0, 'nothing was scraped');
  hold(scrapes.unanswered === 0, `${scrapes.unanswered} scrapes were not answered`);
  hold(scrapes.malformed === 0, `${scrapes.malformed} answers were malformed`);
  hold(scrapes.steadyDown === 0, `the account without faults was down in ${scrapes.steadyDown} answers`);
  for (const trouble of scrapes.troubles) broken.push(trouble);
  for (const { reason, injected, overcome, counted } of ledger) {
    const holds = counted <= injected && counted >= injected - overcome;
    hold(holds, `${injected} failures of reason ${reason} were injected and ${counted} counted`);
  }
  for (const [reason, count] of rotating) {
    hold(reason === 'credential', `the rotating account failed ${count} times for the reason ${reason}`);
  }
  for (const { name, last, most } of trends) {
    hold(most === undefined || last <= most, `${name} grew to ${last.toFixed(1)}, more than ${most?.toFixed(1)}`);
  }
  hold(strangeLines.length === 0, `the exporter printed what is no log line: ${strangeLines[0]}`);
  hold(ended === 'status 0', `the exporter ended with ${ended}`);
  return broken;
}
