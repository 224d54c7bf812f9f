import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../../src/accounts/collector.ts';
import { Collectors } from '../../../src/accounts/collectors.ts';
import { failedOutcome, type Outcome } from '../../../src/model/report.ts';
import type { FetchResult } from '../../../src/pointone/client.ts';

const CLOCK = { now: () => 0, monotonic: () => 0 };

function fetched(outcome: Outcome): FetchResult {
  return { outcome, pauseMs: 0, clockSkewMs: undefined, credentialExpiresAt: undefined };
}

function collector(account: string, fetchTokens: () => Promise<FetchResult>): [string, Collector] {
  const options = {
    account,
    expected: [],
    timeoutMs: 1000,
    limit: pLimit(8),
    clock: CLOCK,
    onReport: () => undefined,
  };
  return [account, new Collector({ ...options, upstream: { fetchTokens } })];
}

const GOOD = () => Promise.resolve(fetched({ ok: true, tokens: [] }));
const BAD = () => Promise.resolve(fetched(failedOutcome('network', 'connection refused')));

describe('Collectors', () => {
  it('finds collectors by name and lists them in the order of the configuration', () => {
    const collectors = new Collectors(new Map([collector('us', GOOD), collector('eu', GOOD)]));
    expect(collectors.names).toEqual(['us', 'eu']);
    expect(collectors.collector('eu')).toBeInstanceOf(Collector);
  });

  it.each(['asia', '', 'EU', 'toString', '__proto__'])('returns undefined for the unknown account %j', (name) => {
    expect(new Collectors(new Map([collector('eu', GOOD)])).collector(name)).toBeUndefined();
  });

  it('reads all accounts concurrently and returns the reports in their order', async () => {
    let respond = (_: FetchResult): void => undefined;
    const first = new Promise<FetchResult>((resolve) => {
      respond = resolve;
    });
    // The first request gets its response only after the last one was sent.
    const last = async (): Promise<FetchResult> => {
      respond(fetched({ ok: true, tokens: [] }));
      return BAD();
    };
    const collectors = new Collectors(new Map([collector('first', () => first), collector('last', last)]));
    const reports = await collectors.collect(Number.POSITIVE_INFINITY);
    expect(reports.map(({ account, outcome }) => [account, outcome.ok])).toEqual([
      ['first', true],
      ['last', false],
    ]);
  });

  it('returns no reports without accounts', async () => {
    await expect(new Collectors(new Map()).collect(1000)).resolves.toEqual([]);
  });
});
