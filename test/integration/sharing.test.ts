import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import {
  createExporter,
  createMultiAccountExporter,
  type Exporter,
  readScrape,
  type Scrape,
  scrape,
  simulate,
  until,
} from '../support/exporter.ts';

const TIMEOUT_HEADER = 'X-Prometheus-Scrape-Timeout-Seconds';

/** Starts scrapes over real connections while the API holds its answer back; all are under way when this returns. */
async function underWay(exporter: Exporter, simulator: Simulator, headers: readonly Record<string, string>[]) {
  const { url, arrived } = await exporter.listen();
  simulator.setFault({ kind: 'hold' });
  const scrapes: Promise<Scrape>[] = [];
  for (const one of headers) {
    scrapes.push(fetch(`${url}/metrics`, { headers: one }).then(async (answer) => readScrape(await answer.text())));
    // The first has made its call before another comes that may not wait for long.
    if (scrapes.length === 1) await until(() => simulator.calls.inFlight === 1);
  }
  await until(() => arrived() === headers.length);
  return scrapes;
}

describe('scrapes that overlap', () => {
  it('share one call, and each gets a whole answer', async () => {
    const { simulator, user } = await simulate();
    for (let index = 0; index < 50; index += 1) user.add();
    const exporter = await createExporter(simulator, user);
    const scrapes = await underWay(exporter, simulator, Array(20).fill({}));
    simulator.clearFaults();
    for (const metrics of await Promise.all(scrapes)) {
      expect(metrics.value('pointone_up')).toBe(1);
      expect(metrics.samples.filter(({ name }) => name === 'pointone_token_info')).toHaveLength(50);
      expect(metrics.types.has('process_start_time_seconds')).toBe(true);
    }
    expect(simulator.calls.total).toBe(1);
  });

  it('count and log the failure they share once', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const scrapes = await underWay(exporter, simulator, Array(5).fill({}));
    await simulator.close();
    for (const metrics of await Promise.all(scrapes)) {
      expect(metrics.value('pointone_up')).toBe(0);
      expect(metrics.value('pointone_scrape_errors_total', { reason: 'network' })).toBe(1);
    }
    expect(simulator.calls.total).toBe(1);
    expect(exporter.logged().match(/fetch failed/g)).toHaveLength(1);
  });

  it('have each their own deadline: who leaves early reports timeout, the others get the answer', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const exporter = await createExporter(simulator, user, { args: ['--scrape.timeout-offset=0', '--api.timeout=1m'] });
    const deadlines = ['50', '0.3', '0.2'].map((seconds) => ({ [TIMEOUT_HEADER]: seconds }));
    const [patient, soon, sooner] = await underWay(exporter, simulator, deadlines);
    for (const impatient of [await sooner, await soon]) {
      expect(impatient?.value('pointone_up')).toBe(0);
      expect(impatient?.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    }
    simulator.clearFaults();
    const answered = await patient;
    expect(answered?.value('pointone_up')).toBe(1);
    expect(answered?.value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect(answered?.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('let go of the call when the last of them has left', async () => {
    const { simulator, user } = await simulate();
    // Long enough that the call cannot have come to its own end.
    const exporter = await createExporter(simulator, user, { args: ['--api.timeout=10m'] });
    const { url } = await exporter.listen();
    simulator.setFault({ kind: 'hang' });
    const impatient = [new AbortController(), new AbortController()];
    const gone = impatient.map(({ signal }) => fetch(`${url}/metrics`, { signal }).catch(() => 'gone'));
    await until(() => simulator.calls.inFlight === 1);
    impatient[0]?.abort();
    await gone[0];
    expect(simulator.calls.inFlight).toBe(1);
    impatient[1]?.abort();
    await until(() => simulator.calls.inFlight === 0);

    simulator.clearFaults();
    const next = await scrape(exporter);
    expect(next.value('pointone_up')).toBe(1);
    expect(next.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect(simulator.calls.total).toBe(2);
  });

  it('include /probe, which waits for the same call', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const scrapes = ['/metrics', '/probe?account=default'].map((path) =>
      fetch(url + path).then((answer) => answer.text()),
    );
    await until(() => arrived() === 2);
    simulator.clearFaults();
    for (const text of await Promise.all(scrapes)) expect(readScrape(text).value('pointone_up')).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('wait for a free place no longer than their deadline', async () => {
    const { simulator, user } = await simulate();
    const other = simulator.world.addUser('other');
    const exporter = await createMultiAccountExporter(simulator, [user, other], {
      args: ['--api.max-concurrency=1', '--api.timeout=10m', '--scrape.timeout-offset=0'],
    });
    simulator.setFault({ kind: 'hang' });
    const metrics = await scrape(exporter, '/metrics', { [TIMEOUT_HEADER]: '0.3' });
    for (const account of ['user-1', 'other']) {
      expect(metrics.value('pointone_scrape_errors_total', { account, reason: 'timeout' })).toBe(1);
    }
    expect(simulator.calls.total).toBeLessThanOrEqual(1);
    simulator.clearFaults();
    const next = await scrape(exporter);
    expect(next.value('pointone_up', { account: 'other' })).toBe(1);
  });
});

describe('accounts that compete for places', () => {
  it('have each their turn, whoever hangs', async () => {
    const { simulator, user } = await simulate();
    const hanging = ['a', 'b'].map((id) => simulator.world.addUser(id));
    const exporter = await createMultiAccountExporter(simulator, [...hanging, user], {
      args: ['--api.max-concurrency=2', '--api.timeout=300ms'],
    });
    for (const { id } of hanging) simulator.setFault({ kind: 'hang' }, { user: id });
    // The first scrape cannot know who hangs; from the second on nobody else pays for it.
    expect((await scrape(exporter)).value('pointone_up', { account: 'user-1' })).toBe(0);
    for (let index = 0; index < 3; index += 1) {
      const metrics = await scrape(exporter);
      expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
      expect(metrics.value('pointone_up', { account: 'a' })).toBe(0);
    }
  });
});

describe('a scrape', () => {
  it.each(['/metrics', '/probe?account=default'])('of %s keeps the offset back from its deadline', async (path) => {
    const { simulator, user } = await simulate();
    // Without the offset it would be a minute.
    const exporter = await createExporter(simulator, user, {
      args: ['--api.timeout=10m', '--scrape.timeout-offset=59900ms'],
    });
    simulator.setFault({ kind: 'hang' });
    const metrics = await scrape(exporter, path, { [TIMEOUT_HEADER]: '60' });
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    await until(() => simulator.calls.inFlight === 0);
  });

  it('of /probe lets go of its call when the scraper leaves', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user, { args: ['--api.timeout=10m'] })).listen();
    simulator.setFault({ kind: 'hang' });
    const impatient = new AbortController();
    const gone = fetch(`${url}/probe?account=default`, { signal: impatient.signal }).catch(() => 'gone');
    await until(() => simulator.calls.inFlight === 1);
    impatient.abort();
    expect(await gone).toBe('gone');
    await until(() => simulator.calls.inFlight === 0);
  });
});

describe('scrapes one after the other', () => {
  it('make a call each: nothing is kept between them', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    for (let index = 0; index < 20; index += 1) {
      user.add();
      expect((await scrape(exporter)).value('pointone_tokens')).toBe(index + 1);
    }
    expect(simulator.calls.total).toBe(20);
  });
});
