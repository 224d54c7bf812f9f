import { HttpClient } from '../http-client.ts';
import { timeOf } from '../processes.ts';
import { ratio, significant } from '../report.ts';
import { startUpstream, type Upstream } from '../simulator.ts';
import { median, rotated } from '../statistics.ts';
import type { Starter } from '../variants.ts';
import type { Measure } from './measure.ts';

const BARE = "node -e ''";

/** From the start of the process to its first scrape, against Node that does nothing and ends. */
export const startUp: Measure = async ({ extent, variants, tell }) => {
  tell('start to the first scrape');
  const upstream = await startUpstream(1, 10);
  const starts = [
    { name: BARE, once: () => timeOf(['-e', '']) },
    ...variants.map((variant) => ({ name: variant.name, once: () => untilScraped(variant, upstream) })),
  ];
  const times = new Map<string, number[]>(starts.map(({ name }) => [name, []]));
  try {
    for (let round = 0; round < extent.starts; round += 1) {
      for (const { name, once } of rotated(starts, round)) times.get(name)?.push(await once());
    }
  } finally {
    await upstream.stop();
  }
  const bare = times.get(BARE) ?? [];
  const figures = Array.from(times, ([name, ms]) => ({
    name,
    p50Ms: median(ms),
    ratio: median(ms.map((own, round) => own / (bare[round] ?? Number.NaN))),
  }));
  return {
    tables: [
      {
        title: 'Start to the first 200 on /metrics, p50 in ms',
        columns: ['', 'ms', `against ${BARE}`],
        rows: figures.map((figure) => [figure.name, significant(figure.p50Ms), ratio(figure.ratio)]),
      },
    ],
    figures,
    goals: [],
  };
};

async function untilScraped(starter: Starter, upstream: Upstream): Promise<number> {
  const begin = performance.now();
  const { metricsUrl, stop } = await starter.start(upstream);
  const client = new HttpClient();
  try {
    await client.time(metricsUrl);
    return performance.now() - begin;
  } finally {
    client.close();
    await stop();
  }
}
