import { type ClientRequest, createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStatusClassifier } from '../../src/model/status.ts';
import { type ApiAccess, sendApiRequest } from '../../src/pointone/api-request.ts';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { NoProxy } from '../../src/pointone/proxy-bypass.ts';
import { VIEW_TOKENS_QUERY } from '../../src/pointone/token-parser.ts';
import type { ExchangeObserver } from '../../src/pointone/transport.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { simulate } from '../support/exporter.ts';
import { listen } from '../support/network.ts';

const LIST = '{"data":{"viewPersonalAccessTokens":[]}}';

function access(endpoint: URL, observer?: ExchangeObserver): ApiAccess {
  const connections = new Connections({ https: '', http: '', noProxy: NoProxy.parse('').noProxy });
  onTestFinished(() => connections.close());
  return {
    endpoint,
    dispatcher: connections.dispatcherFor(endpoint),
    maxResponseSize: 1_000_000,
    userAgent: 'pointone-token-exporter/1.2.3',
    clock: systemClock,
    classifyStatus: createStatusClassifier(),
    observer,
  };
}

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
}

/** Starts an API that responds to every request with an empty list, and records what it receives. */
async function startApi() {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    received.push({ method, headers, json: JSON.parse(await text(request)) });
    response.end(LIST);
  });
  return { endpoint: new URL(`http://127.0.0.1:${await listen(server)}/graphql`), received };
}

/** Records what an observer receives. */
function record() {
  const seen = { requests: [] as ClientRequest[], responses: [] as IncomingMessage[], chunks: [] as Buffer[] };
  const observer: ExchangeObserver = {
    onRequest: (request) => void seen.requests.push(request),
    onResponse: (incoming) => void seen.responses.push(incoming),
    onBody: (chunk) => void seen.chunks.push(chunk),
  };
  return { observer, seen, body: () => Buffer.concat(seen.chunks).toString() };
}

const request = { credential: 'x', signal: new AbortController().signal };

describe('a request on the wire', () => {
  it('has the query and the name of its operation', async () => {
    const { endpoint, received } = await startApi();
    await sendApiRequest({ ...access(endpoint), ...request, query: VIEW_TOKENS_QUERY });
    const json = { query: VIEW_TOKENS_QUERY, operationName: 'ViewPersonalAccessTokens' };
    expect(received).toMatchObject([{ method: 'POST', json }]);
    expect(received[0]?.json).toEqual(json);
  });

  it('has exactly the documented headers', async () => {
    const { endpoint, received } = await startApi();
    await sendApiRequest({ ...access(endpoint), ...request, query: VIEW_TOKENS_QUERY });
    const { 'content-length': length, ...headers } = received[0]?.headers ?? {};
    expect(headers).toEqual({
      accept: 'application/json, application/graphql-response+json;q=0.9',
      authorization: 'Bearer x',
      connection: 'keep-alive',
      'content-type': 'application/json',
      host: endpoint.host,
      'user-agent': 'pointone-token-exporter/1.2.3',
    });
    expect(Number(length)).toBe(Buffer.byteLength(JSON.stringify(received[0]?.json)));
  });

  it('passes the CSRF prevention of Apollo Server and gets the content type application/json', async () => {
    const { simulator, user } = await simulate();
    const { observer, seen } = record();
    const api = access(new URL(simulator.url), observer);
    const { credential } = user;
    const { status, json } = await sendApiRequest({ ...api, ...request, credential, query: VIEW_TOKENS_QUERY });
    expect([status, json]).toEqual([200, JSON.parse(LIST)]);
    expect(seen.responses[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('has the variables of its query', async () => {
    const { endpoint, received } = await startApi();
    const query = 'query Licenses($limit: Int) { licenses(limit: $limit) { totalElements } }';
    await sendApiRequest({ ...access(endpoint), ...request, query, variables: { limit: 100 } });
    expect(received[0]?.json).toEqual({ query, operationName: 'Licenses', variables: { limit: 100 } });
  });
});

describe('a response', () => {
  it('to an introspection query is returned as JSON', async () => {
    const { simulator, user } = await simulate();
    const response = await sendApiRequest({
      ...access(new URL(simulator.url)),
      credential: user.credential,
      signal: request.signal,
      query: 'query Introspection { __type(name: "PersonalAccessToken") { kind name } }',
    });
    const json = { data: { __type: { kind: 'OBJECT', name: 'PersonalAccessToken' } } };
    expect(response).toMatchObject({ status: 200, tokens: [], bodyKind: 'json', pauseMs: 0, json });
  });

  it('that asks for a pause reports it before its body arrives', async () => {
    const server = createServer((_request, response) => {
      // The body never arrives.
      response.writeHead(502, { 'Retry-After': '7', 'Content-Length': '9' }).flushHeaders();
    });
    const endpoint = new URL(`http://127.0.0.1:${await listen(server)}/graphql`);
    const pauses: number[] = [];
    const onPause = (ms: number): void => void pauses.push(ms);
    const response = await sendApiRequest({ ...access(endpoint), ...request, query: VIEW_TOKENS_QUERY, onPause });
    expect([response.status, response.pauseMs, pauses]).toEqual([502, 7_000, [7_000]]);
  });
});

describe('an observer', () => {
  it('receives the request, the response with all its headers, and the whole body', async () => {
    const { simulator, user } = await simulate();
    // Long enough for several chunks, so that items are parsed while the body arrives.
    for (let number = 0; number < 2_000; number += 1) user.add();
    const { observer, seen, body } = record();
    const endpoint = new URL(simulator.url);
    const credential = { kind: 'variable', variable: 'TOKEN', value: user.credential } as const;
    const { outcome } = await createClient({ ...access(endpoint, observer), credential }).fetchTokens(request.signal);
    expect(outcome.ok && outcome.tokens).toHaveLength(2_000);
    expect(seen.requests.map(({ method, path }) => [method, path])).toEqual([['POST', endpoint.pathname]]);
    expect(seen.responses.map(({ statusCode }) => statusCode)).toEqual([200]);
    expect(seen.responses[0]?.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(seen.chunks.length).toBeGreaterThan(1);
    expect(JSON.parse(body()).data.viewPersonalAccessTokens).toHaveLength(2_000);
  });

  it('receives a request that is sent again', async () => {
    const counts = new Map<Socket, number>();
    const server = createServer((incoming, response) => {
      const count = (counts.get(incoming.socket) ?? 0) + 1;
      counts.set(incoming.socket, count);
      if (count === 1) response.end(LIST);
      else incoming.socket.destroy();
    });
    const { observer, seen } = record();
    const api = access(new URL(`http://127.0.0.1:${await listen(server)}/graphql`), observer);
    await sendApiRequest({ ...api, ...request, query: VIEW_TOKENS_QUERY });
    // The connection becomes free just after the body was read.
    await nextIteration();
    await sendApiRequest({ ...api, ...request, query: VIEW_TOKENS_QUERY });
    expect(seen.requests.map(({ reusedSocket }) => reusedSocket)).toEqual([false, true, false]);
    expect(seen.responses).toHaveLength(2);
  });

  it('receives no body on which the outcome does not depend', async () => {
    const { simulator } = await simulate();
    const { observer, seen } = record();
    await sendApiRequest({ ...access(new URL(simulator.url), observer), ...request, query: VIEW_TOKENS_QUERY });
    expect(seen.responses.map(({ statusCode }) => statusCode)).toEqual([401]);
    expect(seen.chunks).toEqual([]);
  });
});
