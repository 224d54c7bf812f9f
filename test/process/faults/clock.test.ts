import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, until } from '../../support/exporter.ts';
import { expectDown, expectUp, FAULTY, failures, serveTwoAccounts } from '../../support/two-accounts.ts';

const DAY_SECONDS = 86_400;

/** Returns a module that shifts the program's wall clock by the number of seconds in a file. */
const setClock = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from 'node:fs';
  const Real = Date;
  const now = () => Real.now() + Number(readFileSync(${JSON.stringify(file)}, 'utf8')) * 1000;
  globalThis.Date = class Date extends Real {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
`)}`;

async function serveWithClock() {
  const file = join(await temporaryFolder(), 'offset');
  let offset = 0;
  const jump = (seconds: number): void => {
    offset += seconds;
    writeFileSync(`${file}.new`, String(offset));
    renameSync(`${file}.new`, file);
  };
  jump(0);
  const exporter = await serveTwoAccounts({ environment: { NODE_OPTIONS: `--import=${setClock(file)}` } });
  /** The wall-clock time of the program, in seconds. */
  const now = (): number => Date.now() / 1000 + offset;
  return { ...exporter, jump, now, offset: () => offset };
}

describe.each([
  ['forward', 30 * DAY_SECONDS],
  ['back', -30 * DAY_SECONDS],
])('a clock that jumps %s', (_direction, seconds) => {
  it('shifts only the metrics that depend on the current time', async () => {
    const { scrape, jump, now, offset } = await serveWithClock();
    const expiry = (await scrape()).value('pointone_token_expiry_timestamp_seconds', { account: FAULTY });
    jump(seconds);
    const before = now();
    const metrics = await scrape();
    const after = now();
    const value = (name: string): number => metrics.value(name, { account: FAULTY }) ?? Number.NaN;

    expectUp(metrics, FAULTY);
    expect(value('pointone_token_expiry_timestamp_seconds')).toBe(expiry);
    const scrapedAt = value('pointone_token_expiry_timestamp_seconds') - value('pointone_token_expires_in_seconds');
    // Both values have a resolution of one millisecond.
    expect(scrapedAt).toBeGreaterThanOrEqual(before - 0.002);
    expect(scrapedAt).toBeLessThanOrEqual(after + 0.002);
    expect(value('pointone_last_success_timestamp_seconds')).toBeGreaterThanOrEqual(before - 0.002);
    expect(value('pointone_last_success_timestamp_seconds')).toBeLessThanOrEqual(after + 0.002);
    // The Date header of the response has a resolution of one second.
    expect(value('pointone_clock_skew_seconds')).toBeGreaterThanOrEqual(offset() - 0.002);
    expect(value('pointone_clock_skew_seconds')).toBeLessThanOrEqual(offset() + (after - before) + 1);
    expect(value('pointone_scrape_duration_seconds')).toBeGreaterThan(0);
    expect(value('pointone_scrape_duration_seconds')).toBeLessThan(DAY_SECONDS);
    // Without a sample since the last scrape, Node's event loop lag is NaN, whatever the clock does.
    const ours = metrics.samples.filter(({ name }) => name.startsWith('pointone_'));
    expect(ours.filter(({ value: number }) => !Number.isFinite(number))).toEqual([]);
  });

  it('does not change the duration of a Retry-After pause', async () => {
    const { simulator, scrape, jump } = await serveWithClock();
    const headers = { 'Retry-After': '600' };
    simulator.setFault({ kind: 'status', status: 429, headers }, { user: FAULTY, times: 1 });
    expect(failures(await scrape())).toEqual({ rate_limited: 1 });
    const calls = simulator.calls.byUser.get(FAULTY);
    jump(seconds);
    expect(failures(await scrape())).toEqual({ rate_limited: 2 });
    expect(simulator.calls.byUser.get(FAULTY)).toBe(calls);
  });

  it('does not extend a Retry-After pause of one second', async () => {
    const { simulator, scrape, jump } = await serveWithClock();
    const headers = { 'Retry-After': '1' };
    simulator.setFault({ kind: 'status', status: 429, headers }, { user: FAULTY, times: 1 });
    expectDown(await scrape(), FAULTY);
    jump(seconds);
    for (;;) {
      const metrics = await scrape();
      if (metrics.value('pointone_up', { account: FAULTY }) === 1) break;
      expect(Object.keys(failures(metrics))).toEqual(['rate_limited']);
    }
  });

  it('during a scrape does not change its deadline', async () => {
    const { simulator, scrape, jump } = await serveWithClock();
    simulator.setFault({ kind: 'hang' }, { user: FAULTY });
    const scraping = scrape(2);
    await until(() => (simulator.calls.byUser.get(FAULTY) ?? 0) > 0);
    jump(seconds);
    expect(failures(await scraping)).toEqual({ timeout: 1 });
    simulator.clearFaults();
    expectUp(await scrape(), FAULTY);
  });
});
