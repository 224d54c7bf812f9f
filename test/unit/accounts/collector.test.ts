import { getEventListeners } from 'node:events';
import pLimit from 'p-limit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collector, type CollectorOptions } from '../../../src/accounts/collector.ts';
import { failedOutcome, type Outcome, type Report } from '../../../src/model/report.ts';
import type { FetchResult } from '../../../src/pointone/client.ts';

const NO_DEADLINE = Number.POSITIVE_INFINITY;
const SUCCESS: Outcome = { ok: true, tokens: [] };

function fetched(outcome: Outcome, pauseMs = 0): FetchResult {
  return { outcome, pauseMs, clockSkewMs: undefined, credentialExpiresAt: undefined };
}

interface PendingRequest {
  readonly signal: AbortSignal;
  readonly respond: (result: FetchResult) => void;
}

/**
 * Creates a collector whose requests complete only when the test calls `respond`, even if they are aborted. The test
 * advances the clocks.
 */
function createCollector(options: Partial<CollectorOptions> = {}) {
  const requests: PendingRequest[] = [];
  const recorded: Report[] = [];
  const time = { systemMs: Date.UTC(2026, 2, 1), monotonicMs: 5000 };
  const collector = new Collector({
    account: 'eu',
    expected: [],
    timeoutMs: 60_000,
    upstream: { fetchTokens: (signal) => new Promise((respond) => requests.push({ signal, respond })) },
    limit: pLimit(8),
    clock: { now: () => time.systemMs, monotonic: () => time.monotonicMs },
    onReport: (report) => recorded.push(report),
    ...options,
  });
  return { collector, requests, recorded, time };
}

function reasonOf({ outcome }: Report): string {
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

/** Waits for all asynchronous work that needs no timer. */
const flushPromises = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
});

