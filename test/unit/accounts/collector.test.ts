import { getEventListeners } from 'node:events';
import pLimit from 'p-limit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collector, type CollectorOptions } from '../../../src/accounts/collector.ts';
import { failedOutcome, type Outcome, type Report } from '../../../src/model/report.ts';
import type { FetchResult } from '../../../src/pointone/client.ts';

const NO_DEADLINE = Number.POSITIVE_INFINITY;
const GOOD: Outcome = { ok: true, tokens: [] };

function fetched(outcome: Outcome, pauseMs = 0): FetchResult {
  return { outcome, pauseMs, clockSkewMs: undefined, credentialExpiresAt: undefined };
}

interface Call {
  readonly signal: AbortSignal;
  readonly answer: (fetched: FetchResult) => void;
}

/** A collector whose calls are answered by hand, and never by their signal; time goes on by hand, too. */
function collecting(options: Partial<CollectorOptions> = {}) {
  const calls: Call[] = [];
  const heard: Report[] = [];
  const time = { day: Date.UTC(2026, 2, 1), elapsed: 5000 };
  const collector = new Collector({
    account: 'eu',
    expected: [],
    timeoutMs: 60_000,
    upstream: { fetchTokens: (signal) => new Promise((answer) => calls.push({ signal, answer })) },
    limit: pLimit(8),
    clock: { now: () => time.day, monotonic: () => time.elapsed },
    onReport: (report) => heard.push(report),
    ...options,
  });
  return { collector, calls, heard, time };
}

function reasonOf({ outcome }: Report): string {
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

/** Everything that needs no timer is done when this resolves. */
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
});

