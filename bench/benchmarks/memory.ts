import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount, formatNumber, formatRatio } from '../report.ts';
import { type BenchApi, startBenchApi } from '../simulator.ts';
import { median, rotated } from '../statistics.ts';
import { HAS_PROC, residentMemory } from '../system.ts';
import { LIMIT, OURS, USUAL, type Variant } from '../variants.ts';

/** Resident memory of one process, in MB. */
interface MemoryUsage {
  readonly peakAfterFew: number;
  readonly peakAfterMany: number;
  readonly atEnd: number;
}

/** Peak resident memory after a few scrapes, and its growth over many scrapes. */
export const memory: Benchmark = async ({ workload, variants, logProgress }) => {
  const [few, many] = workload.memoryScrapes;
  const runs = new Map<string, MemoryUsage[]>(variants.map(({ name }) => [name, []]));
  if (HAS_PROC) {
    const upstream = await startBenchApi(1, workload.memoryTokens);
    try {
      for (let run = 0; run < workload.memoryRuns; run += 1) {
        logProgress(`memory, run ${run + 1} of ${workload.memoryRuns}`);
        for (const variant of rotated(variants, run)) {
          // Many scrapes of the usual pattern would take longest, and they do not concern this exporter.
          const last = variant.name === USUAL ? few : many;
          runs.get(variant.name)?.push(await runOnce(variant, upstream, few, last));
        }
      }
    } finally {
      await upstream.stop();
    }
  }
  const usage = new Map(Array.from(runs, ([name, all]) => [name, medians(all)]));
  const [limit, ours] = [usage.get(LIMIT), usage.get(OURS)];
  const ratioToLimit = (memoryUsage: MemoryUsage): number =>
    memoryUsage.peakAfterFew / (limit?.peakAfterFew ?? Number.NaN);
  return {
    tables: [
      {
        title: `Resident memory in MB, over scrapes of ${formatCount(workload.memoryTokens)} tokens`,
        columns: [
          '',
          `peak after ${few}`,
          'relative to the limit',
          `peak after ${formatCount(many)}`,
          `current after ${formatCount(many)}`,
        ],
        rows: Array.from(usage, ([name, run]) => [
          name,
          formatNumber(run.peakAfterFew),
          formatRatio(ratioToLimit(run)),
          formatNumber(run.peakAfterMany),
          formatNumber(run.atEnd),
        ]),
        notes: HAS_PROC ? [] : ['Not measured: only Linux reports the memory of another process.'],
      },
    ],
    values: Object.fromEntries(usage),
    goals: ours
      ? [
          {
            metric: `peak memory after ${few} scrapes relative to the limit`,
            bound: 'at most',
            target: 1.4,
            unit: ' ×',
            actual: ratioToLimit(ours),
          },
          {
            metric: `peak memory after ${formatCount(many)} scrapes relative to ${few}`,
            bound: 'at most',
            target: 1.1,
            unit: ' ×',
            actual: ours.peakAfterMany / ours.peakAfterFew,
          },
        ]
      : [],
  };
};

async function runOnce(variant: Variant, upstream: BenchApi, few: number, last: number): Promise<MemoryUsage> {
  const { pid, metricsUrl, stop } = await variant.start(upstream);
  const client = new HttpClient();
  try {
    for (let scrapes = 0; scrapes < few; scrapes += 1) await client.time(metricsUrl);
    const peakAfterFew = residentMemory(pid).peak;
    for (let scrapes = few; scrapes < last; scrapes += 1) await client.time(metricsUrl);
    if (last === few) return { peakAfterFew, peakAfterMany: Number.NaN, atEnd: Number.NaN };
    const { peak, now } = residentMemory(pid);
    return { peakAfterFew, peakAfterMany: peak, atEnd: now };
  } finally {
    client.close();
    await stop();
  }
}

function medians(runs: readonly MemoryUsage[]): MemoryUsage {
  return {
    peakAfterFew: median(runs.map((run) => run.peakAfterFew)),
    peakAfterMany: median(runs.map((run) => run.peakAfterMany)),
    atEnd: median(runs.map((run) => run.atEnd)),
  };
}
