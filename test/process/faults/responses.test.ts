import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/faults.ts';
import type { FailureReason } from '../../../src/model/report.ts';
import { until } from '../../support/exporter.ts';
import { expectAtMost, GC_ON_SIGNAL, resources } from '../../support/resources.ts';
import { expectDown, expectUp, FAULTY, failures, HEALTHY, serveTwoAccounts } from '../../support/two-accounts.ts';

/** Deadline of a scrape in seconds, for faults that only end at a deadline. */
const SHORT_DEADLINE = 2;

const ROWS: readonly [situation: string, reason: FailureReason, fault: Fault][] = [
  ['a reset connection', 'network', { kind: 'reset' }],
  ['half a body', 'network', { kind: 'half-body' }],
  ['no response', 'timeout', { kind: 'hang' }],
  ['a body that stalls', 'timeout', { kind: 'stall-body' }],
  ['a body of one byte per second', 'timeout', { kind: 'trickle', bytesPerSecond: 1 }],
  ['a gzip bomb', 'invalid_response', { kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' }],
  ['a body longer than its Content-Length', 'network', { kind: 'wrong-length', declared: 20 }],
  ['a body shorter than its Content-Length', 'network', { kind: 'wrong-length', declared: 100_000 }],
  ['a body of 200 MB', 'invalid_response', { kind: 'oversized', bytes: 200_000_000 }],
  [
    'a body of 200 MB with Content-Length',
    'invalid_response',
    { kind: 'oversized', bytes: 200_000_000, contentLength: true },
  ],
  ['a response that is not HTTP', 'network', { kind: 'malformed-http' }],
  ['a bad gateway', 'http', { kind: 'status', status: 502, body: '<html></html>' }],
];

describe('with a faulty response for one account', () => {
  it('every scrape completes by its deadline with one failure, and the next one recovers', async () => {
    const { simulator, scrape } = await serveTwoAccounts({ args: ['--scrape.timeout-offset=100ms'] });
    expectUp(await scrape(), FAULTY);
    const expected: Partial<Record<FailureReason, number>> = {};
    for (const [situation, reason, fault] of ROWS) {
      expected[reason] = (expected[reason] ?? 0) + 1;
      simulator.setFault(fault, { user: FAULTY });
      const failed = await scrape(reason === 'timeout' ? SHORT_DEADLINE : undefined);
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

  it('a flapping API has each failure counted once by reason, and each success exports the list', async () => {
    const { simulator, scrape } = await serveTwoAccounts();
    const expected: Partial<Record<FailureReason, number>> = {};
    // A single reset of a reused connection is not a failure, because the request is retried.
    const rows = ROWS.filter(([, reason, { kind }]) => reason !== 'timeout' && kind !== 'reset');
    for (const [situation, reason, fault] of [...rows, ...rows.toReversed()]) {
      expected[reason] = (expected[reason] ?? 0) + 1;
      simulator.setFault(fault, { user: FAULTY, times: 1 });
      expectDown(await scrape(), FAULTY, situation);
      const recovered = await scrape();
      expectUp(recovered, FAULTY, situation);
      expect(failures(recovered), situation).toEqual(expected);
    }
  });
});

/** Creates a list of minimal tokens, as text, so that the simulator does not have to resolve each token. */
function listOf(tokens: number): Fault {
  const token = (index: number): string => `{"name":"t${index}","expiresAt":"2099-01-01T00:00:00Z"}`;
  const list = Array.from({ length: tokens }, (_, index) => token(index)).join(',');
  return { kind: 'body', body: `{"data":{"viewPersonalAccessTokens":[${list}]}}` };
}

describe('a very long list', () => {
  it('of a million tokens exceeds the default limit', async () => {
    const { simulator, scrape } = await serveTwoAccounts();
    simulator.setFault(listOf(1_000_000), { user: FAULTY });
    const metrics = await scrape();
    expect(failures(metrics)).toEqual({ invalid_response: 1 });
    expectUp(metrics, HEALTHY);
    simulator.clearFaults();
    expectUp(await scrape(), FAULTY);
  });

  it('leaks no memory or files, even if the client disconnects while it is sent', async () => {
    const exporter = await serveTwoAccounts({
      args: ['--api.max-response-size=256MiB'],
      environment: { NODE_OPTIONS: `--import=${GC_ON_SIGNAL}` },
    });
    const { simulator, url, scrape } = exporter;
    expectUp(await scrape(), FAULTY);
    const initial = await resources(exporter);

    simulator.setFault(listOf(200_000), { user: FAULTY, times: 1 });
    const client = new AbortController();
    const response = await fetch(`${url}/metrics`, { signal: client.signal });
    let received = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      received += chunk;
      if (received.includes('name="t99"')) break;
    }
    client.abort();
    expect(received).toContain('pointone_token_expires_in_seconds{account="faulty",name="t99"');

    expectUp(await scrape(), FAULTY);
    // The heap must shrink from a hundred megabytes. Resident memory is not limited, because V8 decides when to return
    // pages to the system. The next scrape can keep one more connection open.
    const openFiles = initial.openFiles + 2;
    const bound = { heap: initial.heap + 16e6, resident: Number.POSITIVE_INFINITY, openFiles };
    await expectAtMost(bound, exporter);
  });
});

describe('SIGTERM', () => {
  it('in the middle of a response does not truncate it', async () => {
    const { simulator, child, url, stderr, ended } = await serveTwoAccounts();
    simulator.setFault(listOf(20_000), { user: FAULTY });
    const response = await fetch(`${url}/metrics`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    child.kill('SIGTERM');
    await until(() => stderr().includes('shutting down'));
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) text += chunk.value;
    expect(text.match(/^pointone_token_info{account="faulty"/gm)).toHaveLength(20_000);
    expect(text.endsWith('\n')).toBe(true);
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});