describe('a fetch', () => {
  it('ends exactly at its timeout, even if the request ignores its signal', async () => {
    const { collector, requests } = createCollector({ timeoutMs: 1000 });
    const done = vi.fn();
    const report = collector.collect(NO_DEADLINE).finally(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(reasonOf(await report)).toBe('timeout');
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('is aborted only when the last caller leaves', async () => {
    const { collector, requests, recorded } = createCollector();
    const [first, second] = [new AbortController(), new AbortController()];
    const reports = [first, second].map(({ signal }) => collector.collect(NO_DEADLINE, signal));
    await flushPromises();
    first.abort();
    await reports[0];
    expect(requests[0]?.signal.aborted).toBe(false);
    second.abort();
    await reports[1];
    expect(requests).toHaveLength(1);
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(recorded.map(reasonOf)).toEqual(['timeout']);
  });

  it('ignores a response that arrives after it was aborted', async () => {
    const { collector, requests, recorded } = createCollector();
    await collector.collect(NO_DEADLINE, AbortSignal.abort());
    requests[0]?.respond(fetched(failedOutcome('rate_limited', 'a pause'), 60_000));
    const next = collector.collect(NO_DEADLINE);
    await flushPromises();
    requests[1]?.respond(fetched(SUCCESS));
    expect(reasonOf(await next)).toBe('ok');
    expect(recorded.map(reasonOf)).toEqual(['timeout', 'ok']);
  });

  it('times out immediately for a caller that has already disconnected', async () => {
    const { collector } = createCollector();
    expect(reasonOf(await collector.collect(NO_DEADLINE, AbortSignal.abort()))).toBe('timeout');
  });

  it('sends no request if all callers leave while it is queued', async () => {
    const limit = pLimit(1);
    const busy = createCollector({ limit });
    const queued = createCollector({ limit });
    const report = busy.collector.collect(NO_DEADLINE);
    await flushPromises();
    await queued.collector.collect(NO_DEADLINE, AbortSignal.abort());
    busy.requests[0]?.respond(fetched(SUCCESS));
    await report;
    await flushPromises();
    expect([limit.activeCount, limit.pendingCount, queued.requests.length]).toEqual([0, 0, 0]);
  });

  it('frees its slot when it ends, even if the request is still running', async () => {
    const limit = pLimit(1);
    const stuck = createCollector({ limit, timeoutMs: 1000 });
    const other = createCollector({ limit });
    const timedOut = stuck.collector.collect(NO_DEADLINE);
    await flushPromises();
    const report = other.collector.collect(NO_DEADLINE);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reasonOf(await timedOut)).toBe('timeout');
    expect(other.requests).toHaveLength(1);
    other.requests[0]?.respond(fetched(SUCCESS));
    expect(reasonOf(await report)).toBe('ok');
  });

  it('removes its timers and its listener', async () => {
    const { collector, requests, time } = createCollector();
    const { signal } = new AbortController();
    const report = collector.collect(time.monotonicMs + 1000, signal);
    await flushPromises();
    expect(vi.getTimerCount()).toBe(2);
    requests[0]?.respond(fetched(SUCCESS));
    await report;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    // The remaining timer evicts the cached report.
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([NO_DEADLINE, 2 ** 31, 1e12])('completes for a caller with a deadline in %d ms', async (withinMs) => {
    const { collector, requests, time } = createCollector();
    const report = collector.collect(time.monotonicMs + withinMs);
    await vi.advanceTimersByTimeAsync(59_999);
    requests[0]?.respond(fetched(SUCCESS));
    expect(reasonOf(await report)).toBe('ok');
  });
});

describe('a report', () => {
  it('has the duration until the response arrives or the caller leaves', async () => {
    const { collector, requests, time } = createCollector();
    const disconnect = new AbortController();
    const reports = [collector.collect(NO_DEADLINE, disconnect.signal), collector.collect(NO_DEADLINE)];
    await flushPromises();
    time.monotonicMs += 250;
    disconnect.abort();
    expect((await reports[0])?.durationMs).toBe(250);
    time.monotonicMs += 250;
    requests[0]?.respond(fetched(SUCCESS));
    expect((await reports[1])?.durationMs).toBe(500);
  });

  it('does not change when later fetches fail', async () => {
    const { collector, requests } = createCollector();
    const fail = async (): Promise<Report> => {
      const report = collector.collect(NO_DEADLINE);
      await flushPromises();
      requests.at(-1)?.respond(fetched(failedOutcome('http', 'HTTP 500')));
      return report;
    };
    const first = await fail();
    const second = await fail();
    expect([first.errors.http, second.errors.http]).toEqual([1, 2]);
  });

  it('keeps the time of the last success after later failures', async () => {
    const { collector, requests, time } = createCollector();
    const start = time.systemMs;
    const seen: unknown[] = [];
    for (const outcome of [failedOutcome('http', 'HTTP 500'), SUCCESS, failedOutcome('http', 'HTTP 500')]) {
      time.systemMs += 1000;
      const report = collector.collect(NO_DEADLINE);
      await flushPromises();
      requests.at(-1)?.respond(fetched(outcome));
      seen.push((await report).lastSuccessAt);
    }
    expect(seen).toEqual([undefined, start + 2000, start + 2000]);
  });

  it('is recorded once for all callers that leave early, and once for the response', async () => {
    const { collector, requests, recorded } = createCollector();
    const controllers = [new AbortController(), new AbortController()];
    const reports = controllers.map(({ signal }) => collector.collect(NO_DEADLINE, signal));
    const remaining = collector.collect(NO_DEADLINE);
    await flushPromises();
    for (const { signal } of controllers) expect(signal.aborted).toBe(false);
    for (const controller of controllers) controller.abort();
    expect((await Promise.all(reports)).map(({ errors }) => errors.timeout)).toEqual([1, 1]);
    requests[0]?.respond(fetched(SUCCESS));
    expect((await remaining).errors.timeout).toBe(1);
    expect(recorded.map(reasonOf)).toEqual(['timeout', 'ok']);
  });
});

describe('a pause', () => {
  async function createPausedCollector() {
    const fixture = createCollector();
    const report = fixture.collector.collect(NO_DEADLINE);
    await flushPromises();
    fixture.requests[0]?.respond(fetched(failedOutcome('rate_limited', 'a pause'), 30_000));
    await report;
    return fixture;
  }

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('keeps its length when the system time is set %s', async (_direction, by) => {
    const { collector, requests, time } = await createPausedCollector();
    time.systemMs += by;
    time.monotonicMs += 29_999;
    expect(reasonOf(await collector.collect(NO_DEADLINE))).toBe('rate_limited');
    expect(requests).toHaveLength(1);
    time.monotonicMs += 1;
    const next = collector.collect(NO_DEADLINE);
    await flushPromises();
    expect(requests).toHaveLength(2);
    requests[1]?.respond(fetched(SUCCESS));
    expect(reasonOf(await next)).toBe('ok');
  });

  it('is counted as an error at each scrape', async () => {
    const { collector, recorded } = await createPausedCollector();
    await collector.collect(NO_DEADLINE);
    await collector.collect(NO_DEADLINE);
    expect(recorded.map(({ errors }) => errors.rate_limited)).toEqual([1, 2, 3]);
  });
});
