import { HttpClient, type Received, type Sent } from './http-client.ts';
import { cpuMs } from './proc.ts';
import { median, rotated, sum } from './statistics.ts';

/** Who runs against others: the same request, over and over, to one process. */
export interface Runner {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  readonly request?: Sent;
}

/** One round of one runner. */
interface Lap {
  readonly ms: readonly number[];
  readonly cpuMs: number;
}

export interface Standing {
  readonly p50Ms: number;
  /** CPU time of the process for one scrape; NaN where the system does not tell. */
  readonly cpuMs: number;
  /** Against the first runner, round by round, the median: what slows down the machine for a while slows down both. */
  readonly p50Ratio: number;
  readonly cpuRatio: number;
  /** Bytes of one answer. */
  readonly bytes: number;
}

export interface Course {
  readonly rounds: number;
  /** Scrapes of one runner in one round, back to back. */
  readonly scrapes: number;
  readonly warmUp: WarmUp;
}

/** Whichever is over first. */
export interface WarmUp {
  readonly scrapes: number;
  readonly ms: number;
}

/** Lets runners take turns, each round beginning with another. The ratios are against the first. */
export async function race(runners: readonly Runner[], course: Course): Promise<Map<string, Standing>> {
  const client = new HttpClient();
  const scrape = ({ url, request }: Runner): Promise<Received> => client.time(url, request);
  const laps = new Map(runners.map(({ name }) => [name, [] as Lap[]]));
  const bytes = new Map<string, number>();
  for (const runner of runners) {
    const end = performance.now() + course.warmUp.ms;
    for (let count = 0; count < course.warmUp.scrapes && performance.now() < end; count += 1) {
      bytes.set(runner.name, (await scrape(runner)).bytes);
    }
  }
  for (let round = 0; round < course.rounds; round += 1) {
    for (const runner of rotated(runners, round)) {
      const ms: number[] = [];
      const before = cpuMs(runner.pid);
      for (let count = 0; count < course.scrapes; count += 1) ms.push((await scrape(runner)).ms);
      laps.get(runner.name)?.push({ ms, cpuMs: cpuMs(runner.pid) - before });
    }
  }
  client.close();
  const first = laps.get(runners[0]?.name ?? '') ?? [];
  return new Map(
    Array.from(laps, ([name, own]) => [name, { ...standing(own, first), bytes: bytes.get(name) ?? Number.NaN }]),
  );
}

function standing(own: readonly Lap[], first: readonly Lap[]): Omit<Standing, 'bytes'> {
  const ownCpu = cpuOf(own);
  return {
    p50Ms: median(own.flatMap(({ ms }) => ms)),
    cpuMs: ownCpu,
    p50Ratio: median(own.map(({ ms }, round) => median(ms) / median(first[round]?.ms ?? []))),
    // Of all rounds together: the system tells CPU time in steps too large for one.
    cpuRatio: ownCpu / cpuOf(first),
  };
}

function cpuOf(laps: readonly Lap[]): number {
  return sum(laps.map((lap) => lap.cpuMs)) / sum(laps.map(({ ms }) => ms.length));
}
