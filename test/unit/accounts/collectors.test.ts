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

describe('a fleet', () => {
  it('knows its accounts by name, in the order of the configuration', () => {
    const fleet = new Collectors(new Map([collector('us', GOOD), collector('eu', GOOD)]));
    expect(fleet.names).toEqual(['us', 'eu']);
    expect(fleet.collector('eu')).toBeInstanceOf(Collector);
  });

  it.each(['asia', '', 'EU', 'toString', '__proto__'])('knows no account %j that it was not given', (name) => {
    expect(new Collectors(new Map([collector('eu', GOOD)])).collector(name)).toBeUndefined();
  });

  it('reads all accounts at once, and reports in their order, whichever answers first', async () => {
    let answer = (_: FetchResult): void => undefined;
    const first = new Promise<FetchResult>((resolve) => {
      answer = resolve;
    });
    // The first is answered only once the last was asked.
    const last = async (): Promise<FetchResult> => {
      answer(fetched({ ok: true, tokens: [] }));
      return BAD();
    };
    const fleet = new Collectors(new Map([collector('first', () => first), collector('last', last)]));
    const reports = await fleet.collect(Number.POSITIVE_INFINITY);
    expect(reports.map(({ account, outcome }) => [account, outcome.ok])).toEqual([
      ['first', true],
      ['last', false],
    ]);
  });

  it('without an account has nothing to report', async () => {
    await expect(new Collectors(new Map()).collect(1000)).resolves.toEqual([]);
  });
});
