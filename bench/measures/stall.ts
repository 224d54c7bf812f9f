import { roundsFor, stallingTokens } from '../extent.ts';
import { HttpClient } from '../http-client.ts';
import { count, type Goal, significant } from '../report.ts';
import { median, rotated } from '../statistics.ts';
import { OURS, type Variant, withVariants } from '../variants.ts';
import type { Measure } from './measure.ts';

const GOALS = new Map([
  [10_000, 25],
  [100_000, 250],
]);

/** Requests of an idle process: what one round trip costs, and what the machine itself holds up. */
const IDLE_REQUESTS = 300;

interface Stall {
  readonly idleMs: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

/**
 * How long others wait while a scrape is answered: a second connection asks `/-/healthy`, back to back, and the longest
 * round trip of each scrape counts.
 */
export const stall: Measure = async ({ extent, variants, tell }) => {
  const found = new Map<number, ReadonlyMap<string, Stall>>();
  for (const tokens of stallingTokens(extent)) {
    tell(`stalls while ${count(tokens)} tokens are scraped`);
    const rounds = roundsFor(tokens, extent);
    found.set(tokens, await withVariants(variants, tokens, (started) => stallsOf(started, rounds)));
  }
  return {
    tables: [
      {
        title: 'Longest round trip of /-/healthy during a scrape, in ms',
        columns: ['tokens', '', 'no scrape', 'median of the scrapes', 'worst of the scrapes'],
        rows: Array.from(found).flatMap(([tokens, byName]) =>
          Array.from(byName, ([name, { idleMs, medianMs, worstMs }]) => [
            count(tokens),
            name,
            ...[idleMs, medianMs, worstMs].map(significant),
          ]),
        ),
      },
    ],
    figures: Object.fromEntries(Array.from(found, ([tokens, byName]) => [tokens, Object.fromEntries(byName)])),
    goals: Array.from(found).flatMap(([tokens, byName]): Goal[] => {
      const goal = GOALS.get(tokens);
      const reached = byName.get(OURS)?.worstMs;
      if (goal === undefined || reached === undefined) return [];
      return [
        {
          measure: `worst stall of /-/healthy at ${count(tokens)} tokens`,
          bound: 'at most',
          goal,
          unit: ' ms',
          reached,
        },
      ];
    }),
  };
};

async function stallsOf(variants: readonly Variant[], rounds: number): Promise<Map<string, Stall>> {
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

async function worstDuringScrape({ metricsUrl, healthUrl }: Variant): Promise<number> {
  const [scraper, other] = [new HttpClient(), new HttpClient()];
  let worst = 0;
  let over = false;
  const scraped = scraper.time(metricsUrl).finally(() => {
    over = true;
  });
  const asked = (async () => {
    while (!over) worst = Math.max(worst, (await other.time(healthUrl)).ms);
  })();
  await Promise.all([scraped, asked]);
  scraper.close();
  other.close();
  return worst;
}

async function worstWhenIdle({ healthUrl }: Variant): Promise<number> {
  const client = new HttpClient();
  let worst = 0;
  for (let count = 0; count < IDLE_REQUESTS; count += 1) worst = Math.max(worst, (await client.time(healthUrl)).ms);
  client.close();
  return worst;
}
