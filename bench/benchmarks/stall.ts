import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount, formatNumber, type Goal } from '../report.ts';
import { median, rotated } from '../statistics.ts';
import { OURS, type RunningVariant, withVariants } from '../variants.ts';
import { roundsFor, stallTokens } from '../workload.ts';

const GOALS = new Map([
  [10_000, 25],
  [100_000, 250],
]);

/** Requests to an idle process, to measure the round trip and the delays of the machine. */
const IDLE_REQUESTS = 300;

interface Stall {
  readonly idleMs: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

/**
 * How long a scrape delays other requests. A second connection requests `/-/healthy` continuously, and the longest
 * round trip of each scrape counts.
 */
export const stall: Benchmark = async ({ workload, variants, logProgress }) => {
  const stalls = new Map<number, ReadonlyMap<string, Stall>>();
  for (const tokens of stallTokens(workload)) {
    logProgress(`stalls during scrapes of ${formatCount(tokens)} tokens`);
    const rounds = roundsFor(tokens, workload);
    stalls.set(tokens, await withVariants(variants, tokens, (started) => measureStalls(started, rounds)));
  }
  return {
    tables: [
      {
        title: 'Longest round trip of /-/healthy during a scrape, in ms',
        columns: ['tokens', '', 'idle', 'median of the scrapes', 'maximum of the scrapes'],
        rows: Array.from(stalls).flatMap(([tokens, byName]) =>
          Array.from(byName, ([name, { idleMs, medianMs, worstMs }]) => [
            formatCount(tokens),
            name,
            ...[idleMs, medianMs, worstMs].map(formatNumber),
          ]),
        ),
      },
    ],
    values: Object.fromEntries(Array.from(stalls, ([tokens, byName]) => [tokens, Object.fromEntries(byName)])),
    goals: Array.from(stalls).flatMap(([tokens, byName]): Goal[] => {
      const goal = GOALS.get(tokens);
      const reached = byName.get(OURS)?.worstMs;
      if (goal === undefined || reached === undefined) return [];
      return [
        {
          metric: `longest stall of /-/healthy at ${formatCount(tokens)} tokens`,
          bound: 'at most',
          target: goal,
          unit: ' ms',
          actual: reached,
        },
      ];
    }),
  };
};

async function measureStalls(variants: readonly RunningVariant[], rounds: number): Promise<Map<string, Stall>> {
  const idle: number[] = [];
  for (const variant of variants) {
    await worstDuringScrape(variant);
    idle.push(await worstWhenIdle(variant));
  }
  const worst = variants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of rotated([...variants.keys()], round)) {
      const variant = variants[index];
      if (variant !== undefined) worst[index]?.push(await worstDuringScrape(variant));
    }
  }
  return new Map(
    variants.map(({ name }, index) => {
      const all = worst[index] ?? [];
      return [name, { idleMs: idle[index] ?? Number.NaN, medianMs: median(all), worstMs: Math.max(...all) }];
    }),
  );
}

async function worstDuringScrape({ metricsUrl, healthUrl }: RunningVariant): Promise<number> {
  const [scraper, prober] = [new HttpClient(), new HttpClient()];
  let worst = 0;
  let done = false;
  const scraped = scraper.time(metricsUrl).finally(() => {
    done = true;
  });
  const probed = (async () => {
    while (!done) worst = Math.max(worst, (await prober.time(healthUrl)).ms);
  })();
  await Promise.all([scraped, probed]);
  scraper.close();
  prober.close();
  return worst;
}

async function worstWhenIdle({ healthUrl }: RunningVariant): Promise<number> {
  const client = new HttpClient();
  let worst = 0;
  for (let count = 0; count < IDLE_REQUESTS; count += 1) worst = Math.max(worst, (await client.time(healthUrl)).ms);
  client.close();
  return worst;
}
