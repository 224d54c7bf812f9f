import pLimit from 'p-limit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collector, type PendingAccount } from '../../../src/accounts/collector.ts';
import { failedOutcome, type Outcome, type Report } from '../../../src/model/report.ts';
import type { FetchResult } from '../../../src/pointone/client.ts';

const PATIENCE_MS = 3000;
const GOOD: Outcome = { ok: true, tokens: [] };
const BAD = failedOutcome('http', 'HTTP 502');

function fetched(outcome: Outcome, pauseMs = 0): FetchResult {
  return { outcome, pauseMs, clockSkewMs: undefined, credentialExpiresAt: Date.UTC(2027, 0, 1) };
}

/** A collector whose calls are answered by hand, and whose clocks go with the timers. */
function collecting() {
  const calls: { readonly signal: AbortSignal; readonly answer: (fetched: FetchResult) => void }[] = [];
  const heard: Report[] = [];
  const collector = new Collector({
    account: 'eu',
    expected: [],
    timeoutMs: 10_000,
    upstream: { fetchTokens: (signal) => new Promise((answer) => calls.push({ signal, answer })) },
    limit: pLimit(8),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    onReport: (report) => heard.push(report),
  });
  /** Looks, and has the call that it takes answered. */
  const read = async (answer: FetchResult): Promise<void> => {
    const report = collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(0);
    calls.at(-1)?.answer(answer);
    await report;
  };
  return { collector, calls, heard, read };
}

function said({ outcome }: Report | PendingAccount): string {
  if (outcome === undefined) return 'unanswered';
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

describe('the latest outcome', () => {
  it.each([
    ['ok', GOOD],
    ['http', BAD],
  ])('is shown as it is for 15 s, and read anew after that (%s)', async (reason, outcome) => {
    const { collector, calls, read } = collecting();
    await read(fetched(outcome));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(said(await collector.latest(PATIENCE_MS))).toBe(reason);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await read(fetched(GOOD));
    expect(calls).toHaveLength(2);
  });

  it('may be that of a scrape, whereas a scrape always makes a call', async () => {
    const { collector, calls } = collecting();
    const scrape = collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.answer(fetched(GOOD));
    const report = await scrape;
    expect(await collector.latest(PATIENCE_MS)).toBe(report);
    void collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(2);
  });

  it('is not that of a scrape which left early', async () => {
    const { collector, calls } = collecting();
    const scrape = collector.collect(performance.now() + 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(said(await scrape)).toBe('timeout');
    void collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(2);
  });

  it('is let go after 15 s, even if nobody asks', async () => {
    const { read } = collecting();
    await read(fetched(GOOD));
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is kept for 15 s of its own, whatever was kept before it', async () => {
    const { collector, calls, read } = collecting();
    await read(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(10_000);
    const scrape = collector.collect(Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    calls[1]?.answer(fetched(BAD));
    const report = await scrape;
    await vi.advanceTimersByTimeAsync(14_999);
    expect(await collector.latest(PATIENCE_MS)).toBe(report);
    expect(calls).toHaveLength(2);
  });

  it('has the expectations of now', async () => {
    const { collector, read } = collecting();
    await read(fetched(GOOD));
    const expected = [{ name: 'caster', role: undefined }];
    collector.updateOptions({ expected, timeoutMs: 5000 });
    expect(await collector.latest(PATIENCE_MS)).toMatchObject({ expected, outcome: GOOD });
  });

  it('counts a pause that the API asked for once in 15 s', async () => {
    const { collector, calls, heard, read } = collecting();
    await read(fetched(failedOutcome('rate_limited', 'a pause'), 60_000));
    await vi.advanceTimersByTimeAsync(15_000);
    for (let loads = 0; loads < 3; loads += 1) expect(said(await collector.latest(PATIENCE_MS))).toBe('rate_limited');
    expect(heard).toHaveLength(2);
    expect(calls).toHaveLength(1);
  });
});

describe('while an account does not answer', () => {
  it('a reader is told so after a while, with what is known, and nothing is counted', async () => {
    const { collector, heard, read } = collecting();
    await read(fetched(GOOD));
    const readAt = Date.now();
    await vi.advanceTimersByTimeAsync(15_000);
    const looked = collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(await looked).toEqual({
      account: 'eu',
      outcome: undefined,
      lastSuccessAt: readAt,
      credentialExpiresAt: Date.UTC(2027, 0, 1),
    });
    expect(heard.map(said)).toEqual(['ok']);
  });

  it('the fetch goes on for the next reader, who waits no longer for it than the first', async () => {
    const { collector, calls } = collecting();
    const first = collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(said(await first)).toBe('unanswered');
    const second = collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(0);
    expect(said(await second)).toBe('unanswered');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.answer(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(0);
    expect(said(await collector.latest(PATIENCE_MS))).toBe('ok');
    expect(calls).toHaveLength(1);
  });

  it('the fetch ends at its timeout, which is counted once and shown', async () => {
    const { collector, heard } = collecting();
    void collector.latest(PATIENCE_MS);
    void collector.latest(PATIENCE_MS);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said(await collector.latest(PATIENCE_MS))).toBe('timeout');
    expect(heard.map(said)).toEqual(['timeout']);
  });

  it('a scrape that shares the fetch leaves at its own deadline, and the reader gets the answer', async () => {
    const { collector, calls } = collecting();
    const looked = collector.latest(PATIENCE_MS);
    const scrape = collector.collect(performance.now() + 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(said(await scrape)).toBe('timeout');
    calls[0]?.answer(fetched(GOOD));
    await vi.advanceTimersByTimeAsync(0);
    expect(said(await looked)).toBe('ok');
    expect(calls).toHaveLength(1);
  });
});
