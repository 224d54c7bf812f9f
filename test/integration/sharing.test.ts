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

/** Starts scrapes over real connections while the API delays its response. Returns when all of them are running. */
async function startScrapes(exporter: Exporter, simulator: Simulator, headers: readonly Record<string, string>[]) {
  const { url, arrived } = await exporter.listen();
  simulator.setFault({ kind: 'hold' });
  const scrapes: Promise<Scrape>[] = [];
  for (const each of headers) {
    const scraped = fetch(`${url}/metrics`, { headers: each }).then((response) => response.text());
    scrapes.push(scraped.then(readScrape));
    // Let the first scrape send its request before others with a short deadline start.
    if (scrapes.length === 1) await until(() => simulator.calls.inFlight === 1);
  }
  await until(() => arrived() === headers.length);
  return scrapes;
}

describe('overlapping scrapes', () => {
  it('share one request, and each gets a complete response', async () => {
    const { simulator, user } = await simulate();
    for (let index = 0; index < 50; index += 1) user.add();
    const exporter = await createExporter(simulator, user);
    const scrapes = await startScrapes(exporter, simulator, Array(20).fill({}));
    simulator.clearFaults();
    for (const metrics of await Promise.all(scrapes)) {
      expect(metrics.value('pointone_up')).toBe(1);
      expect(metrics.samples.filter(({ name }) => name === 'pointone_token_info')).toHaveLength(50);
      expect(metrics.types.has('process_start_time_seconds')).toBe(true);
    }
    expect(simulator.calls.total).toBe(1);
  });

  it('count and log a shared failure once', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const scrapes = await startScrapes(exporter, simulator, Array(5).fill({}));
    await simulator.close();
    for (const metrics of await Promise.all(scrapes)) {
      expect(metrics.value('pointone_up')).toBe(0);
      expect(metrics.value('pointone_scrape_errors_total', { reason: 'network' })).toBe(1);
    }
    expect(simulator.calls.total).toBe(1);
    expect(exporter.logged().match(/fetch failed/g)).toHaveLength(1);
  });

  it('have separate deadlines: those that time out report timeout, the others get the response', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const exporter = await createExporter(simulator, user, { args: ['--scrape.timeout-offset=0', '--api.timeout=1m'] });
    const deadlines = ['50', '0.3', '0.2'].map((seconds) => ({ [TIMEOUT_HEADER]: seconds }));
    const [long, short, shorter] = await startScrapes(exporter, simulator, deadlines);
    for (const timedOut of [await shorter, await short]) {
      expect(timedOut?.value('pointone_up')).toBe(0);
      expect(timedOut?.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    }
    simulator.clearFaults();
    const metrics = await long;
    expect(metrics?.value('pointone_up')).toBe(1);
    expect(metrics?.value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect(metrics?.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('abort the request when the last client disconnects', async () => {
    const { simulator, user } = await simulate();
    // The timeout is too long to end the request in this test.
    const exporter = await createExporter(simulator, user, { args: ['--api.timeout=10m'] });
    const { url } = await exporter.listen();
    simulator.setFault({ kind: 'hang' });
    const clients = [new AbortController(), new AbortController()];
    const scrapes = clients.map(({ signal }) => fetch(`${url}/metrics`, { signal }).catch(() => 'aborted'));
    await until(() => simulator.calls.inFlight === 1);
    clients[0]?.abort();
    await scrapes[0];
    expect(simulator.calls.inFlight).toBe(1);
    clients[1]?.abort();
    await until(() => simulator.calls.inFlight === 0);

    simulator.clearFaults();
    const next = await scrape(exporter);
    expect(next.value('pointone_up')).toBe(1);
    expect(next.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect(simulator.calls.total).toBe(2);
  });

  it('of /metrics and /probe share one request', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const scrapes = ['/metrics', '/probe?account=default'].map((path) =>
      fetch(url + path).then((response) => response.text()),
    );
    await until(() => arrived() === 2);
    simulator.clearFaults();
    for (const text of await Promise.all(scrapes)) expect(readScrape(text).value('pointone_up')).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('wait in the queue no longer than their deadline', async () => {
    const { simulator, user } = await simulate();
    const other = simulator.state.addUser('other');
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

describe('accounts that compete for concurrent requests', () => {
  it('are not starved by endpoints that hang', async () => {
    const { simulator, user } = await simulate();
    const hanging = ['a', 'b'].map((id) => simulator.state.addUser(id));
    const exporter = await createMultiAccountExporter(simulator, [...hanging, user], {
      args: ['--api.max-concurrency=2', '--api.timeout=300ms'],
    });
    for (const { id } of hanging) simulator.setFault({ kind: 'hang' }, { user: id });
    // The first scrape does not know which endpoints hang. Later scrapes start them last.
    expect((await scrape(exporter)).value('pointone_up', { account: 'user-1' })).toBe(0);
    for (let index = 0; index < 3; index += 1) {
      const metrics = await scrape(exporter);
      expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
      expect(metrics.value('pointone_up', { account: 'a' })).toBe(0);
    }
  });
});

describe('a scrape', () => {
  it.each(['/metrics', '/probe?account=default'])('of %s subtracts the offset from its deadline', async (path) => {
    const { simulator, user } = await simulate();
    // Without the offset, the deadline would be a minute.
    const exporter = await createExporter(simulator, user, {
      args: ['--api.timeout=10m', '--scrape.timeout-offset=59900ms'],
    });
    simulator.setFault({ kind: 'hang' });
    const metrics = await scrape(exporter, path, { [TIMEOUT_HEADER]: '60' });
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    await until(() => simulator.calls.inFlight === 0);
  });

  it('of /probe aborts its request when the client disconnects', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user, { args: ['--api.timeout=10m'] })).listen();
    simulator.setFault({ kind: 'hang' });
    const client = new AbortController();
    const probe = fetch(`${url}/probe?account=default`, { signal: client.signal }).catch(() => 'aborted');
    await until(() => simulator.calls.inFlight === 1);
    client.abort();
    expect(await probe).toBe('aborted');
    await until(() => simulator.calls.inFlight === 0);
  });
});

describe('sequential scrapes', () => {
  it('send one request each, without a cache', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    for (let index = 0; index < 20; index += 1) {
      user.add();
      expect((await scrape(exporter)).value('pointone_tokens')).toBe(index + 1);
    }
    expect(simulator.calls.total).toBe(20);
  });
});
