import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DIALECTS } from '../../simulator/dialects.ts';
import type { Fault } from '../../simulator/faults.ts';
import { addDemoUsers, addTokens } from '../../simulator/fixtures.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { SimulatorState, type User } from '../../simulator/state.ts';

const DAY = 86_400_000;
const LIST = 'query { viewPersonalAccessTokens { name description role status createdAt expiresAt } }';
const UNAUTHENTICATED =
  '{"errors":[{"message":"Context creation failed: Unable to authenticate user","extensions":{"code":"UNAUTHENTICATED"}}]}';

let simulator: Simulator;
let user: User;

beforeEach(async () => {
  simulator = await startSimulator();
  user = simulator.state.addUser('fleet-eu');
});

afterEach(() => simulator.close());

interface Reply {
  errors?: { message: string; extensions: { code: string } }[];
  data?: Record<string, unknown> | null;
}

function post(query: string, credential: string | null = user.credential, init: RequestInit = {}): Promise<Response> {
  return fetch(simulator.url, {
    method: 'POST',
    body: JSON.stringify({ query }),
    redirect: 'manual',
    ...init,
    headers: {
      'Content-Type': 'application/json',
      ...(credential === null ? {} : { Authorization: `Bearer ${credential}` }),
      ...(init.headers as Record<string, string> | undefined),
    },
  });
}

async function run(query: string, credential?: string): Promise<Reply> {
  return (await (await post(query, credential)).json()) as Reply;
}

async function list(credential?: string): Promise<Record<string, unknown>[]> {
  const { data } = await run(LIST, credential);
  return data?.['viewPersonalAccessTokens'] as Record<string, unknown>[];
}

