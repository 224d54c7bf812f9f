import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';
import { stackTest } from '../support/stack.ts';
import { LATE_ENGINES } from './late-engines.ts';
import { MINUTE } from './lives/life.ts';
import { evaluateSeries } from './lives/promtool.ts';
import type { InputSeries } from './lives/series.ts';
import { withDerivedSeries } from './scenario-series.ts';

vi.setConfig({ testTimeout: 120_000 });

const RULES = await readFile('alerts/rules.yml', 'utf8');

/** Minutes. */
const END = 60;
const LEAVES = [20, 21, 22, 23];

/** A token that leaves the list while another pod, which does not know it, takes over. Times are in minutes. */
interface Departure {
  readonly name: string;
  readonly expires: number;
  /** The first scrape without the token. */
  readonly leaves: number;
  /** How long no pod exists. */
  readonly gap: number;
}

/** Returns the series of two pods that take turns. The list keeps another token. */
function seriesOf({ name, expires, leaves, gap }: Departure): InputSeries[] {
  const pod = (instance: string, samples: (value: number) => string, hasToken: boolean): InputSeries[] => {
    const target = `job="pointone",instance="${instance}"`;
    const token = (of: string, expiry: number): InputSeries[] => {
      const labels = `${target},account="${name}",name="${of}",role="RW",created_at="1969-01-01T00:00:00Z"`;
      return Object.entries({
        [`pointone_token_expiry_known{${labels}}`]: 1,
        [`pointone_token_expiry_timestamp_seconds{${labels}}`]: expiry * MINUTE,
        [`pointone_token_created_timestamp_seconds{${labels}}`]: -365 * 86_400,
        [`pointone_token_status{${labels},status="ACTIVE"}`]: 1,
      }).map(([series, value]) => ({ series, values: samples(value) }));
    };
    return [
      { series: `up{${target}}`, values: samples(1) },
      { series: `pointone_up{${target},account="${name}"}`, values: samples(1) },
      ...token('other', 365 * 1440),
      ...(hasToken ? token('ci', expires) : []),
    ];
  };
  return [
    ...pod(`${name}:1`, (value) => `${value}x${leaves - 1} stale`, true),
    ...pod(`${name}:2`, (value) => `_x${leaves + gap} ${value}x${END - leaves - gap}`, false),
  ];
}

const DEPARTURES: readonly Departure[] = LEAVES.flatMap((leaves) => [
  { name: `expired-${leaves}`, expires: leaves + 1, leaves, gap: 0 },
  { name: `expired-in-a-gap-${leaves}`, expires: leaves + 1, leaves, gap: 15 },
  { name: `deleted-before-${leaves}`, expires: leaves + 16, leaves, gap: 0 },
  { name: `deleted-after-${leaves}`, expires: leaves - 16, leaves, gap: 0 },
]);

/** Returns the accounts whose token counts as expired in the last minute. */
async function expiredAtTheEnd(rules: string, evaluationInterval: number): Promise<string[]> {
  const folder = await temporaryFolder();
  const rulesFile = join(folder, 'rules.yml');
  await writeFile(rulesFile, rules);
  const series = await withDerivedSeries(DEPARTURES.flatMap(seriesOf), MINUTE);
  const firings = await evaluateSeries(
    { series, step: MINUTE, steps: END, alerts: ['PointOneTokenExpired'], evaluationInterval },
    rulesFile,
    join(folder, 'test.json'),
  );
  return (firings.at(-1) ?? []).map(({ account = '' }) => account).sort();
}

const EXPIRED = DEPARTURES.map(({ name }) => name)
  .filter((name) => name.startsWith('expired'))
  .sort();

describe.each([
  { often: 'every minute', interval: MINUTE },
  { often: 'every two minutes', interval: 2 * MINUTE },
  { often: 'every two minutes, but every second time is skipped', interval: 4 * MINUTE },
])('if the rules are evaluated $often', ({ interval }) => {
  stackTest('a token that leaves the list at its expiry counts as expired, and no other', ['promtool'], async () => {
    expect(await expiredAtTheEnd(RULES, interval)).toEqual(EXPIRED);
  });

  stackTest('the same tokens count as expired in the reverse order of evaluation', ['promtool'], async () => {
    const [reversed] = LATE_ENGINES;
    expect(await expiredAtTheEnd(reversed?.rules(RULES) ?? '', interval)).toEqual(EXPIRED);
  });
});

stackTest('rules that look back at a single minute miss expiries at two minutes', ['promtool'], async () => {
  const rules = RULES.replaceAll('[5m:1m] offset 1m', '[30s:1m] offset 1m');
  expect(await expiredAtTheEnd(rules, MINUTE)).toEqual(EXPIRED);
  expect((await expiredAtTheEnd(rules, 2 * MINUTE)).length).toBeLessThan(EXPIRED.length);
});
