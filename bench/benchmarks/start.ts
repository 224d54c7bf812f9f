import { HttpClient } from '../http-client.ts';
import { timeNode } from '../processes.ts';
import { type Benchmark, formatNumber, formatRatio } from '../report.ts';
import { type BenchApi, startBenchApi } from '../simulator.ts';
import { median, rotated } from '../statistics.ts';
import type { Variant } from '../variants.ts';

const EMPTY_NODE = "node -e ''";

/** Time from the start of the process to its first scrape, compared with a Node process that exits immediately. */
export const startup: Benchmark = async ({ workload, variants, logProgress }) => {
  logProgress('startup to first scrape');
  const upstream = await startBenchApi(1, 10);
  const starts = [
    { name: EMPTY_NODE, once: () => timeNode(['-e', '']) },
    ...variants.map((variant) => ({ name: variant.name, once: () => timeToFirstScrape(variant, upstream) })),
  ];
  const times = new Map<string, number[]>(starts.map(({ name }) => [name, []]));
  try {
    for (let round = 0; round < workload.starts; round += 1) {
      for (const { name, once } of rotated(starts, round)) times.get(name)?.push(await once());
    }
  } finally {
    await upstream.stop();
  }
  const baseline = times.get(EMPTY_NODE) ?? [];
  const values = Array.from(times, ([name, ms]) => ({
    name,
    p50Ms: median(ms),
    ratio: median(ms.map((measured, round) => measured / (baseline[round] ?? Number.NaN))),
  }));
  return {
    tables: [
      {
        title: 'Startup to the first 200 on /metrics, p50 in ms',
        columns: ['', 'ms', `relative to ${EMPTY_NODE}`],
        rows: values.map((row) => [row.name, formatNumber(row.p50Ms), formatRatio(row.ratio)]),
      },
    ],
    values,
    goals: [],
  };
};

async function timeToFirstScrape(variant: Variant, upstream: BenchApi): Promise<number> {
  const begin = performance.now();
  const { metricsUrl, stop } = await variant.start(upstream);
  const client = new HttpClient();
  try {
    await client.time(metricsUrl);
    return performance.now() - begin;
  } finally {
    client.close();
    await stop();
  }
}