/** Sends a request over a raw socket. Records the bytes received so far and how the connection ended. */
function rawCall() {
  const body = JSON.stringify({ query: LIST });
  const call = { received: '', ended: Promise.resolve('') };
  const socket = connect(simulator.port, '127.0.0.1');
  socket.setEncoding('latin1').on('data', (text) => {
    call.received += text;
  });
  call.ended = new Promise((resolve) => {
    socket.once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.write(`${head}\r\nAuthorization: Bearer ${user.credential}\r\n\r\n${body}`);
  return call;
}

function bodyOf({ received }: { received: string }): string {
  return received.slice(received.indexOf('\r\n\r\n') + 4);
}

describe('authentication', () => {
  test('a request without a credential gets the known response of the real API', async () => {
    const response = await post(LIST, null);
    expect(response.status).toBe(401);
    expect((await response.text()).trim()).toBe(UNAUTHENTICATED);
  });

  test.each([
    ['foreign', () => new SimulatorState().addUser('fleet-eu').credential],
    ['altered', () => `${user.credential.slice(0, -4)}AAAA`],
    ['revoked', () => revoked(user.add())],
    ['deleted', () => deleted(user.add())],
    ['expired', () => user.add({ expiresAt: simulator.state.clock.now() - 1 }).secret ?? ''],
  ])('rejects a credential that is %s', async (_, credential) => {
    expect((await post(LIST, credential())).status).toBe(401);
    expect((await post(LIST)).status).toBe(200);
  });

  test('rejects a credential after the clock passes its expiry', async () => {
    const brief = simulator.state.addUser('brief', { credentialDays: 1, listed: false });
    expect(await list(brief.credential)).toEqual([]);
    simulator.state.clock.advance(DAY);
    expect((await post(LIST, brief.credential)).status).toBe(401);
  });

  test('the signed expiry applies even if the record has a later one', async () => {
    const token = user.add({ expiresAt: simulator.state.clock.now() + DAY });
    token.expiresAt = null;
    expect((await post(LIST, token.secret)).status).toBe(200);
    simulator.state.clock.advance(2 * DAY);
    expect((await post(LIST, token.secret)).status).toBe(401);
  });

  function revoked(token: User['tokens'][number]): string {
    user.revoke(token);
    return token.secret ?? '';
  }

  function deleted(token: User['tokens'][number]): string {
    user.remove(token);
    return token.secret ?? '';
  }
});

describe('the list', () => {
  test("contains only the caller's own tokens, starting with the exporter's", async () => {
    simulator.state.addUser('fleet-us').add({ name: 'not seen' });
    const createdAt = Date.parse('2026-03-01T09:00:00Z');
    user.add({ name: 'a', description: 'd', createdAt, expiresAt: createdAt + 365_000 * DAY });
    const tokens = await list();
    expect(tokens.map((token) => token['name'])).toEqual(['exporter', 'a']);
    expect(tokens[1]).toEqual({
      name: 'a',
      description: 'd',
      role: 'ROLE_READ_WRITE',
      status: 'ACTIVE',
      createdAt: '2026-03-01T09:00:00.000Z',
      expiresAt: new Date(createdAt + 365_000 * DAY).toISOString(),
    });
  });

  test('reports EXPIRED after the clock passes expiresAt, or omits the token if configured', async () => {
    user.add({ name: 'short', expiresAt: simulator.state.clock.now() + DAY });
    expect((await list()).map((token) => token['status'])).toEqual(['ACTIVE', 'ACTIVE']);
    simulator.state.clock.advance(DAY);
    expect((await list()).map((token) => token['status'])).toEqual(['ACTIVE', 'EXPIRED']);
    simulator.state.listExpired = false;
    expect((await list()).map((token) => token['name'])).toEqual(['exporter']);
  });

  test('contains revoked tokens, or omits them if configured', async () => {
    user.revoke(user.add());
    expect((await list())[1]).toMatchObject({ status: 'REVOKED' });
    simulator.state.listRevoked = false;
    expect(await list()).toHaveLength(1);
  });

  test('returns malformed values and omits fields, also under aliases', async () => {
    const odd = { status: 'SUSPENDED', expiresAt: 12, name: { a: [1] }, role: undefined };
    user.add({ odd });
    expect((await list())[1]).toEqual({
      name: { a: [1] },
      description: null,
      status: 'SUSPENDED',
      createdAt: expect.any(String),
      expiresAt: 12,
    });
    const { data } = await run(
      '{ all: viewPersonalAccessTokens { ...F } } fragment F on PersonalAccessToken { s: status }',
    );
    expect(data).toEqual({ all: [{ s: 'ACTIVE' }, { s: 'SUSPENDED' }] });
  });

  test('is cached, if configured, until a change or an expiry', async () => {
    await simulator.close();
    simulator = await startSimulator({ cacheResponses: true, state: simulator.state });
    addTokens(user, 3);
    const token = user.add({ expiresAt: simulator.state.clock.now() + 500 * DAY });
    expect(await list()).toHaveLength(5);
    token.name = 'changed in place';
    expect((await list())[4]).not.toMatchObject({ name: 'changed in place' });
    simulator.state.touch();
    expect((await list())[4]).toMatchObject({ name: 'changed in place', status: 'ACTIVE' });
    const reader = user.add({ expiresAt: null }).secret ?? '';
    expect(await list(reader)).toHaveLength(6);
    simulator.state.clock.advance(501 * DAY);
    expect((await list(reader))[4]).toMatchObject({ status: 'EXPIRED' });
    const { data } = await run('{ viewPersonalAccessTokens { name } }', reader);
    expect(data?.['viewPersonalAccessTokens']).toContainEqual({ name: 'changed in place' });
  });

  test('has a Date header of the simulated clock plus dateOffset', async () => {
    simulator.state.clock.set(Date.parse('2030-05-05T05:05:05Z'));
    const writer = user.add({ expiresAt: null }).secret;
    simulator.state.dateOffset = 3_600_000;
    expect((await post(LIST, writer)).headers.get('Date')).toMatch(/^Sun, 05 May 2030 06:05:/);
  });
});

describe('mutations', () => {
  test('rotate a token: create the new one, revoke the old one, delete it', async () => {
    const writer = user.add({ name: 'writer' }).secret;
    user.add({ name: 'caster', createdAt: simulator.state.clock.now() - DAY });
    const create = 'mutation { createPersonalAccessToken(name: "caster", role: ROLE_READ_WRITE, expiryInDays: 30) }';
    const successor = (await run(create, writer)).data?.['createPersonalAccessToken'] as string;
    const names = async () => (await list(successor)).map(({ name, status }) => `${name} ${status}`).slice(2);
    expect(await names()).toEqual(['caster ACTIVE', 'caster ACTIVE']);
    expect(user.tokens.at(-1)?.expiresAt).toBeGreaterThan(simulator.state.clock.now() + 29 * DAY);
    const revoke = await run('mutation { revokePersonalAccessToken(name: "caster") }', successor);
    expect(revoke.data).toEqual({ revokePersonalAccessToken: true });
    expect(await names()).toEqual(['caster REVOKED', 'caster ACTIVE']);
    await run('mutation { deletePersonalAccessToken(name: "caster") }', successor);
    expect(await names()).toEqual(['caster ACTIVE']);
    const missing = await run('mutation { deletePersonalAccessToken(name: "none") }', successor);
    expect(missing.data).toEqual({ deletePersonalAccessToken: false });
  });

  test.each([
    'createPersonalAccessToken(name: "x")',
    'revokePersonalAccessToken(name: "exporter")',
    'deletePersonalAccessToken(name: "exporter")',
  ])('are forbidden to a read-only credential: %s', async (field) => {
    const response = await post(`mutation { ${field} }`);
    const reply = (await response.json()) as Reply;
    expect(response.status).toBe(200);
    expect(reply.data).toBeNull();
    expect(reply.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await list()).toMatchObject([{ name: 'exporter', status: 'ACTIVE' }]);
  });

  test.each([0, -1, 2_147_483_647])('reject expiryInDays: %i', async (days) => {
    const reply = await run(
      `mutation { createPersonalAccessToken(name: "x", expiryInDays: ${days}) }`,
      user.add().secret,
    );
    expect(reply).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('invalid requests', () => {
  const json = (value: unknown): RequestInit => ({ body: JSON.stringify(value) });
  test.each<[string, RequestInit, number, string]>([
    ['invalid GraphQL syntax', json({ query: '{' }), 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', json({ query: '{ viewPersonalAccessTokens { id } }' }), 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two operations',
      json({ query: 'query a { __typename } query b { __typename }' }),
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a missing variable',
      json({ query: 'mutation ($n: String!) { deletePersonalAccessToken(name: $n) }' }),
      400,
      'BAD_USER_INPUT',
    ],
    ['no query', json({ quarry: '' }), 400, 'BAD_REQUEST'],
    ['a batch', json([{ query: LIST }]), 400, 'BAD_REQUEST'],
    ['variables as a string', json({ query: LIST, variables: '{}' }), 400, 'BAD_REQUEST'],
    ['another media type', { headers: { 'Content-Type': 'text/plain' } }, 400, 'BAD_REQUEST'],
    ['no acceptable media type', { headers: { Accept: 'text/html' } }, 406, 'BAD_REQUEST'],
    ['another method', { method: 'PUT' }, 405, 'BAD_REQUEST'],
  ])('%s', async (_, init, status, code) => {
    const response = await post(LIST, user.credential, init);
    const reply = (await response.json()) as Reply;
    expect([response.status, reply.errors?.[0]?.extensions.code]).toEqual([status, code]);
    expect(reply).not.toHaveProperty('data');
    expect(response.headers.get('Allow')).toBe(status === 405 ? 'GET, POST' : null);
  });

  test('a batch gets an error that batching is disabled', async () => {
    const response = await post('', user.credential, json([{ query: LIST }]));
    expect(((await response.json()) as Reply).errors?.[0]?.message).toBe('Operation batching disabled.');
  });

  test('malformed and oversized bodies get an HTML page, other paths get plain text', async () => {
    const malformed = await post('', user.credential, { body: '{"query":' });
    const oversized = await post('x'.repeat(1024 * 1024));
    const elsewhere = await fetch(`${simulator.url}x`);
    expect([malformed.status, oversized.status, elsewhere.status]).toEqual([400, 413, 404]);
    expect(malformed.headers.get('Content-Type')).toMatch('text/html');
    expect(elsewhere.headers.get('Content-Type')).toMatch('text/plain');
    expect(await list()).toHaveLength(1);
  });

  test('GET runs queries but no mutations, and requires a header that a web page cannot send', async () => {
    const headers = { Authorization: `Bearer ${user.credential}`, 'Apollo-Require-Preflight': '1' };
    const get = (query: string, sent: Record<string, string> = headers) =>
      fetch(`${simulator.url}?query=${encodeURIComponent(query)}`, { headers: sent });
    expect((await get(LIST)).status).toBe(200);
    const mutation = await get('mutation { deletePersonalAccessToken(name: "exporter") }');
    expect([mutation.status, mutation.headers.get('Allow')]).toEqual([405, 'POST']);
    expect((await get(LIST, { Authorization: headers.Authorization })).status).toBe(400);
  });

  test.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json;q=0.5, application/json', 'application/json; charset=utf-8'],
    ['text/html, application/graphql-response+json;q=0.1', 'application/graphql-response+json; charset=utf-8'],
  ])('Accept: %s gets %s', async (Accept, expected) => {
    const response = await post(LIST, user.credential, { headers: { Accept } });
    expect(response.headers.get('Content-Type')).toBe(expected);
  });
});

describe('faults', () => {
  test.each<[string, Fault, number, string | RegExp]>([
    ['a status', { kind: 'status', status: 502, body: '<h1>Bad</h1>' }, 502, '<h1>Bad</h1>'],
    ['a status without a body', { kind: 'status', status: 403 }, 403, 'Forbidden\n'],
    ['a body', { kind: 'body', body: 'no JSON' }, 200, 'no JSON'],
    ['JSON', { kind: 'json', value: [], status: 201 }, 201, '[]\n'],
    ['null-list', { kind: 'null-list' }, 200, '{"data":{"viewPersonalAccessTokens":null}}\n'],
    [
      'errors',
      { kind: 'errors', code: 'OOPS', status: 500 },
      500,
      /^\{"errors":\[\{"message":".*","extensions":\{"code":"OOPS"\}\}\]\}\n$/,
    ],
    [
      'errors with data',
      { kind: 'errors', withData: true },
      200,
      /^\{"errors":\[\{"message":"[^"]*"\}\],"data":\{"viewPers.*"exporter"/,
    ],
    ['latency', { kind: 'latency', ms: 5 }, 200, /"exporter"/],
    // biome-ignore lint/suspicious/noThenProperty: the value is never a function, so no promise resolution calls it
    ['latency and another fault', { kind: 'latency', ms: 5, then: { kind: 'body', body: 'x' } }, 200, 'x'],
    ['a trickle', { kind: 'trickle', bytesPerSecond: 20_000 }, 200, /"exporter".*\]\}\}\n$/],
    ['an unknown encoding', { kind: 'encoded', encoding: 'rot13' }, 200, /"exporter"/],
    ['gzip', { kind: 'encoded', encoding: 'gzip' }, 200, /"exporter"/],
  ])('%s', async (_, fault, status, body) => {
    simulator.setFault(fault, { times: 1 });
    const response = await post(LIST);
    expect(response.status).toBe(status);
    const text = await response.text();
    if (typeof body === 'string') expect(text).toBe(body);
    else expect(text).toMatch(body);
    expect(await list()).toHaveLength(1);
  });

  test('status: sends any headers, such as Location and Retry-After', async () => {
    simulator.setFault({ kind: 'status', status: 301, headers: { Location: '/there', date: 'x' } }, { times: 1 });
    const redirect = await post(LIST);
    expect([redirect.status, redirect.headers.get('Location'), redirect.headers.get('Date')]).toEqual([
      301,
      '/there',
      'x',
    ]);
    simulator.setFault({ kind: 'status', status: 429, headers: { 'Retry-After': '30' } });
    expect((await post(LIST, null)).headers.get('Retry-After')).toBe('30');
  });

  test("one user's fault does not affect other users, and can be cleared", async () => {
    const other = simulator.state.addUser('fleet-us');
    simulator.setFault({ kind: 'status', status: 500 }, { user: 'fleet-us' });
    expect((await post(LIST)).status).toBe(200);
    expect((await post(LIST, other.credential)).status).toBe(500);
    simulator.clearFaults();
    expect((await post(LIST, other.credential)).status).toBe(200);
  });

  test.each<Fault>([{ kind: 'hang' }, { kind: 'latency', ms: 2_000_000_000 }])('%o never responds', async (fault) => {
    simulator.setFault(fault, { times: 1 });
    const call = rawCall();
    await vi.waitFor(() => expect(simulator.calls.inFlight).toBe(1));
    await list();
    expect(call.received).toBe('');
    await simulator.close();
    expect(await call.ended).toMatch(/end|ECONNRESET/);
  });

  test('stops waiting when the client disconnects', async () => {
    simulator.setFault({ kind: 'latency', ms: 2_000_000_000 });
    const leave = new AbortController();
    const call = post(LIST, user.credential, { signal: leave.signal });
    await vi.waitFor(() => expect(simulator.calls.inFlight).toBe(1));
    leave.abort();
    await expect(call).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(simulator.calls.inFlight).toBe(0));
  });

  test('half-body: sends half of Content-Length, then closes the connection', async () => {
    simulator.setFault({ kind: 'half-body' });
    const call = rawCall();
    expect(await call.ended).toBe('end');
    const declared = Number(/Content-Length: (\d+)/.exec(call.received)?.[1]);
    expect(bodyOf(call)).toHaveLength(Math.floor(declared / 2));
    await expect(list()).rejects.toThrow();
  });

  test('stall-body: sends half of the body, then nothing', async () => {
    simulator.setFault({ kind: 'stall-body' }, { times: 1 });
    const call = rawCall();
    await vi.waitFor(() => expect(bodyOf(call)).toMatch(/^\{"data"/));
    const declared = Number(/Content-Length: (\d+)/.exec(call.received)?.[1]);
    await list();
    expect(bodyOf(call)).toHaveLength(Math.floor(declared / 2));
    expect(simulator.calls.maxInFlight).toBe(2);
  });

  test('trickle: at one byte per second, a later request finishes first', async () => {
    simulator.setFault({ kind: 'trickle', bytesPerSecond: 1 }, { times: 1 });
    const call = rawCall();
    await vi.waitFor(() => expect(call.received).toMatch('Content-Length'));
    await list();
    expect(bodyOf(call).length).toBeLessThan(10);
  });

  test('reset: ECONNRESET before any response', async () => {
    simulator.setFault({ kind: 'reset' });
    const call = rawCall();
    expect(await call.ended).toBe('ECONNRESET');
    expect(call.received).toBe('');
  });

  test('malformed-http: sends bytes that are not HTTP', async () => {
    simulator.setFault({ kind: 'malformed-http' });
    await expect(post(LIST)).rejects.toThrow('fetch failed');
    const call = rawCall();
    await call.ended;
    expect(call.received).toMatch('this is not HTTP');
  });

  test('wrong-length: a body ends before a larger length and exceeds a smaller one', async () => {
    simulator.setFault({ kind: 'wrong-length', declared: 100_000 });
    await expect(list()).rejects.toThrow();
    simulator.setFault({ kind: 'wrong-length', declared: 10 });
    const call = rawCall();
    expect(await call.ended).toBe('end');
    expect(call.received).toMatch('Content-Length: 10\r\n');
    expect(JSON.parse(bodyOf(call))).toHaveProperty('data');
  });

  test.each([true, false])(
    'oversized: a valid list of exactly the given size (Content-Length: %s)',
    async (contentLength) => {
      const bytes = 3 * 1024 * 1024 + 1;
      simulator.setFault({ kind: 'oversized', bytes, contentLength });
      const response = await post(LIST);
      expect(response.headers.get('Content-Length')).toBe(contentLength ? String(bytes) : null);
      const text = await response.text();
      expect(text).toHaveLength(bytes);
      expect((JSON.parse(text) as Reply).data?.['viewPersonalAccessTokens']).toHaveLength(1);
    },
  );

  test('oversized: a response of a terabyte respects back-pressure and stops when the client disconnects', async () => {
    simulator.setFault({ kind: 'oversized', bytes: 1e12 });
    const leave = new AbortController();
    const response = await post(LIST, user.credential, { signal: leave.signal });
    const first = await response.body?.getReader().read();
    expect(first?.done).toBe(false);
    leave.abort();
    await vi.waitFor(() => expect(simulator.calls.inFlight).toBe(0));
  });

  test('gzip-bomb: a small response decodes to more than 64 MiB', async () => {
    simulator.setFault({ kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' });
    const encoded = await new Promise<Buffer>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${user.credential}` };
      const sent = httpRequest(simulator.url, { method: 'POST', headers, agent: false }, async (response) => {
        resolve(Buffer.concat(await response.toArray()));
      });
      sent.on('error', reject).end(JSON.stringify({ query: LIST }));
    });
    expect(encoded.length).toBeLessThan(2 * 1024 * 1024);
    const limit = 64 * 1024 * 1024;
    expect(() => gunzipSync(encoded, { maxOutputLength: limit })).toThrow(`larger than ${limit} bytes`);
    // The real response is the last gzip member.
    const start = encoded.lastIndexOf(gzipSync('').subarray(0, 4));
    expect(JSON.parse(gunzipSync(encoded.subarray(start)).toString())).toHaveProperty('data');
  });

  test('field-error: a null field in one item, and an error with its path', async () => {
    user.add({ name: 'second' });
    simulator.setFault({ kind: 'field-error', index: 1, field: 'expiresAt' }, { times: 1 });
    const response = await post(LIST);
    const { data, errors } = (await response.json()) as Reply;
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(errors).toEqual([
      {
        message: 'Fault injected by the simulator',
        path: ['viewPersonalAccessTokens', 1, 'expiresAt'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    const [first, second] = await list();
    expect(data).toEqual({ viewPersonalAccessTokens: [first, { ...second, expiresAt: null }] });
  });

  test('field-error: any code, and the whole item null', async () => {
    simulator.setFault({ kind: 'field-error', index: 0, field: 'name', code: 'TIMEOUT', nullItem: true }, { times: 1 });
    expect(await run(LIST)).toMatchObject({
      errors: [{ path: ['viewPersonalAccessTokens', 0, 'name'], extensions: { code: 'TIMEOUT' } }],
      data: { viewPersonalAccessTokens: [null] },
    });
  });

  test.each([
    ['a list without the item', LIST],
    ['a response without a list', '{ __typename }'],
    ['an error', '{ unknown }'],
  ])('field-error does not affect %s', async (_, query) => {
    const real = await run(query);
    simulator.setFault({ kind: 'field-error', index: 1, field: 'name' });
    expect(await run(query)).toEqual(real);
  });

  test('no-date: the real response without a Date header', async () => {
    simulator.setFault({ kind: 'no-date' }, { times: 1 });
    expect((await post(LIST)).headers.has('Date')).toBe(false);
    expect((await post(LIST)).headers.has('Date')).toBe(true);
  });

  test('echo-credential: the received header is in the reason phrase, the headers and the body', async () => {
    simulator.setFault({ kind: 'echo-credential' });
    const response = await post(LIST);
    const sent = `Bearer ${user.credential}`;
    expect(response.status).toBe(500);
    expect(response.statusText).toContain(sent);
    expect(response.headers.get('X-Received-Authorization')).toBe(sent);
    expect(((await response.json()) as Reply).errors?.[0]?.message).toContain(sent);
  });
});

test('counts requests when they arrive', async () => {
  await list();
  await post(LIST, null);
  await fetch(`${simulator.controlUrl}state`);
  const { total, inFlight, maxInFlight, byUser, authorizations } = simulator.calls;
  expect({ total, maxInFlight, byUser, authorizations }).toEqual({
    total: 2,
    maxInFlight: 1,
    byUser: new Map([['fleet-eu', 1]]),
    authorizations: [`Bearer ${user.credential}`, ''],
  });
  expect(inFlight).toBe(0);
});

test('counts the requests that a fault affected, by user and kind', async () => {
  simulator.setFault({ kind: 'null-list' }, { times: 2 });
  await post(LIST);
  await post(LIST, null);
  simulator.setFault({ kind: 'errors' }, { user: user.id });
  await post(LIST);
  simulator.clearFaults();
  await post(LIST);
  const kinds = new Map([
    ['null-list', 1],
    ['errors', 1],
  ]);
  expect(simulator.calls.faultsByUser).toEqual(new Map([[user.id, kinds]]));
});

test('can be closed twice and then no longer listens', async () => {
  await list();
  await Promise.all([simulator.close(), simulator.close()]);
  await expect(list()).rejects.toThrow('fetch failed');
});

test('the demo users have a token in each state', async () => {
  const { fleetEu, fleetUs } = addDemoUsers(
    simulator.state.users.delete('fleet-eu') ? simulator.state : new SimulatorState(),
  );
  const tokens = [...(await list(fleetEu.credential)), ...(await list(fleetUs.credential))];
  const statuses = new Set(tokens.map((token) => token['status']));
  expect(statuses).toEqual(new Set(['ACTIVE', 'EXPIRED', 'REVOKED', 'SUSPENDED']));
  expect(tokens.filter((token) => token['expiresAt'] === null)).toHaveLength(1);
  expect(tokens.filter((token) => token['name'] === 'fleet-sync')).toHaveLength(2);
});

test('runs as a separate process until SIGTERM', async () => {
  const command = ['--import', 'tsx', 'simulator/main.ts', '--users', '2', '--tokens', '3', '--dialect=lower-case'];
  const child = spawn(process.execPath, command, { cwd: new URL('../..', import.meta.url) });
  try {
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      output += text;
      if (output.includes('user-2 (4 tokens)')) break;
    }
    const [, url = '', token] = /ENDPOINT=(\S+) POINTONE_API_TOKEN=(\S+) npm start/.exec(output) ?? [];
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
    const call = () => fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: LIST }) });
    const reply = (await (await call()).json()) as Reply;
    expect(reply.data?.['viewPersonalAccessTokens']).toHaveLength(4);
    expect(reply.data?.['viewPersonalAccessTokens']).toContainEqual(expect.objectContaining({ status: 'active' }));
    // A request in flight: neither its connection nor its timer may keep the process running.
    const control = (path: string, init?: RequestInit) => fetch(new URL(`/_control/${path}`, url), init);
    const body = JSON.stringify({ fault: { kind: 'latency', ms: 2_000_000_000 } });
    await control('fault', { method: 'PUT', body });
    const waiting = call().catch((error: Error) => error.message);
    await vi.waitFor(async () => expect(await (await control('state')).text()).toMatch('"inFlight":1'));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await waiting).toBe('fetch failed');
  } finally {
    child.kill('SIGKILL');
  }
});

test('an unknown dialect on the command line is an error that lists all dialects', async () => {
  const command = ['--import', 'tsx', 'simulator/main.ts', '--dialect=klingon'];
  const child = spawn(process.execPath, command, { cwd: new URL('../..', import.meta.url) });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [error, [status]] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')]);
  expect(status).toBe(1);
  expect(error.join('')).toContain(`--dialect must be one of ${DIALECTS.join(', ')}, not 'klingon'`);
});

test('addTokens creates the same tokens each time, and all of them differ', () => {
  const make = () => {
    const many = new SimulatorState().addUser('many', { listed: false });
    addTokens(many, 1000, Date.parse('2026-06-01T00:00:00Z'));
    return many.tokens;
  };
  expect(make()).toEqual(make());
  expect(new Set(make().map((token) => `${token.name} ${token.createdAt}`)).size).toBe(1000);
});

describe('the control API', () => {
  interface ControlReply {
    error?: string;
    clock?: string;
    calls?: object;
    faults?: object[];
    users?: { tokens: object[] }[];
  }

  async function control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: ControlReply }> {
    const response = await fetch(`${simulator.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as ControlReply };
  }

  test('returns the state', async () => {
    user.add({ name: 'odd', odd: { status: 1, role: undefined } });
    await list();
    const { status, json } = await control('GET', 'state');
    expect(status).toBe(200);
    expect(json.calls).toMatchObject({ total: 1, byUser: { 'fleet-eu': 1 } });
    expect(json.users?.[0]).toMatchObject({ id: 'fleet-eu', credential: user.credential });
    expect(json.users?.[0]?.tokens[1]).toMatchObject({
      index: 1,
      name: 'odd',
      odd: { status: 1 },
      omit: ['role'],
    });
  });

  test('sets and clears faults', async () => {
    const order = { fault: { kind: 'status', status: 503 }, user: 'fleet-eu', times: 3 };
    expect((await control('PUT', 'fault', order)).json).toEqual({ faults: [order] });
    expect((await post(LIST)).status).toBe(503);
    expect((await control('GET', 'state')).json.faults).toEqual([{ ...order, times: 2 }]);
    expect((await control('DELETE', 'fault')).json).toEqual({ faults: [] });
    expect((await post(LIST)).status).toBe(200);
  });

  test('moves the clock', async () => {
    const set = await control('POST', 'clock', { set: '2031-02-03T04:05:06Z' });
    expect(set.json.clock).toMatch('2031-02-03T04:05:');
    const advanced = await control('POST', 'clock', { advanceSeconds: 86_400 });
    expect(advanced.json.clock).toMatch('2031-02-04T04:05:');
    expect((await post(LIST)).status).toBe(401);
  });

  test('adds, changes and deletes tokens', async () => {
    const added = await control('POST', 'users/fleet-eu/tokens', {
      name: 'n',
      expiresAt: null,
      odd: { role: 7 },
    });
    expect(added).toMatchObject({ status: 201, json: { index: 1, name: 'n', expiresAt: null } });
    expect((await list())[1]).toMatchObject({ name: 'n', role: 7 });
    await control('PATCH', 'users/fleet-eu/tokens/1', { status: 'REVOKED', omit: ['name'] });
    const [, changed] = await list();
    expect(changed).toMatchObject({ status: 'REVOKED', role: 'ROLE_READ_WRITE' });
    expect(changed).not.toHaveProperty('name');
    await control('DELETE', 'users/fleet-eu/tokens/1');
    expect(await list()).toHaveLength(1);
  });

  test.each<[string, string, unknown, RegExp]>([
    ['PUT', 'fault', 'no JSON', /must be JSON/],
    ['PUT', 'fault', { fault: { kind: 'none' } }, /kind is one of: status/],
    ['PUT', 'fault', { fault: { kind: 'hang' }, user: 'nobody' }, /unknown user nobody; available users: fleet-eu/],
    ['PUT', 'fault', { fault: { kind: 'hang' }, times: 0 }, /integer of at least 1/],
    ['PUT', 'fault', { fault: { kind: 'field-error', index: 0, field: 'id' } }, /one of: name, description/],
    [
      'PATCH',
      'state',
      { dialect: 'klingon' },
      /^dialect must be documented or prefixed-enums or .* or introspection-closed$/,
    ],
    ['PATCH', 'state', { extraStatuses: 'SUSPENDED' }, /list of different names in upper case/],
    ['PATCH', 'state', { extraStatuses: ['suspended'] }, /list of different names in upper case/],
    ['PATCH', 'state', { extraStatuses: ['A', 'A'] }, /list of different names in upper case/],
    ['PATCH', 'state', { extraStatuses: ['REVOKED'] }, /without ACTIVE, EXPIRED, REVOKED/],
    ['PATCH', 'state', { listExpired: false }, /no field listExpired; accepted: dialect, extraStatuses/],
    ['POST', 'clock', { advanceSeconds: '1' }, /number of seconds/],
    ['POST', 'clock', {}, /expected either/],
    ['POST', 'clock', { set: 'tomorrow' }, /ISO 8601/],
    ['POST', 'users/nobody/tokens', {}, /unknown user nobody/],
    ['POST', 'users/%ff/tokens', {}, /percent-encoded/],
    ['POST', 'users/fleet-eu/tokens', { nam: 'x' }, /no field nam; accepted: name, description/],
    ['POST', 'users/fleet-eu/tokens', { name: 1 }, /string or null/],
    ['POST', 'users/fleet-eu/tokens', { status: 'X' }, /ACTIVE or EXPIRED or REVOKED; use "odd"/],
    ['POST', 'users/fleet-eu/tokens', { omit: ['id'] }, /omit must be name/],
    ['PATCH', 'users/fleet-eu/tokens/9', {}, /unknown token 9; fleet-eu has 1 tokens/],
    ['DELETE', 'users/fleet-eu/tokens/-1', undefined, /unknown token -1/],
  ])('%s %s with %j gets 400 and what the API accepts', async (method, path, body, message) => {
    const { status, json } = await control(method, path, body);
    expect(status).toBe(400);
    expect(json.error).toMatch(message);
  });

  test.each([
    ['GET', 'fault'],
    ['POST', 'state/x'],
    ['GET', 'users/fleet-eu'],
  ])('%s %s gets 404 and the available endpoints', async (method, path) => {
    const { status, json } = await control(method, path);
    expect(status).toBe(404);
    expect(json.error).toMatch('GET /_control/state');
  });
});
