import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createFetchLog } from '../../../src/accounts/fetch-log.ts';
import { type FailureReason, failedOutcome, type Report } from '../../../src/model/report.ts';
import { report, reportOf, token } from '../support/builders.ts';

const MINUTE = 60_000;
const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** Creates a fetch log whose clock the test advances. */
function captureLog() {
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
  const record = (recorded: Report): void => {
    const listener = listeners.get(recorded.account) ?? createListener();
    listeners.set(recorded.account, listener);
    listener(recorded);
  };
  const lines = (): Record<string, unknown>[] =>
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    fail: (reason: FailureReason = 'network', account = 'eu') =>
      record(report({ account, outcome: failedOutcome(reason, 'connection refused (ECONNREFUSED)') })),
    /** Simulates a change of the account's endpoint or credential. */
    change: (account: string) => listeners.delete(account),
    succeed: (account = 'eu') => record(reportOf([token()], { account })),
    advance: (milliseconds: number): void => {
      elapsed += milliseconds;
    },
    lines,
    levels: () => lines().map(({ level }) => LEVELS[Number(level)]),
    text: () => written,
  };
}

describe('a failed fetch', () => {
  it('is logged as a warning with account, reason, detail and duration', () => {
    const log = captureLog();
    log.fail('network');
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 40,
        account: 'eu',
        reason: 'network',
        detail: 'connection refused (ECONNREFUSED)',
        duration_seconds: 0.25,
      }),
    ]);
  });

  it('is a warning again after a change of the credential, only for that account', () => {
    const log = captureLog();
    for (const account of ['eu', 'us']) log.fail('network', account);
    log.change('eu');
    for (const account of ['eu', 'us']) log.fail('network', account);
    expect(log.levels()).toEqual(['warn', 'warn', 'warn', 'debug']);
    log.succeed('eu');
    expect(log.lines().at(-1)).toMatchObject({ level: 30, account: 'eu', msg: 'fetch succeeded again' });
  });

  it('is logged at debug while it repeats with the same reason', () => {
    const log = captureLog();
    for (let scrape = 0; scrape < 10; scrape += 1) {
      log.fail();
      log.advance(MINUTE - 1);
    }
    expect(log.levels()).toEqual(['warn', ...Array<string>(9).fill('debug')]);
  });

  it('is a warning again after ten minutes, with the number of suppressed failures', () => {
    const log = captureLog();
    for (let scrape = 0; scrape <= 20; scrape += 1) {
      log.fail();
      log.advance(MINUTE);
    }
    const warnings = log.lines().filter(({ level }) => level === 40);
    expect(warnings.map(({ suppressed }) => suppressed)).toEqual([undefined, 9, 9]);
  });

  it('is a warning again if its reason changes', () => {
    const log = captureLog();
    log.fail('network');
    log.fail('timeout');
    log.fail('network');
    expect(log.levels()).toEqual(['warn', 'warn', 'debug']);
  });

  it('is a warning again for another account', () => {
    const log = captureLog();
    log.fail('network', 'eu');
    log.fail('network', 'us');
    expect(log.levels()).toEqual(['warn', 'warn']);
  });

  it('is not confused with one of an account whose name contains quotes', () => {
    const log = captureLog();
    log.fail('network', 'a","b');
    log.fail('network', 'a');
    expect(log.levels()).toEqual(['warn', 'warn']);
  });
});

describe('a successful fetch', () => {
  it('is logged at debug with the number of tokens', () => {
    const log = captureLog();
    log.succeed();
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: 20, account: 'eu', tokens: 1, duration_seconds: 0.25 }),
    ]);
  });

  it('is logged at info once after a warning', () => {
    const log = captureLog();
    log.fail();
    log.fail();
    log.succeed();
    log.succeed();
    expect(log.levels()).toEqual(['warn', 'debug', 'info', 'debug']);
  });

  it('does not end the failure of another account', () => {
    const log = captureLog();
    log.fail('network', 'us');
    log.succeed('eu');
    log.succeed('us');
    expect(log.levels()).toEqual(['warn', 'debug', 'info']);
  });
});

it('a flapping upstream logs at most one warning and one recovery per ten minutes', () => {
  const log = captureLog();
  for (let scrape = 0; scrape < 240; scrape += 1) {
    if (scrape % 2 === 0) log.fail();
    else log.succeed();
    log.advance(MINUTE / 4);
  }
  const visible = log.levels().filter((level) => level !== 'debug');
  expect(visible).toEqual(Array.from({ length: 6 }, () => ['warn', 'info']).flat());
  expect(log.lines()).toHaveLength(240);
});

it('upstream text is never logged: no name, role, status or description', () => {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const secret = 'eyJhbGciOiJub25lIn0';
  const record = createFetchLog(pino({ level: 'trace' }, stream), { now: () => 0, monotonic: () => 0 })();
  record(reportOf([token({ name: secret, role: secret, status: secret, description: secret })]));
  expect(written).toContain('"tokens":1');
  expect(written).not.toContain(secret);
});
