import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createFetchLog } from '../../../src/accounts/fetch-log.ts';
import { type FailureReason, failedOutcome, type Report } from '../../../src/model/report.ts';
import { report, reportOf, token } from '../support/builders.ts';

const MINUTE = 60_000;
const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** The log of a machine whose clock is advanced by hand. */
function logged() {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  let elapsed = 5 * MINUTE;
  const clock = { now: () => Date.UTC(2026, 6, 25) + elapsed, monotonic: () => elapsed };
  const createListener = createFetchLog(pino({ level: 'debug', base: null }, stream), clock);
  const listeners = new Map<string, ReturnType<typeof createListener>>();
  const hear = (heard: Report): void => {
    const listener = listeners.get(heard.account) ?? createListener();
    listeners.set(heard.account, listener);
    listener(heard);
  };
  const lines = (): Record<string, unknown>[] =>
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    fail: (reason: FailureReason = 'network', account = 'eu') =>
      hear(report({ account, outcome: failedOutcome(reason, 'nothing listens there (ECONNREFUSED)') })),
    /** The account has another endpoint or credential from now on. */
    change: (account: string) => listeners.delete(account),
    succeed: (account = 'eu') => hear(reportOf([token()], { account })),
    advance: (milliseconds: number): void => {
      elapsed += milliseconds;
    },
    lines,
    levels: () => lines().map(({ level }) => LEVELS[Number(level)]),
    text: () => written,
  };
}

describe('a failed fetch', () => {
  it('is a warning with account, reason, detail and duration when it is news', () => {
    const log = logged();
    log.fail('network');
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 40,
        account: 'eu',
        reason: 'network',
        detail: 'nothing listens there (ECONNREFUSED)',
        duration_seconds: 0.25,
      }),
    ]);
  });

  it('is news again once the account has another credential, and of that account alone', () => {
    const log = logged();
    for (const account of ['eu', 'us']) log.fail('network', account);
    log.change('eu');
    for (const account of ['eu', 'us']) log.fail('network', account);
    expect(log.levels()).toEqual(['warn', 'warn', 'warn', 'debug']);
    log.succeed('eu');
    expect(log.lines().at(-1)).toMatchObject({ level: 30, account: 'eu', msg: 'fetch succeeded again' });
  });

  it('is told at debug while it goes on for the same reason', () => {
    const log = logged();
    for (let scrape = 0; scrape < 10; scrape += 1) {
      log.fail();
      log.advance(MINUTE - 1);
    }
    expect(log.levels()).toEqual(['warn', ...Array<string>(9).fill('debug')]);
  });

  it('is a warning again after ten minutes, with the number of those between', () => {
    const log = logged();
    for (let scrape = 0; scrape <= 20; scrape += 1) {
      log.fail();
      log.advance(MINUTE);
    }
    const warnings = log.lines().filter(({ level }) => level === 40);
    expect(warnings.map(({ suppressed }) => suppressed)).toEqual([undefined, 9, 9]);
  });

  it('is news when its reason is another', () => {
    const log = logged();
    log.fail('network');
    log.fail('timeout');
    log.fail('network');
    expect(log.levels()).toEqual(['warn', 'warn', 'debug']);
  });

  it('is news when its account is another', () => {
    const log = logged();
    log.fail('network', 'eu');
    log.fail('network', 'us');
    expect(log.levels()).toEqual(['warn', 'warn']);
  });

  it('does not fall together with another whose account and reason make the same text', () => {
    const log = logged();
    log.fail('network', 'a","b');
    log.fail('network', 'a');
    expect(log.levels()).toEqual(['warn', 'warn']);
  });
});

describe('a fetch that succeeds', () => {
  it('is told at debug, with the number of its tokens', () => {
    const log = logged();
    log.succeed();
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 20, account: 'eu', tokens: 1, duration_seconds: 0.25 }),
    ]);
  });

  it('is told at info, once, when a failure was', () => {
    const log = logged();
    log.fail();
    log.fail();
    log.succeed();
    log.succeed();
    expect(log.levels()).toEqual(['warn', 'debug', 'info', 'debug']);
  });

  it('does not end the failure of another account', () => {
    const log = logged();
    log.fail('network', 'us');
    log.succeed('eu');
    log.succeed('us');
    expect(log.levels()).toEqual(['warn', 'debug', 'info']);
  });
});

it('an upstream that flaps does not flood the log: in an hour of it at most a warning and its end every ten minutes', () => {
  const log = logged();
  for (let scrape = 0; scrape < 240; scrape += 1) {
    if (scrape % 2 === 0) log.fail();
    else log.succeed();
    log.advance(MINUTE / 4);
  }
  const loud = log.levels().filter((level) => level !== 'debug');
  expect(loud).toEqual(Array.from({ length: 6 }, () => ['warn', 'info']).flat());
  expect(log.lines()).toHaveLength(240);
});

it('nothing that came from upstream is told: no name, role, status or description', () => {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const secret = 'eyJhbGciOiJub25lIn0';
  const hear = createFetchLog(pino({ level: 'trace' }, stream), { now: () => 0, monotonic: () => 0 })();
  hear(reportOf([token({ name: secret, role: secret, status: secret, description: secret })]));
  expect(written).toContain('"tokens":1');
  expect(written).not.toContain(secret);
});