describe('a fetch', () => {
  it('ends at its timeout to the millisecond, whether or not the call heeds its signal', async () => {
    const { collector, calls } = collecting({ timeoutMs: 1000 });
    const done = vi.fn();
    const report = collector.collect(NO_DEADLINE).finally(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(reasonOf(await report)).toBe('timeout');
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('is aborted when the last of those who wait has left, and not before', async () => {
    const { collector, calls, heard } = collecting();
    const [first, second] = [new AbortController(), new AbortController()];
    const reports = [first, second].map(({ signal }) => collector.collect(NO_DEADLINE, signal));
    await settled();
    first.abort();
    await reports[0];
    expect(calls[0]?.signal.aborted).toBe(false);
    second.abort();
    await reports[1];
    expect(calls).toHaveLength(1);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(heard.map(reasonOf)).toEqual(['timeout']);
  });

  it('that was abandoned changes nothing any more, even if it is answered', async () => {
    const { collector, calls, heard } = collecting();
    await collector.collect(NO_DEADLINE, AbortSignal.abort());
    calls[0]?.answer(fetched(failedOutcome('rate_limited', 'a pause'), 60_000));
    const next = collector.collect(NO_DEADLINE);
    await settled();
    calls[1]?.answer(fetched(GOOD));
    expect(reasonOf(await next)).toBe('ok');
    expect(heard.map(reasonOf)).toEqual(['timeout', 'ok']);
  });

  it('does not wait for somebody who had left before', async () => {
    const { collector } = collecting();
    expect(reasonOf(await collector.collect(NO_DEADLINE, AbortSignal.abort()))).toBe('timeout');
  });

  it('makes no call when its turn comes after everybody has left', async () => {
    const limit = pLimit(1);
    const busy = collecting({ limit });
    const queued = collecting({ limit });
    const answered = busy.collector.collect(NO_DEADLINE);
    await settled();
    await queued.collector.collect(NO_DEADLINE, AbortSignal.abort());
    busy.calls[0]?.answer(fetched(GOOD));
    await answered;
    await settled();
    expect([limit.activeCount, limit.pendingCount, queued.calls.length]).toEqual([0, 0, 0]);
  });

  it('gives its place among the calls in flight back at its end, though the call goes on', async () => {
    const limit = pLimit(1);
    const stuck = collecting({ limit, timeoutMs: 1000 });
    const other = collecting({ limit });
    const lost = stuck.collector.collect(NO_DEADLINE);
    await settled();
    const report = other.collector.collect(NO_DEADLINE);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reasonOf(await lost)).toBe('timeout');
    expect(other.calls).toHaveLength(1);
    other.calls[0]?.answer(fetched(GOOD));
    expect(reasonOf(await report)).toBe('ok');
  });

  it('leaves neither a timer nor a listener behind', async () => {
    const { collector, calls, time } = collecting();
    const { signal } = new AbortController();
    const report = collector.collect(time.elapsed + 1000, signal);
    await settled();
    expect(vi.getTimerCount()).toBe(2);
    calls[0]?.answer(fetched(GOOD));
    await report;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    // The one that is left lets go of what was read.
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([NO_DEADLINE, 2 ** 31, 1e12])('is waited for to its end by who has %d ms', async (withinMs) => {
    const { collector, calls, time } = collecting();
    const report = collector.collect(time.elapsed + withinMs);
    await vi.advanceTimersByTimeAsync(59_999);
    calls[0]?.answer(fetched(GOOD));
    expect(reasonOf(await report)).toBe('ok');
  });
});

describe('a report', () => {
  it('says how long the fetch took, to its answer or to the leaving', async () => {
    const { collector, calls, time } = collecting();
    const impatient = new AbortController();
    const reports = [collector.collect(NO_DEADLINE, impatient.signal), collector.collect(NO_DEADLINE)];
    await settled();
    time.elapsed += 250;
    impatient.abort();
    expect((await reports[0])?.durationMs).toBe(250);
    time.elapsed += 250;
    calls[0]?.answer(fetched(GOOD));
    expect((await reports[1])?.durationMs).toBe(500);
  });

  it('stays as it was when later fetches fail', async () => {
    const { collector, calls } = collecting();
    const fail = async (): Promise<Report> => {
      const report = collector.collect(NO_DEADLINE);
      await settled();
      calls.at(-1)?.answer(fetched(failedOutcome('http', 'HTTP 500')));
      return report;
    };
    const first = await fail();
    const second = await fail();
    expect([first.errors.http, second.errors.http]).toEqual([1, 2]);
  });

  it('knows the last success from the first one on, and through failures', async () => {
    const { collector, calls, time } = collecting();
    const start = time.day;
    const seen: unknown[] = [];
    for (const outcome of [failedOutcome('http', 'HTTP 500'), GOOD, failedOutcome('http', 'HTTP 500')]) {
      time.day += 1000;
      const report = collector.collect(NO_DEADLINE);
      await settled();
      calls.at(-1)?.answer(fetched(outcome));
      seen.push((await report).lastSuccessAt);
    }
    expect(seen).toEqual([undefined, start + 2000, start + 2000]);
  });

  it('is heard once for all that leave early, and once for the answer', async () => {
    const { collector, calls, heard } = collecting();
    const early = [new AbortController(), new AbortController()];
    const reports = early.map(({ signal }) => collector.collect(NO_DEADLINE, signal));
    const patient = collector.collect(NO_DEADLINE);
    await settled();
    for (const { signal } of early) expect(signal.aborted).toBe(false);
    for (const one of early) one.abort();
    expect((await Promise.all(reports)).map(({ errors }) => errors.timeout)).toEqual([1, 1]);
    calls[0]?.answer(fetched(GOOD));
    expect((await patient).errors.timeout).toBe(1);
    expect(heard.map(reasonOf)).toEqual(['timeout', 'ok']);
  });
});

describe('a pause', () => {
  async function paused() {
    const made = collecting();
    const report = made.collector.collect(NO_DEADLINE);
    await settled();
    made.calls[0]?.answer(fetched(failedOutcome('rate_limited', 'a pause'), 30_000));
    await report;
    return made;
  }

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('is neither cut nor prolonged when the time of day is set %s', async (_direction, by) => {
    const { collector, calls, time } = await paused();
    time.day += by;
    time.elapsed += 29_999;
    expect(reasonOf(await collector.collect(NO_DEADLINE))).toBe('rate_limited');
    expect(calls).toHaveLength(1);
    time.elapsed += 1;
    const next = collector.collect(NO_DEADLINE);
    await settled();
    expect(calls).toHaveLength(2);
    calls[1]?.answer(fetched(GOOD));
    expect(reasonOf(await next)).toBe('ok');
  });

  it('is heard of at each scrape, for it is an error each time', async () => {
    const { collector, heard } = await paused();
    await collector.collect(NO_DEADLINE);
    await collector.collect(NO_DEADLINE);
    expect(heard.map(({ errors }) => errors.rate_limited)).toEqual([1, 2, 3]);
  });
});
