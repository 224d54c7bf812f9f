import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStatusClassifier } from '../../src/model/status.ts';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { NoProxy } from '../../src/pointone/proxy-bypass.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { until } from '../support/exporter.ts';

const LIST = '{"data":{"viewPersonalAccessTokens":[]}}';
const LATER = 2_000_000_000;
const JWT = `e30.${Buffer.from(JSON.stringify({ exp: LATER })).toString('base64url')}.x`;

/** Starts an API that responds with a listener, and creates a client of it. */
async function clientOf(listener: RequestListener, maxResponseSize = LIST.length, clock = systemClock) {
  const api = { connections: 0, open: 0, headers: {} as IncomingHttpHeaders };
  const server = createServer((request, response) => {
    api.headers = request.headers;
    listener(request, response);
  });
  server.on('connection', (socket) => {
    api.connections += 1;
    api.open += 1;
    socket.once('close', () => {
      api.open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connections = new Connections({ https: '', http: '', noProxy: NoProxy.parse('').noProxy });
  onTestFinished(() => {
    connections.close();
    server.closeAllConnections();
    server.close();
  });
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  const client = createClient({
    classifyStatus: createStatusClassifier(),
    endpoint,
    credential: { kind: 'variable', variable: 'TOKEN', value: JWT },
    userAgent: 'pointone-token-exporter/1.2.3',
    clock,
    dispatcher: connections.dispatcherFor(endpoint),
    maxResponseSize,
  });
  return { client, api };
}

const NEVER = new AbortController().signal;

it('a slow body does not count as clock skew', async () => {
  let offset = 0;
  let finish = (): void => undefined;
  const clock = {
    ...systemClock,
    now: () => {
      const now = Date.now() + offset;
      // The headers have arrived; the rest of the response arrives an hour later.
      offset = 3_600_000;
      finish();
      return now;
    },
  };
  const slow: RequestListener = (_request, response) => {
    response.write(LIST.slice(0, 1));
    finish = () => response.end(LIST.slice(1));
  };
  const { client } = await clientOf(slow, LIST.length, clock);
  const { outcome, clockSkewMs } = await client.fetchTokens(NEVER);
  expect(outcome.ok).toBe(true);
  expect(Math.abs(clockSkewMs ?? Number.NaN)).toBeLessThan(60_000);
});

describe('a request', () => {
  it('has a user agent and does not accept compression', async () => {
    const { client, api } = await clientOf((_request, response) => void response.end(LIST));
    await client.fetchTokens(NEVER);
    expect(api.headers).toMatchObject({
      'user-agent': 'pointone-token-exporter/1.2.3',
      authorization: `Bearer ${JWT}`,
      'content-type': 'application/json',
    });
    expect(api.headers['accept-encoding']).toBeUndefined();
  });

  it('reuses the connection of the previous one', async () => {
    const { client, api } = await clientOf((_request, response) => void response.end(LIST));
    for (let index = 0; index < 3; index += 1) {
      expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
      // The connection becomes free just after the body was read.
      await nextIteration();
    }
    expect(api.connections).toBe(1);
  });

  it('is retried if the server closes a reused connection', async () => {
    const counts = new Map<Socket, number>();
    const { client, api } = await clientOf((request, response) => {
      const count = (counts.get(request.socket) ?? 0) + 1;
      counts.set(request.socket, count);
      if (count === 1) response.end(LIST);
      else request.socket.destroy();
    });
    for (let index = 0; index < 3; index += 1) {
      expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
      await nextIteration();
    }
    expect([...counts.values()]).toEqual([2, 2, 1]);
    expect(api.connections).toBe(3);
  });

  it('is retried only once, even with several kept connections', async () => {
    let calls = 0;
    let pending: (() => void)[] = [];
    const { client } = await clientOf((request, response) => {
      calls += 1;
      if (calls > 4) request.socket.destroy();
      else pending.push(() => response.end(LIST));
      if (calls === 4) for (const respond of pending) respond();
      if (calls === 4) pending = [];
    });
    await Promise.all(Array.from({ length: 4 }, () => client.fetchTokens(NEVER)));
    await nextIteration();
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(6);
  });

  it('fails if the response switches protocols', async () => {
    const { client } = await clientOf((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
  });

  it.each([
    ['before the response', (response: ServerResponse) => void response.destroy()],
    ['in the middle of the response', (response: ServerResponse) => void response.write('{', () => response.destroy())],
  ])('is not retried if a new connection closes %s', async (_when, fail) => {
    let calls = 0;
    const { client } = await clientOf((_request, response) => {
      calls += 1;
      fail(response);
    });
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(1);
  });

  it('is not retried if a reused connection closes in the middle of the response', async () => {
    let calls = 0;
    const { client } = await clientOf((_request, response) => {
      calls += 1;
      if (calls === 1) response.end(LIST);
      else response.write('{', () => response.destroy());
    });
    await client.fetchTokens(NEVER);
    await nextIteration();
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(2);
  });

  it.each([
    ['before it is sent', true],
    ['while it runs', false],
  ])('that is aborted %s fails with timeout', async (_when, beforehand) => {
    const controller = new AbortController();
    const { client } = await clientOf(() => controller.abort());
    if (beforehand) controller.abort();
    const { outcome } = await client.fetchTokens(controller.signal);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
  });

  it.each([
    ['expires only at 2033-05-18T03:33:20Z', LATER * 1000 - 1000],
    ['expired at 2033-05-18T03:33:20Z', LATER * 1000],
  ])(
    'that is not authenticated fails with a message that the credential %s, by the clock of the API',
    async (hint, now) => {
      const { client } = await clientOf((_request, response) => {
        response.writeHead(401, { Date: new Date(now).toUTCString() }).end();
      });
      const { outcome } = await client.fetchTokens(NEVER);
      const detail = expect.stringMatching(/^HTTP 401: .* outage; the credential /);
      expect(outcome).toMatchObject({ failure: { reason: 'unauthenticated', detail } });
      expect(!outcome.ok && outcome.failure.detail.endsWith(`; the credential ${hint}`)).toBe(true);
    },
  );

  it('that is not authenticated fails with the expiry by the local clock if the response has no date', async () => {
    const clock = { ...systemClock, now: () => LATER * 1000 };
    const { client } = await clientOf(
      (_request, response) => {
        response.sendDate = false;
        response.writeHead(401).end();
      },
      LIST.length,
      clock,
    );
    const detail = expect.stringContaining('the credential expired at 2033-05-18T03:33:20Z');
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { detail } });
  });

  it('returns the expiry of the credential even if it fails', async () => {
    const { client } = await clientOf((request) => void request.socket.destroy());
    const { outcome, credentialExpiresAt } = await client.fetchTokens(NEVER);
    expect(outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(credentialExpiresAt).toBe(LATER * 1000);
  });
});

/** Long enough for many chunks, not ASCII, and with a string that looks like the end of an item. */
const NAMES = Array.from({ length: 5_000 }, (_, number) => `ровер ${number} },{`);
const LONG_LIST = JSON.stringify({ data: { viewPersonalAccessTokens: NAMES.map((name) => ({ name, role: 'R' })) } });
const HALF = LONG_LIST.length / 2;

describe('a long list', () => {
  const fetched = async (listener: RequestListener, signal = NEVER, maxResponseSize = 10_000_000) => {
    const { client } = await clientOf(listener, maxResponseSize);
    return (await client.fetchTokens(signal)).outcome;
  };

  it.each([
    ['with Content-Length', { 'Content-Length': String(Buffer.byteLength(LONG_LIST)) }],
    ['with chunked encoding', {}],
    ['that ends with its connection', { Connection: 'close', 'Transfer-Encoding': 'identity' }],
  ])('%s is read completely and in order', async (_how, headers) => {
    const outcome = await fetched((_request, response) => void response.writeHead(200, headers).end(LONG_LIST));
    expect(outcome.ok && outcome.tokens.map(({ name }) => name)).toEqual(NAMES);
  });

  it.each([
    [
      'whose connection breaks',
      'network',
      (response: ServerResponse) => void response.write(LONG_LIST.slice(0, HALF), () => response.destroy()),
    ],
    [
      'that is truncated',
      'invalid_response',
      (response: ServerResponse) => void response.end(LONG_LIST.slice(0, HALF)),
    ],
    [
      'followed by another character',
      'invalid_response',
      (response: ServerResponse) => void response.end(`${LONG_LIST}]`),
    ],
    [
      'followed by an error',
      'forbidden',
      (response: ServerResponse) =>
        void response.end(`${LONG_LIST.slice(0, -1)},"errors":[{"extensions":{"code":"FORBIDDEN"}}]}`),
    ],
    ['with status 500', 'http', (response: ServerResponse) => void response.writeHead(500).end(LONG_LIST)],
    [
      'declared as compressed',
      'invalid_response',
      (response: ServerResponse) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(LONG_LIST),
    ],
  ])('%s fails even if some items are already parsed', async (_what, reason, respond) => {
    expect(await fetched((_request, response) => respond(response))).toMatchObject({ ok: false, failure: { reason } });
  });

  it('that is aborted in the middle fails with timeout', async () => {
    const controller = new AbortController();
    const outcome = await fetched((_request, response) => {
      response.write(LONG_LIST.slice(0, HALF), () => controller.abort());
    }, controller.signal);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
  });

  it('larger than the limit fails even if some items are already parsed', async () => {
    const outcome = await fetched((_request, response) => void response.end(LONG_LIST), NEVER, LONG_LIST.length);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'invalid_response' } });
  });
});

describe('a long list with errors of two fields', () => {
  const items = NAMES.map((name) => ({ name, role: 'R', status: 'ACTIVE', createdAt: 1.7e9, expiresAt: 1.8e9 }));
  const ERRORS = [3, 4_998].map((index) => ({
    message: 'no',
    path: ['viewPersonalAccessTokens', index, 'expiresAt'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  }));
  const nulls = items.map((item, index) => (index === 3 || index === 4_998 ? { ...item, expiresAt: null } : item));
  const data = JSON.stringify({ viewPersonalAccessTokens: nulls });

  it.each([
    ['before it, as Apollo Server sends them', `{"errors":${JSON.stringify(ERRORS)},"data":${data}}`],
    // The first item is then parsed while the body arrives.
    ['after it', `{"data":${data},"errors":${JSON.stringify(ERRORS)}}`],
  ])('%s is read completely, and exactly these fields are unreadable', async (_where, body) => {
    const { client } = await clientOf((_request, response) => void response.end(body), 10_000_000);
    const { outcome } = await client.fetchTokens(NEVER);
    const tokens = outcome.ok ? outcome.tokens : [];
    expect(tokens.map(({ name }) => name)).toEqual(NAMES);
    const unreadable = tokens.flatMap(({ unreadable: fields }, index) => fields.map((field) => [index, field]));
    expect(unreadable).toEqual([
      [3, 'expiresAt'],
      [4_998, 'expiresAt'],
    ]);
  });
});

describe.each([
  ['Content-Length', { 'Content-Length': String(LIST.length) }, LIST.slice(0, 1)],
  ['chunked encoding', {}, LIST],
])('a body with %s', (_how, headers, firstBytes) => {
  it('of exactly the limit is read', async () => {
    const { client } = await clientOf((_request, response) => void response.writeHead(200, headers).end(LIST));
    expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
  });

  it('one byte larger than the limit fails, and its connection is closed', async () => {
    // The body never ends: its Content-Length or the bytes received so far exceed the limit.
    const { client, api } = await clientOf((_request, response) => {
      response.writeHead(200, headers).write(firstBytes);
    }, LIST.length - 1);
    const { outcome } = await client.fetchTokens(NEVER);
    expect(outcome).toMatchObject({ failure: { reason: 'invalid_response' } });
    await until(() => api.open === 0);
  });
});
