import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { until } from '../support/exporter.ts';

const LIST = '{"data":{"viewPersonalAccessTokens":[]}}';
const LATER = 2_000_000_000;
const JWT = `e30.${Buffer.from(JSON.stringify({ exp: LATER })).toString('base64url')}.x`;

/** An API that answers as told, and a client of it. */
async function clientOf(answer: RequestListener, maxResponseSize = LIST.length, clock = systemClock) {
  const api = { connections: 0, open: 0, headers: {} as IncomingHttpHeaders };
  const server = createServer((request, response) => {
    api.headers = request.headers;
    answer(request, response);
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
  const connections = new Connections({ https: '', http: '', noProxy: '' });
  onTestFinished(() => {
    connections.close();
    server.closeAllConnections();
    server.close();
  });
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  const client = createClient({
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

it('a body that is slow does not make the clocks differ', async () => {
  let late = 0;
  let finish = (): void => undefined;
  const clock = {
    ...systemClock,
    now: () => {
      const now = Date.now() + late;
      // The answer has begun: the rest of it comes an hour later.
      late = 3_600_000;
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

describe('a call', () => {
  it('says who calls, and asks for no compression', async () => {
    const { client, api } = await clientOf((_request, response) => void response.end(LIST));
    await client.fetchTokens(NEVER);
    expect(api.headers).toMatchObject({
      'user-agent': 'pointone-token-exporter/1.2.3',
      authorization: `Bearer ${JWT}`,
      'content-type': 'application/json',
    });
    expect(api.headers['accept-encoding']).toBeUndefined();
  });

  it('goes over the connection of the one before', async () => {
    const { client, api } = await clientOf((_request, response) => void response.end(LIST));
    for (let index = 0; index < 3; index += 1) {
      expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
      // The body is read a moment before its connection is free again.
      await nextTurn();
    }
    expect(api.connections).toBe(1);
  });

  it('is made anew when the connection of the one before was ended meanwhile', async () => {
    const asked = new Map<Socket, number>();
    const { client, api } = await clientOf((request, response) => {
      const count = (asked.get(request.socket) ?? 0) + 1;
      asked.set(request.socket, count);
      if (count === 1) response.end(LIST);
      else request.socket.destroy();
    });
    for (let index = 0; index < 3; index += 1) {
      expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
      await nextTurn();
    }
    expect([...asked.values()]).toEqual([2, 2, 1]);
    expect(api.connections).toBe(3);
  });

  it('is made anew once, however many connections were kept', async () => {
    let calls = 0;
    let together: (() => void)[] = [];
    const { client } = await clientOf((request, response) => {
      calls += 1;
      if (calls > 4) request.socket.destroy();
      else together.push(() => response.end(LIST));
      if (calls === 4) for (const answer of together) answer();
      if (calls === 4) together = [];
    });
    await Promise.all(Array.from({ length: 4 }, () => client.fetchTokens(NEVER)));
    await nextTurn();
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(6);
  });

  it('that is answered in another protocol is over', async () => {
    const { client } = await clientOf((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
  });

  it.each([
    ['before its answer', (response: ServerResponse) => void response.destroy()],
    ['in the middle of it', (response: ServerResponse) => void response.write('{', () => response.destroy())],
  ])('whose connection ends %s is not repeated where that was no old one', async (_when, fail) => {
    let calls = 0;
    const { client } = await clientOf((_request, response) => {
      calls += 1;
      fail(response);
    });
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(1);
  });

  it('whose answer ends early is not repeated over an old connection either', async () => {
    let calls = 0;
    const { client } = await clientOf((_request, response) => {
      calls += 1;
      if (calls === 1) response.end(LIST);
      else response.write('{', () => response.destroy());
    });
    await client.fetchTokens(NEVER);
    await nextTurn();
    expect((await client.fetchTokens(NEVER)).outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(calls).toBe(2);
  });

  it.each([
    ['at once', true],
    ['under way', false],
  ])('that is cut off %s is late, not broken', async (_when, atOnce) => {
    const cut = new AbortController();
    const { client } = await clientOf(() => cut.abort());
    if (atOnce) cut.abort();
    const { outcome } = await client.fetchTokens(cut.signal);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
  });

  it('tells when its own credential expires even if it fails, as that may be what it is about to fail for', async () => {
    const { client } = await clientOf((request) => void request.socket.destroy());
    const { outcome, credentialExpiresAt } = await client.fetchTokens(NEVER);
    expect(outcome).toMatchObject({ failure: { reason: 'network' } });
    expect(credentialExpiresAt).toBe(LATER * 1000);
  });
});

/** Long enough to be read in many pieces, in a script that needs decoding, with what looks like the end of an item. */
const NAMES = Array.from({ length: 5_000 }, (_, number) => `ровер ${number} },{`);
const LONG_LIST = JSON.stringify({ data: { viewPersonalAccessTokens: NAMES.map((name) => ({ name, role: 'R' })) } });
const HALF = LONG_LIST.length / 2;

describe('a long list', () => {
  const fetched = async (answer: RequestListener, signal = NEVER, maxResponseSize = 10_000_000) => {
    const { client } = await clientOf(answer, maxResponseSize);
    return (await client.fetchTokens(signal)).outcome;
  };

  it.each([
    ['announced', { 'Content-Length': String(Buffer.byteLength(LONG_LIST)) }],
    ['chunked', {}],
    ['ended by its connection', { Connection: 'close', 'Transfer-Encoding': 'identity' }],
  ])('%s, is read to its end, in order', async (_how, headers) => {
    const outcome = await fetched((_request, response) => void response.writeHead(200, headers).end(LONG_LIST));
    expect(outcome.ok && outcome.tokens.map(({ name }) => name)).toEqual(NAMES);
  });

  it.each([
    [
      'that breaks off',
      'network',
      (response: ServerResponse) => void response.write(LONG_LIST.slice(0, HALF), () => response.destroy()),
    ],
    ['that is cut', 'invalid_response', (response: ServerResponse) => void response.end(LONG_LIST.slice(0, HALF))],
    [
      'that is followed by something',
      'invalid_response',
      (response: ServerResponse) => void response.end(`${LONG_LIST}]`),
    ],
    [
      'with an error behind it',
      'forbidden',
      (response: ServerResponse) =>
        void response.end(`${LONG_LIST.slice(0, -1)},"errors":[{"extensions":{"code":"FORBIDDEN"}}]}`),
    ],
    ['of a failure', 'http', (response: ServerResponse) => void response.writeHead(500).end(LONG_LIST)],
    [
      'that is said to be compressed',
      'invalid_response',
      (response: ServerResponse) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(LONG_LIST),
    ],
  ])('%s is no list, whatever was read of it', async (_what, reason, answer) => {
    expect(await fetched((_request, response) => answer(response))).toMatchObject({ ok: false, failure: { reason } });
  });

  it('that stops is late when its time is over', async () => {
    const cut = new AbortController();
    const outcome = await fetched((_request, response) => {
      response.write(LONG_LIST.slice(0, HALF), () => cut.abort());
    }, cut.signal);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
  });

  it('beyond the limit is refused, though its beginning was read', async () => {
    const outcome = await fetched((_request, response) => void response.end(LONG_LIST), NEVER, LONG_LIST.length);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'invalid_response' } });
  });
});

describe.each([
  ['announced', { 'Content-Length': String(LIST.length) }, LIST.slice(0, 1)],
  ['chunked', {}, LIST],
])('a body, %s,', (_how, headers, enough) => {
  it('of exactly the limit is read', async () => {
    const { client } = await clientOf((_request, response) => void response.writeHead(200, headers).end(LIST));
    expect((await client.fetchTokens(NEVER)).outcome.ok).toBe(true);
  });

  it('of a byte more is not, and its connection is given up', async () => {
    // Its end never comes: what was announced, or seen so far, is enough to know.
    const { client, api } = await clientOf((_request, response) => {
      response.writeHead(200, headers).write(enough);
    }, LIST.length - 1);
    const { outcome } = await client.fetchTokens(NEVER);
    expect(outcome).toMatchObject({ failure: { reason: 'invalid_response' } });
    await until(() => api.open === 0);
  });
});
