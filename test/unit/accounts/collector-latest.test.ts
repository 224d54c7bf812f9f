import pLimit from 'p-limit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collector, type PendingAccount } from '../../../src/accounts/collector.ts';
import { failedOutcome, type Outcome, type Report } from '../../../src/model/report.ts';
import type { FetchResult } from '../../../src/pointone/client.ts';

const MAX_WAIT_MS = 3000;
const GOOD: Outcome = { ok: true, tokens: [] };
const BAD = failedOutcome('http', 'HTTP 502');

function fetched(outcome: Outcome, pauseMs = 0): FetchResult {
  return { outcome, pauseMs, clockSkewMs: undefined, credentialExpiresAt: Date.UTC(2027, 0, 1) };
}

/** Creates a collector whose requests the test resolves, and whose clocks follow the fake timers. */
function createCollector() {
  const requests: { readonly signal: AbortSignal; readonly respond: (result: FetchResult) => void }[] = [];
  const reports: Report[] = [];
  const collector = new Collector({
    account: 'eu',
    expected: [],
    timeoutMs: 10_000,
    upstream: { fetchTokens: (signal) => new Promise((respond) => requests.push({ signal, respond })) },
    limit: pLimit(8),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    onReport: (report) => reports.push(report),
  });
  /** Reads the latest state and resolves the request for it. */
  const read = async (result: FetchResult): Promise<void> => {
    const report = collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(0);
    requests.at(-1)?.respond(result);
    await report;
  };
  return { collector, requests, reports, read };
}

function summarize({ outcome }: Report | PendingAccount): string {
  if (outcome === undefined) return 'pending';
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

describe('the latest report', () => {
  it.each([
    ['ok', GOOD],
    ['http', BAD],
  ])('is cached for 15 s and then fetched again (%s)', async (reason, outcome) => {
    const { collector, requests, read } = createCollector();
    await read(fetched(outcome));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(summarize(await collector.latest(MAX_WAIT_MS))).toBe(reason);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await read(fetched(GOOD));
    expect(requests).toHaveLength(2);
  });

  it('can be that of a scrape, while a scrape always sends a request', async () => {
    const { collector, requests } = createCollector();
    const scrape = collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    requests[0]?.respond(fetched(GOOD));
    const report = await scrape;
    expect(await collector.latest(MAX_WAIT_MS)).toBe(report);
    void collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(2);
  });

  it('is not the timeout of a scrape that reached its own deadline', async () => {
    const { collector, requests } = createCollector();
    const scrape = collector.collect(performance.now() + 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(summarize(await scrape)).toBe('timeout');
    void collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(2);
  });

  it('is evicted after 15 s even without further reads', async () => {
    const { read } = createCollector();
    await read(fetched(GOOD));
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is cached for 15 s after it replaces an earlier report', async () => {
    const { collector, requests, read } = createCollector();
    await read(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(10_000);
    const scrape = collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    requests[1]?.respond(fetched(BAD));
    const report = await scrape;
    await vi.advanceTimersByTimeAsync(14_999);
    expect(await collector.latest(MAX_WAIT_MS)).toBe(report);
    expect(requests).toHaveLength(2);
  });

  it('has the expected tokens of the current configuration', async () => {
    const { collector, read } = createCollector();
    await read(fetched(GOOD));
    const expected = [{ name: 'caster', role: undefined }];
    collector.updateOptions({ expected, timeoutMs: 5000 });
    expect(await collector.latest(MAX_WAIT_MS)).toMatchObject({ expected, outcome: GOOD });
  });

  it('counts one failure per 15 s during a pause that the API asked for', async () => {
    const { collector, requests, reports, read } = createCollector();
    await read(fetched(failedOutcome('rate_limited', 'a pause'), 60_000));
    await vi.advanceTimersByTimeAsync(15_000);
    for (let loads = 0; loads < 3; loads += 1)
      expect(summarize(await collector.latest(MAX_WAIT_MS))).toBe('rate_limited');
    expect(reports).toHaveLength(2);
    expect(requests).toHaveLength(1);
  });
});

describe('while the API does not respond', () => {
  it('a reader gets the account as pending after the maximum wait, and nothing is counted', async () => {
    const { collector, reports, read } = createCollector();
    await read(fetched(GOOD));
    const readAt = Date.now();
    await vi.advanceTimersByTimeAsync(15_000);
    const latest = collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(await latest).toEqual({
      account: 'eu',
      outcome: undefined,
      lastSuccessAt: readAt,
      credentialExpiresAt: Date.UTC(2027, 0, 1),
    });
    expect(reports.map(summarize)).toEqual(['ok']);
  });

  it('the fetch continues for the next reader, who does not wait longer than the first', async () => {
    const { collector, requests } = createCollector();
    const first = collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(summarize(await first)).toBe('pending');
    const second = collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(0);
    expect(summarize(await second)).toBe('pending');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.signal.aborted).toBe(false);
    requests[0]?.respond(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(0);
    expect(summarize(await collector.latest(MAX_WAIT_MS))).toBe('ok');
    expect(requests).toHaveLength(1);
  });

  it('the fetch ends at its timeout, which is counted once and cached', async () => {
    const { collector, reports } = createCollector();
    void collector.latest(MAX_WAIT_MS);
    void collector.latest(MAX_WAIT_MS);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(summarize(await collector.latest(MAX_WAIT_MS))).toBe('timeout');
    expect(reports.map(summarize)).toEqual(['timeout']);
  });

  it('a scrape that shares the fetch times out at its own deadline, and the reader gets the response', async () => {
    const { collector, requests } = createCollector();
    const latest = collector.latest(MAX_WAIT_MS);
    const scrape = collector.collect(performance.now() + 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(summarize(await scrape)).toBe('timeout');
    requests[0]?.respond(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(0);
    expect(summarize(await latest)).toBe('ok');
    expect(requests).toHaveLength(1);
  });
});
