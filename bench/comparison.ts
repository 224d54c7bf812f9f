import { HttpClient, type RequestOptions, type TimedResponse } from './http-client.ts';
import { median, rotated, sum } from './statistics.ts';
import { cpuMs } from './system.ts';

/** A process to measure: the benchmark sends it the same request repeatedly. */
export interface Target {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  readonly request?: RequestOptions;
}

/** One round of one target. */
interface Round {
  readonly ms: readonly number[];
  readonly cpuMs: number;
}

export interface Timing {
  readonly p50Ms: number;
  /** CPU time of the process per scrape. NaN if the operating system does not provide it. */
  readonly cpuMs: number;
  /** Median of the ratios to the first target, round by round, so that a temporary slowdown affects both sides. */
  readonly p50Ratio: number;
  readonly cpuRatio: number;
  /** Size of one response. */
  readonly bytes: number;
}

export interface ComparisonPlan {
  readonly rounds: number;
  /** Consecutive scrapes of one target in one round. */
  readonly scrapes: number;
  readonly warmUp: WarmUp;
}

/** The warm-up ends at the first limit that is reached. */
export interface WarmUp {
  readonly scrapes: number;
  readonly ms: number;
}

/**
 * Measures the targets in turn. Each round starts with a different target. The ratios are relative to the first target.
 */
export async function compareTargets(targets: readonly Target[], plan: ComparisonPlan): Promise<Map<string, Timing>> {
  const client = new HttpClient();
  const scrape = ({ url, request }: Target): Promise<TimedResponse> => client.time(url, request);
  const rounds = new Map(targets.map(({ name }) => [name, [] as Round[]]));
  const bytes = new Map<string, number>();
  for (const target of targets) {
    const end = performance.now() + plan.warmUp.ms;
    for (let count = 0; count < plan.warmUp.scrapes && performance.now() < end; count += 1) {
      bytes.set(target.name, (await scrape(target)).bytes);
    }
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const target of rotated(targets, round)) {
      const ms: number[] = [];
      const before = cpuMs(target.pid);
      for (let count = 0; count < plan.scrapes; count += 1) ms.push((await scrape(target)).ms);
      rounds.get(target.name)?.push({ ms, cpuMs: cpuMs(target.pid) - before });
    }
  }
  client.close();
  const baseline = rounds.get(targets[0]?.name ?? '') ?? [];
  return new Map(
    Array.from(rounds, ([name, measured]) => [
      name,
      { ...summarize(measured, baseline), bytes: bytes.get(name) ?? Number.NaN },
    ]),
  );
}

function summarize(measured: readonly Round[], baseline: readonly Round[]): Omit<Timing, 'bytes'> {
  const cpu = cpuPerScrape(measured);
  return {
    p50Ms: median(measured.flatMap(({ ms }) => ms)),
    cpuMs: cpu,
    p50Ratio: median(measured.map(({ ms }, round) => median(ms) / median(baseline[round]?.ms ?? []))),
    // Over all rounds, because the resolution of CPU time is too coarse for one round.
    cpuRatio: cpu / cpuPerScrape(baseline),
  };
}

function cpuPerScrape(rounds: readonly Round[]): number {
  return sum(rounds.map((round) => round.cpuMs)) / sum(rounds.map(({ ms }) => ms.length));
}
