import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/faults.ts';
import type { FailureReason } from '../../../src/model/report.ts';
import { until } from '../../support/exporter.ts';
import { expectAtMost, GC_ON_SIGNAL, resources } from '../../support/resources.ts';
import { expectDown, expectUp, FAULTY, failures, HEALTHY, serveTwoAccounts } from '../../support/two-accounts.ts';

/** Deadline of a scrape in seconds, for faults that only a deadline ends. */
const SHORT = 2;

const ROWS: readonly [situation: string, reason: FailureReason, fault: Fault][] = [
  ['a reset connection', 'network', { kind: 'reset' }],
  ['half a body', 'network', { kind: 'half-body' }],
  ['silence', 'timeout', { kind: 'hang' }],
  ['silence in the middle of the body', 'timeout', { kind: 'stall-body' }],
  ['one byte a second', 'timeout', { kind: 'trickle', bytesPerSecond: 1 }],
  ['a gzip bomb', 'invalid_response', { kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' }],
  ['a body longer than announced', 'network', { kind: 'wrong-length', declared: 20 }],
  ['a body shorter than announced', 'network', { kind: 'wrong-length', declared: 100_000 }],
  ['a body of 200 MB', 'invalid_response', { kind: 'oversized', bytes: 200_000_000 }],
  ['a body said to have 200 MB', 'invalid_response', { kind: 'oversized', bytes: 200_000_000, contentLength: true }],
  ['something that is not HTTP', 'network', { kind: 'malformed-http' }],
  ['a gateway without its upstream', 'http', { kind: 'status', status: 502, body: '<html></html>' }],
];

describe('whatever the API answers to one account', () => {
  it('every scrape is answered by its deadline, with one reason, and the next one recovers', async () => {
    const { simulator, scrape } = await serveTwoAccounts({ args: ['--scrape.timeout-offset=100ms'] });
    expectUp(await scrape(), FAULTY);
    const expected: Partial<Record<FailureReason, number>> = {};
    for (const [situation, reason, fault] of ROWS) {
      expected[reason] = (expected[reason] ?? 0) + 1;
      simulator.setFault(fault, { user: FAULTY });
      const failed = await scrape(reason === 'timeout' ? SHORT : undefined);
      expect(failures(failed), situation).toEqual(expected);
      expectDown(failed, FAULTY, situation);
      expectUp(failed, HEALTHY, situation);

      simulator.clearFaults();
      const recovered = await scrape();
      expect(failures(recovered), situation).toEqual(expected);
      expectUp(recovered, FAULTY, situation);
      expect(failures(recovered, HEALTHY), situation).toEqual({});
    }
  });

  it('flapping: each failure is counted once under its own reason, and each success shows the list', async () => {
    const { simulator, scrape } = await serveTwoAccounts();
    const expected: Partial<Record<FailureReason, number>> = {};
    // A connection kept from before that is reset once, before any answer, is overcome by another.
    const quick = ROWS.filter(([, reason, { kind }]) => reason !== 'timeout' && kind !== 'reset');
    for (const [situation, reason, fault] of [...quick, ...quick.toReversed()]) {
      expected[reason] = (expected[reason] ?? 0) + 1;
      simulator.setFault(fault, { user: FAULTY, times: 1 });
      expectDown(await scrape(), FAULTY, situation);
      const recovered = await scrape();
      expectUp(recovered, FAULTY, situation);
      expect(failures(recovered), situation).toEqual(expected);
    }
  });
});

/** A list of that many tokens, as short as tokens can be; as text, so that the simulator need not resolve each. */
function listOf(tokens: number): Fault {
  const token = (index: number): string => `{"name":"t${index}","expiresAt":"2099-01-01T00:00:00Z"}`;
  const list = Array.from({ length: tokens }, (_, index) => token(index)).join(',');
  return { kind: 'body', body: `{"data":{"viewPersonalAccessTokens":[${list}]}}` };
}

describe('too many tokens', () => {
  it('a million are more than is read by default, which is said', async () => {
    const { simulator, scrape } = await serveTwoAccounts();
    simulator.setFault(listOf(1_000_000), { user: FAULTY });
    const metrics = await scrape();
    expect(failures(metrics)).toEqual({ invalid_response: 1 });
    expectUp(metrics, HEALTHY);
    simulator.clearFaults();
    expectUp(await scrape(), FAULTY);
  });

  it('that a larger limit lets in leave nothing behind, not even when the scraper leaves in the middle of them', async () => {
    const exporter = await serveTwoAccounts({
      args: ['--api.max-response-size=256MiB'],
      environment: { NODE_OPTIONS: `--import=${GC_ON_SIGNAL}` },
    });
    const { simulator, url, scrape } = exporter;
    expectUp(await scrape(), FAULTY);
    const before = await resources(exporter);

    simulator.setFault(listOf(200_000), { user: FAULTY, times: 1 });
    const leaving = new AbortController();
    const answer = await fetch(`${url}/metrics`, { signal: leaving.signal });
    let begun = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      begun += chunk;
      if (begun.includes('name="t99"')) break;
    }
    leaving.abort();
    expect(begun).toContain('pointone_token_expires_in_seconds{account="faulty",name="t99"');

    expectUp(await scrape(), FAULTY);
    // The heap has to come back from a hundred megabytes; the system gets its pages back when V8 likes to.
    // Our own next scrape may come over one connection more, which is kept.
    const openFiles = before.openFiles + 2;
    const bound = { heap: before.heap + 16e6, resident: Number.POSITIVE_INFINITY, openFiles };
    await expectAtMost(bound, exporter);
  });
});

describe('SIGTERM', () => {
  it('in the middle of an answer lets the scraper have all of it', async () => {
    const { simulator, child, url, stderr, ended } = await serveTwoAccounts();
    simulator.setFault(listOf(20_000), { user: FAULTY });
    const answer = await fetch(`${url}/metrics`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    child.kill('SIGTERM');
    await until(() => stderr().includes('shutting down'));
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) text += piece.value;
    expect(text.match(/^pointone_token_info{account="faulty"/gm)).toHaveLength(20_000);
    expect(text.endsWith('\n')).toBe(true);
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});
