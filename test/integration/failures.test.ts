import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../simulator/faults.ts';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/report.ts';
import { createExporter, createMultiAccountExporter, scrape, simulate } from '../support/exporter.ts';

const html = '<html><body>Bad Gateway</body></html>';
const errors = (code: string): unknown => ({ errors: [{ message: 'no', extensions: { code } }] });

/** The list, and an error of the only expiry in it. */
const UNKNOWN_EXPIRY = {
  data: { viewPersonalAccessTokens: [{ name: 'caster', role: 'R', status: 'ACTIVE', expiresAt: null }] },
  errors: [{ message: 'no', path: ['viewPersonalAccessTokens', 0, 'expiresAt'] }],
};

/** All known and assumed failures of the API and the network. */
const ROWS: readonly [situation: string, reason: FailureReason, fault: Fault][] = [
  [
    '401 with a response recorded from the API',
    'unauthenticated',
    {
      kind: 'json',
      status: 401,
      value: {
        errors: [
          { message: 'Context creation failed: Unable to authenticate user', extensions: { code: 'UNAUTHENTICATED' } },
        ],
      },
    },
  ],
  ['401 without a body', 'unauthenticated', { kind: 'status', status: 401, body: '' }],
  ['UNAUTHENTICATED at 200', 'unauthenticated', { kind: 'errors', code: 'UNAUTHENTICATED', withData: true }],
  ['UNAUTHENTICATED at 400', 'unauthenticated', { kind: 'errors', code: 'UNAUTHENTICATED', status: 400 }],
  ['UNAUTHENTICATED at 500', 'unauthenticated', { kind: 'errors', code: 'UNAUTHENTICATED', status: 500 }],
  ['UNAUTHORIZED at 200', 'unauthenticated', { kind: 'errors', code: 'UNAUTHORIZED' }],
  ['401 in HTML', 'http', { kind: 'status', status: 401, body: html }],
  ['403 without a body', 'forbidden', { kind: 'status', status: 403, body: '' }],
  ['403 with a body of JSON', 'forbidden', { kind: 'json', status: 403, value: { message: 'no' } }],
  ['403 in HTML', 'http', { kind: 'status', status: 403, body: html }],
  ['403 in plain text', 'http', { kind: 'status', status: 403, body: 'Access denied' }],
  [
    '403 in HTML with a Retry-After of 0',
    'http',
    { kind: 'status', status: 403, body: html, headers: { 'Retry-After': '0' } },
  ],
  ['404 in HTML', 'http', { kind: 'status', status: 404, body: html }],
  ['407', 'http', { kind: 'status', status: 407, body: html }],
  ['FORBIDDEN at 200', 'forbidden', { kind: 'errors', code: 'FORBIDDEN' }],
  ['429', 'rate_limited', { kind: 'status', status: 429 }],
  ['429 with GraphQL errors', 'rate_limited', { kind: 'json', status: 429, value: errors('TOO_MANY') }],
  ['503 with Retry-After', 'rate_limited', { kind: 'status', status: 503, headers: { 'Retry-After': '0' } }],
  ['502 with Retry-After', 'http', { kind: 'status', status: 502, headers: { 'Retry-After': '0' } }],
  ['503 without Retry-After', 'http', { kind: 'status', status: 503 }],
  ['401 with a body over the limit', 'unauthenticated', { kind: 'status', status: 401, body: 'x'.repeat(20_000) }],
  ['429 with a body over the limit', 'rate_limited', { kind: 'status', status: 429, body: 'x'.repeat(20_000) }],
  ['a redirect with a body over the limit', 'http', { kind: 'status', status: 302, body: 'x'.repeat(20_000) }],
  ['404 in plain text', 'http', { kind: 'status', status: 404, body: 'Not Found' }],
  ['404 with GraphQL errors', 'graphql', { kind: 'json', status: 404, value: errors('NOT_FOUND') }],
  [
    '400 for a query that does not validate',
    'graphql',
    { kind: 'errors', code: 'GRAPHQL_VALIDATION_FAILED', status: 400 },
  ],
  ['400 with empty errors', 'http', { kind: 'json', status: 400, value: { errors: [] } }],
  ['500 with GraphQL errors', 'http', { kind: 'errors', code: 'INTERNAL_SERVER_ERROR', status: 500 }],
  ['502 in HTML', 'http', { kind: 'status', status: 502, body: html }],
  ['a redirect', 'http', { kind: 'status', status: 301, headers: { Location: 'https://example.org/graphql' } }],
  ['errors at 200', 'graphql', { kind: 'errors' }],
  ['errors with data at 200', 'graphql', { kind: 'errors', withData: true }],
  ['an error of the expiry of every token', 'graphql', { kind: 'json', value: UNKNOWN_EXPIRY }],
  ['a null list', 'invalid_response', { kind: 'null-list' }],
  ['no data', 'invalid_response', { kind: 'json', value: {} }],
  ['null data', 'invalid_response', { kind: 'json', value: { data: null } }],
  ['a list of lists', 'invalid_response', { kind: 'json', value: [] }],
  ['null', 'invalid_response', { kind: 'json', value: null }],
  [
    'an object instead of the list',
    'invalid_response',
    { kind: 'json', value: { data: { viewPersonalAccessTokens: {} } } },
  ],
  [
    'errors that are not a list',
    'invalid_response',
    { kind: 'json', value: { data: { viewPersonalAccessTokens: [] }, errors: {} } },
  ],
  ['HTML at 200', 'invalid_response', { kind: 'body', body: html }],
  ['an empty body at 200', 'invalid_response', { kind: 'body', body: '' }],
  [
    'a body over the limit with Content-Length',
    'invalid_response',
    { kind: 'oversized', bytes: 20_000, contentLength: true },
  ],
  ['a body over the limit with chunked encoding', 'invalid_response', { kind: 'oversized', bytes: 20_000 }],
  ['a gzip bomb', 'invalid_response', { kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' }],
  ['a compressed body', 'invalid_response', { kind: 'encoded', encoding: 'gzip', body: 'real' }],
  ['an unknown encoding', 'invalid_response', { kind: 'encoded', encoding: 'rot13', body: 'real' }],
  ['half a body', 'network', { kind: 'half-body' }],
  ['a body shorter than its Content-Length', 'network', { kind: 'wrong-length', declared: 5000 }],
  ['a reset connection', 'network', { kind: 'reset' }],
  ['a response that is not HTTP', 'network', { kind: 'malformed-http' }],
  ['no response', 'timeout', { kind: 'hang' }],
  ['a body that stalls', 'timeout', { kind: 'stall-body' }],
  ['a body that trickles', 'timeout', { kind: 'trickle', bytesPerSecond: 1 }],
  ['an error that echoes the credential', 'http', { kind: 'echo-credential' }],
];

describe('a failed fetch', () => {
  it.each(ROWS)('%s is %s', async (_situation, reason, fault) => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const exporter = await createExporter(simulator, user, {
      // Short only for timeouts, so that a slow machine does not turn another failure into a timeout.
      args: [`--api.timeout=${reason === 'timeout' ? '1s' : '10m'}`, '--api.max-response-size=16KiB'],
    });
    expect((await scrape(exporter)).value('pointone_up')).toBe(1);

    simulator.setFault(fault);
    const failed = await scrape(exporter);
    expect(failed.value('pointone_up')).toBe(0);
    const counts = Object.fromEntries(
      FAILURE_REASONS.map((name) => [name, failed.value('pointone_scrape_errors_total', { reason: name })]),
    );
    expect(counts).toEqual(Object.fromEntries(FAILURE_REASONS.map((name) => [name, name === reason ? 1 : 0])));
    const current = FAILURE_REASONS.filter((name) => failed.value('pointone_failure_reason', { reason: name }) === 1);
    expect(current).toEqual([reason]);
    expect(failed.value('pointone_last_success_timestamp_seconds')).toBeGreaterThan(0);
    const families = [...failed.types.keys()];
    expect(families.filter((name) => /^pointone_(token_|tokens$|duplicate|unreadable|expected)/.test(name))).toEqual(
      [],
    );

    simulator.clearFaults();
    const recovered = await scrape(exporter);
    expect(recovered.value('pointone_up')).toBe(1);
    expect(recovered.value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect(recovered.value('pointone_scrape_errors_total', { reason })).toBe(1);
    for (const name of FAILURE_REASONS) expect(recovered.value('pointone_failure_reason', { reason: name })).toBe(0);
  });

  it('is unauthenticated if the simulator rejects the credential', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { environment: { POINTONE_API_TOKEN: 'wrong' } });
    const metrics = await scrape(exporter);
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'unauthenticated' })).toBe(1);
    expect(metrics.value('pointone_credential_expiry_timestamp_seconds')).toBeUndefined();
  });

  it('says that something between the exporter and the API responded if HTML comes instead of JSON', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    for (const status of [200, 401, 403, 404, 502]) {
      simulator.setFault({ kind: 'status', status, body: html });
      await scrape(exporter);
      const last = exporter.logged().trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({
        reason: status === 200 ? 'invalid_response' : 'http',
        detail: expect.stringContaining('something between the exporter and the API responded'),
      });
    }
  });

  it('is network if the connection is refused or the name does not resolve', async () => {
    const { simulator, user } = await simulate();
    const closedServer = createServer().listen(0, '127.0.0.1');
    await once(closedServer, 'listening');
    const { port } = closedServer.address() as AddressInfo;
    await new Promise((resolve) => closedServer.close(resolve));
    for (const endpoint of [`http://127.0.0.1:${port}/graphql`, 'https://nowhere.invalid/graphql']) {
      const exporter = await createExporter(simulator, user, { environment: { POINTONE_API_ENDPOINT: endpoint } });
      expect((await scrape(exporter)).value('pointone_scrape_errors_total', { reason: 'network' })).toBe(1);
    }
  });

  it('is not caused by errors that are null or empty', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    for (const errorList of [null, []]) {
      simulator.setFault({
        kind: 'json',
        value: { data: { viewPersonalAccessTokens: [] }, errors: errorList, extensions: null },
      });
      expect((await scrape(exporter)).value('pointone_up')).toBe(1);
    }
  });

  it('is not caused by another content type or a byte order mark', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const body = '\ufeff{"data":{"viewPersonalAccessTokens":[]}}';
    simulator.setFault({ kind: 'status', status: 200, body, headers: { 'Content-Type': 'text/html' } });
    expect((await scrape(exporter)).value('pointone_up')).toBe(1);
  });

  it('is credential, without a request, if the credential cannot be sent in a header', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { environment: { POINTONE_API_TOKEN: 'käse' } });
    expect((await scrape(exporter)).value('pointone_scrape_errors_total', { reason: 'credential' })).toBe(1);
    expect(simulator.calls.total).toBe(0);
  });

  it('ends when the token file is fixed, because it is read for every request', async () => {
    const { simulator, user } = await simulate();
    const { writeFile, rm } = await import('node:fs/promises');
    const { temporaryFolder } = await import('../support/exporter.ts');
    const file = `${await temporaryFolder()}/token`;
    const exporter = await createExporter(simulator, user, {
      environment: { POINTONE_API_TOKEN: '', POINTONE_API_TOKEN_FILE: file },
    });
    const up = async () => (await scrape(exporter)).value('pointone_up');
    expect(await up()).toBe(0);
    await writeFile(file, `${user.credential}\n`);
    expect(await up()).toBe(1);
    await writeFile(file, '');
    expect(await up()).toBe(0);
    await rm(file);
    const last = await scrape(exporter);
    expect(last.value('pointone_scrape_errors_total', { reason: 'credential' })).toBe(3);
    expect(simulator.calls.total).toBe(1);
  });

  it('does not affect other accounts when one times out', async () => {
    const { simulator, user } = await simulate();
    const slow = simulator.state.addUser('slow');
    const exporter = await createMultiAccountExporter(simulator, [user, slow], {
      args: ['--api.timeout=10m'],
      accounts: { slow: { timeout: '200ms' } },
    });
    simulator.setFault({ kind: 'hang' }, { user: 'slow' });
    const metrics = await scrape(exporter);
    expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
    expect(metrics.value('pointone_up', { account: 'slow' })).toBe(0);
    expect(metrics.value('pointone_scrape_errors_total', { account: 'slow', reason: 'timeout' })).toBe(1);
  });
});
