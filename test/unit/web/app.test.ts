import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import pino from 'pino';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Collectors } from '../../../src/accounts/collectors.ts';
import { ExporterMetrics } from '../../../src/metrics/exporter-metrics.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { type AppOptions, createApp } from '../../../src/web/app.ts';

function appWith(options: Partial<AppOptions>): { app: RequestListener; logged: () => string } {
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const build = { version: '1.2.3', revision: 'abc', nodeVersion: 'v0', homepage: undefined };
  const app = createApp({
    telemetryPath: '/metrics',
    timeoutOffsetMs: 0,
    maxScrapes: 0,
    externalUrl: undefined,
    reload: undefined,
    collectors: () => new Collectors(new Map()),
    exporterMetrics: new ExporterMetrics(build, false, 0),
    clock: systemClock,
    build,
    log: pino({ level: 'debug' }, sink),
    ready: () => true,
    ...options,
  });
  return { app, logged: () => logged };
}

describe('an unexpected error', () => {
  const collectors = (): never => {
    throw Object.assign(new TypeError('Bearer canary'), { code: 'ERR_ODD' });
  };

  it('causes a response and a log line without its message', async () => {
    const { app, logged } = appWith({ collectors });
    const { status, text, headers } = await request(app).get('/metrics');
    expect({ status, text, type: headers['content-type'] }).toEqual({
      status: 500,
      text: 'internal error\n',
      type: 'text/plain; charset=utf-8',
    });
    expect(JSON.parse(logged())).toMatchObject({ path: '/metrics', error: 'TypeError', code: 'ERR_ODD' });
    expect(logged()).not.toContain('canary');
  });

  it.each(['/', '/metrics'])('causes a plain response although a compressed response was started: %s', async (path) => {
    const { app } = appWith({});
    const { status, text, headers } = await request(failingOnce(app)).get(path).set('Accept-Encoding', 'gzip');
    expect({ status, text, encoding: headers['content-encoding'] }).toEqual({
      status: 500,
      text: 'internal error\n',
      encoding: undefined,
    });
  });
});

/** Lets the first write of each response fail, when its headers are set but not sent. */
function failingOnce(app: RequestListener): RequestListener {
  return (request, response) => {
    const { write, end } = response;
    const fail = (): never => {
      Object.assign(response, { write, end });
      throw new Error('cannot write');
    };
    app(request, Object.assign(response, { write: fail, end: fail }));
  };
}

it('during shutdown, /-/ready responds with 503 and /-/healthy with 200', async () => {
  let ready = true;
  const { app } = appWith({ ready: () => ready });
  expect((await request(app).get('/-/ready')).status).toBe(200);
  ready = false;
  expect((await request(app).get('/-/ready')).status).toBe(503);
  expect((await request(app).get('/-/healthy')).status).toBe(200);
});

it('each scrape uses the current collectors', async () => {
  let calls = 0;
  const collectors = (): Collectors => {
    calls += 1;
    return new Collectors(new Map());
  };
  const { app } = appWith({ collectors });
  await request(app).get('/metrics');
  await request(app).get('/metrics');
  await request(app).get('/probe?account=a');
  expect(calls).toBe(3);
});

it.each(['/', '/-/healthy', '/metrics', '/nowhere'])(
  'the response of %s does not reveal the server software',
  async (path) => {
    const { headers } = await request(appWith({}).app).get(path);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(Object.keys(headers)).not.toContain('x-powered-by');
    expect(Object.keys(headers)).not.toContain('etag');
  },
);

it.each(['http://exporter', 'http://exporter/', 'http://exporter?a=b', '/', '/?a=b'])(
  'metrics at / are served for the request target %s',
  async (path) => {
    const server = createServer(appWith({ telemetryPath: '/' }).app).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [response] = await once(get({ host: '127.0.0.1', port, path }), 'response');
    response.resume();
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, expect.stringContaining('version=')]);
  },
);
