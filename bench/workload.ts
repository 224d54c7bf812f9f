import type { ComparisonPlan, WarmUp } from './comparison.ts';

/** How much is done. */
export interface Workload {
  /** Lengths of the list, beside the exporter's own token. */
  readonly tokens: readonly number[];
  /** Rounds of scrapes; fewer for very long lists. */
  readonly rounds: number;
  /** Tokens listed to one variant in one round, over as many scrapes as that takes. */
  readonly tokensPerRound: number;
  /**
   * What each variant runs before it counts, by scrapes and at most by time. Node goes on compiling for a thousand scrapes
   * and more, which is no matter in a process that lives for months.
   */
  readonly warmUp: WarmUp;
  readonly memoryTokens: number;
  /** Scrapes after which the memory is read, and processes tried. */
  readonly memoryScrapes: readonly [few: number, many: number];
  readonly memoryRuns: number;
  readonly starts: number;
  /** How long nothing is asked, to see what rest costs. */
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

/** Every part once, to see that it works; its figures mean nothing. */
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

const SINGLE_SCRAPE: WarmUp = { scrapes: 1, ms: Number.POSITIVE_INFINITY };

/** How many rounds of how many scrapes: about the same time for each length, and enough of each for a median. */
export function comparisonPlan(tokens: number, workload: Workload): ComparisonPlan {
  const scrapes = Math.min(100, Math.max(1, Math.round(workload.tokensPerRound / (tokens + 1))));
  return { rounds: roundsFor(tokens, workload), scrapes, warmUp: isLongList(tokens) ? SINGLE_SCRAPE : workload.warmUp };
}

/** A scrape of a very long list takes seconds, and warms up what runs by itself. */
export function roundsFor(tokens: number, { rounds }: Workload): number {
  return isLongList(tokens) ? Math.ceil(rounds / 3) : rounds;
}

/** Lists whose scrape may hold up others. */
export function stallTokens({ tokens }: Workload): number[] {
  const long = tokens.filter((count) => count >= 10_000);
  return long.length > 0 ? long : [Math.max(...tokens)];
}

function isLongList(tokens: number): boolean {
  return tokens > 50_000;
}
