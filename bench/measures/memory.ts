import { HttpClient } from '../http-client.ts';
import { PROC_IS_THERE, residentMemory } from '../proc.ts';
import { count, ratio, significant } from '../report.ts';
import { startUpstream, type Upstream } from '../simulator.ts';
import { median, rotated } from '../statistics.ts';
import { LIMIT, OURS, type Starter, USUAL } from '../variants.ts';
import type { Measure } from './measure.ts';

/** Resident memory of one process, in MB. */
interface Run {
  readonly peakOfFew: number;
  readonly peakOfMany: number;
  readonly atEnd: number;
}

/** Peak resident memory over few scrapes, and whether it still grows over many. */
export const memory: Measure = async ({ extent, variants, tell }) => {
  const [few, many] = extent.memoryScrapes;
  const runs = new Map<string, Run[]>(variants.map(({ name }) => [name, []]));
  if (PROC_IS_THERE) {
    const upstream = await startUpstream(1, extent.memoryTokens);
    try {
      for (let run = 0; run < extent.memoryRuns; run += 1) {
        tell(`memory, run ${run + 1} of ${extent.memoryRuns}`);
        for (const variant of rotated(variants, run)) {
          // Many scrapes of the usual pattern would take the longest time of all, and say nothing of this exporter.
          const last = variant.name === USUAL ? few : many;
          runs.get(variant.name)?.push(await runOnce(variant, upstream, few, last));
        }
      }
    } finally {
      await upstream.stop();
    }
  }
  const figures = new Map(Array.from(runs, ([name, all]) => [name, medians(all)]));
  const [limit, ours] = [figures.get(LIMIT), figures.get(OURS)];
  const against = (figure: Run): number => figure.peakOfFew / (limit?.peakOfFew ?? Number.NaN);
  return {
    tables: [
      {
        title: `Resident memory in MB, over scrapes of ${count(extent.memoryTokens)} tokens`,
        columns: ['', `peak of ${few}`, 'against the limit', `peak of ${count(many)}`, `after ${count(many)}`],
        rows: Array.from(figures, ([name, figure]) => [
          name,
          significant(figure.peakOfFew),
          ratio(against(figure)),
          significant(figure.peakOfMany),
          significant(figure.atEnd),
        ]),
        notes: PROC_IS_THERE ? [] : ['Not measured: only Linux tells the memory of another process.'],
      },
    ],
    figures: Object.fromEntries(figures),
    goals: ours
      ? [
          {
            measure: `peak memory over ${few} scrapes against the limit`,
            bound: 'at most',
            goal: 1.4,
            unit: ' ×',
            reached: against(ours),
          },
          {
            measure: `peak memory over ${count(many)} scrapes against ${few}`,
            bound: 'at most',
            goal: 1.1,
            unit: ' ×',
            reached: ours.peakOfMany / ours.peakOfFew,
          },
        ]
      : [],
  };
};

async function runOnce(starter: Starter, upstream: Upstream, few: number, last: number): Promise<Run> {
  const { pid, metricsUrl, stop } = await starter.start(upstream);
  const client = new HttpClient();
  try {
    for (let scrapes = 0; scrapes < few; scrapes += 1) await client.time(metricsUrl);
    const peakOfFew = residentMemory(pid).peak;
    for (let scrapes = few; scrapes < last; scrapes += 1) await client.time(metricsUrl);
    if (last === few) return { peakOfFew, peakOfMany: Number.NaN, atEnd: Number.NaN };
    const { peak, now } = residentMemory(pid);
    return { peakOfFew, peakOfMany: peak, atEnd: now };
  } finally {
    client.close();
    await stop();
  }
}

function medians(runs: readonly Run[]): Run {
  return {
    peakOfFew: median(runs.map((run) => run.peakOfFew)),
    peakOfMany: median(runs.map((run) => run.peakOfMany)),
    atEnd: median(runs.map((run) => run.atEnd)),
  };
}
