import type { ComparisonPlan, WarmUp } from './comparison.ts';

/** The amount of work of each benchmark. */
export interface Workload {
  /** Numbers of tokens, not counting the exporter's own. */
  readonly tokens: readonly number[];
  /** Rounds of scrapes. Long lists get fewer. */
  readonly rounds: number;
  /** Tokens that a variant reads in one round, over as many scrapes as necessary. */
  readonly tokensPerRound: number;
  /**
   * Scrapes of each variant before the measurement, limited by time. Node keeps compiling for more than a thousand
   * scrapes, which is irrelevant for a process that runs for months.
   */
  readonly warmUp: WarmUp;
  readonly memoryTokens: number;
  /** Numbers of scrapes after which to read the memory. */
  readonly memoryScrapes: readonly [few: number, many: number];
  readonly memoryRuns: number;
  readonly starts: number;
  /** Seconds without requests, to measure the CPU time of an idle process. */
  readonly idleSeconds: number;
  readonly accounts: number;
  readonly accountLatencyMs: number;
  readonly accountScrapes: number;
  /** Scrapes that overlap. */
  readonly concurrentScrapes: number;
}

export const FULL_WORKLOAD: Workload = {
  tokens: [10, 1000, 10_000, 100_000],
  rounds: 15,
  tokensPerRound: 30_000,
  warmUp: { scrapes: 1500, ms: 20_000 },
  memoryTokens: 1000,
  memoryScrapes: [100, 1000],
  memoryRuns: 3,
  starts: 15,
  idleSeconds: 60,
  accounts: 1000,
  accountLatencyMs: 50,
  accountScrapes: 5,
  concurrentScrapes: 20,
};

/** Runs everything once to check that it works. The results are not meaningful. */
export const SHORT_WORKLOAD: Workload = {
  tokens: [10, 500],
  rounds: 2,
  tokensPerRound: 1000,
  warmUp: { scrapes: 10, ms: 1000 },
  memoryTokens: 10,
  memoryScrapes: [5, 10],
  memoryRuns: 1,
  starts: 1,
  idleSeconds: 1,
  accounts: 50,
  accountLatencyMs: 5,
  accountScrapes: 1,
  concurrentScrapes: 5,
};

/** The warm-up for a long list, which is long enough to warm up the process in one scrape. */
const SINGLE_SCRAPE: WarmUp = { scrapes: 1, ms: Number.POSITIVE_INFINITY };

/** Plans rounds and scrapes: about the same time for each length of list, with enough rounds for a median. */
export function comparisonPlan(tokens: number, workload: Workload): ComparisonPlan {
  const scrapes = Math.min(100, Math.max(1, Math.round(workload.tokensPerRound / (tokens + 1))));
  return { rounds: roundsFor(tokens, workload), scrapes, warmUp: isLongList(tokens) ? SINGLE_SCRAPE : workload.warmUp };
}

/** Returns the number of rounds. A long list gets fewer, because one scrape can take seconds. */
export function roundsFor(tokens: number, { rounds }: Workload): number {
  return isLongList(tokens) ? Math.ceil(rounds / 3) : rounds;
}

/** Returns the lengths of list that can stall other requests. */
export function stallTokens({ tokens }: Workload): number[] {
  const long = tokens.filter((count) => count >= 10_000);
  return long.length > 0 ? long : [Math.max(...tokens)];
}

function isLongList(tokens: number): boolean {
  return tokens > 50_000;
}
