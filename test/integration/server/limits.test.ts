import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS } from '../../../src/server/limits.ts';
import type { WebServer } from '../../../src/server/server.ts';
import { until } from '../../support/exporter.ts';
import { connectTo, serve, webConfig } from './web-server.ts';

const ECHO: RequestListener = (request, response) => void response.end(`requested ${request.url}`);

const HEADERS = { 'X-Frame-Options': 'deny' };

/** Reports whether the server still responds. */
async function isResponsive(server: WebServer): Promise<boolean> {
  return (await fetch(`http://${server.address}/check`)).text().then((text) => text === 'requested /check');
}

/** Sends bytes and returns all data received until the connection is closed. */
async function send(server: WebServer, text: string): Promise<string> {
  const { socket, ended } = await connectTo(server);
  socket.write(text);
  return ended;
}

function status(response: string): string {
  return response.split('\r\n', 1)[0] ?? '';
}

describe('an invalid request', () => {
  it.each([
    ['with garbage', 'hello, are you there?\r\n\r\n', '400 Bad Request', 'malformed request'],
    ['with a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 Bad Request', 'malformed request'],
    ['without a Host header', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request', 'exactly one Host header is required'],
    [
      'with two Host headers',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      '400 Bad Request',
      'exactly one Host header is required',
    ],
    [
      'with two lengths',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      '400 Bad Request',
      'malformed request',
    ],
    [
      'with a length and chunks',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
      'malformed request',
    ],
    [
      'with headers of 20 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20 * 1024)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'request headers too large',
    ],
    [
      'with a URL of 20 KiB',
      `GET /${'x'.repeat(20 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'request headers too large',
    ],
    ['with CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', '405 Method Not Allowed', 'this server is not a proxy'],
    [
      'with an unknown expectation',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n',
      '417 Expectation Failed',
      'unsupported Expect header',
    ],
    [
      'with a large Content-Length',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n',
      '413 Payload Too Large',
      'request body too large',
    ],
    [
      'with a large Content-Length and Expect: 100-continue',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n',
      '413 Payload Too Large',
      'request body too large',
    ],
  ])('gets an error response: %s', async (_name, text, expected, message) => {
    const server = await serve(ECHO, { config: webConfig({ headers: HEADERS }) });
    const response = await send(server, text);
    expect(status(response)).toBe(`HTTP/1.1 ${expected}`);
    expect(response).toContain(message);
    expect(response).toMatch(/^Connection: close\r$/im);
    expect(response).toMatch(/^X-Frame-Options: deny\r$/m);
    expect(await isResponsive(server)).toBe(true);
  });

  it('gets an error response after the pending responses', async () => {
    let pending: ServerResponse | undefined;
    const server = await serve((_request, response) => {
      pending = response;
    });
    const { socket, received: heard, ended } = await connectTo(server);
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nwhat?\r\n\r\n');
    await until(() => pending !== undefined);
    expect(heard()).toBe('');
    pending?.end('at last');
    expect(await ended).toMatch(/^HTTP\/1.1 200 OK\r\n.*at last.*HTTP\/1.1 400 Bad Request\r\n/s);
  });
});

describe('a slow client', () => {
  it.each([
    // Each case tests one limit; the other is too long to matter.
    [
      'that sends its headers slowly',
      'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ',
      'x',
      { headersTimeoutMs: 100, requestTimeoutMs: 100_000 },
    ],
    [
      'that sends a body slowly',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n',
      'x',
      { headersTimeoutMs: 200, requestTimeoutMs: 200 },
    ],
    [
      'that sends a chunked body slowly',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\nx\r\n',
      { headersTimeoutMs: 200, requestTimeoutMs: 200 },
    ],
  ])('%s gets 408', async (_name, beginning, part, limit) => {
    const server = await serve(ECHO, {
      config: webConfig({ headers: HEADERS }),
      limits: { timeoutCheckMs: 20, ...limit },
    });
    const { socket, ended } = await connectTo(server);
    socket.write(beginning);
    const trickle = setInterval(() => socket.writable && socket.write(part), 20);
    const response = await ended;
    clearInterval(trickle);
    expect(status(response)).toBe('HTTP/1.1 408 Request Timeout');
    expect(response).toContain('the request did not arrive in time');
    expect(response).toMatch(/^X-Frame-Options: deny\r$/m);
    // The same limit applies to this request, which may be late on a busy machine, so retry.
    while (!(await isResponsive(server)));
  });

  it('that sends nothing gets 408', async () => {
    const server = await serve(ECHO, {
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 100_000, timeoutCheckMs: 20 },
    });
    const { ended } = await connectTo(server);
    expect(status(await ended)).toBe('HTTP/1.1 408 Request Timeout');
  });

  it('that does not read its response is disconnected, but one that waits for its response is not', async () => {
    let waiting: ServerResponse | undefined;
    let cut = false;
    const server = await serve(
      (request, response) => {
        if (request.url === '/wait') waiting = response;
        else {
          const more = (): void => {
            while (response.write('x'.repeat(65_536)));
            response.once('drain', more);
          };
          more();
          response.once('close', () => {
            cut = true;
          });
        }
      },
      // Long enough for a request to arrive on a busy machine, and shorter than the wait of the other client.
      { limits: { responseTimeoutMs: 1_500, headersTimeoutMs: 1_000, requestTimeoutMs: 1_000, timeoutCheckMs: 20 } },
    );
    const waitingClient = fetch(`http://${server.address}/wait`);
    await until(() => waiting !== undefined);
    const { socket } = await connectTo(server);
    socket.pause();
    socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => cut);
    waiting?.end('worth it');
    expect(await (await waitingClient).text()).toBe('worth it');
  });
});

describe('a request body', () => {
  it.each([
    ['small', 'POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1024\r\nConnection: close\r\n\r\n', 'x'.repeat(1024)],
    [
      'small and chunked',
      'POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      '3\r\nabc\r\n0\r\n\r\n',
    ],
  ])('is discarded if it is %s', async (_name, head, body) => {
    const server = await serve(ECHO);
    expect(await send(server, head + body)).toContain('requested /small');
  });

  it('is requested by 100 Continue if the client expects that', async () => {
    const server = await serve(ECHO);
    const { socket, received: heard, ended } = await connectTo(server);
    socket.write(
      'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n',
    );
    await until(() => heard().includes('100 Continue'));
    socket.write('x');
    expect(await ended).toContain('requested /a');
  });

  it('without an end is rejected and not read further', async () => {
    const server = await serve(ECHO);
    const { socket, ended } = await connectTo(server);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const flood = setInterval(() => socket.writable && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`), 1);
    const response = await ended;
    clearInterval(flood);
    expect(status(response)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(await isResponsive(server)).toBe(true);
  });

  it('is limited for any number of headers', async () => {
    const server = await serve(ECHO);
    const head = `POST / HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(2_100)}Content-Length: 2000\r\n\r\n`;
    // Newer versions of Node add an overhead to the size of each header and reject this number.
    expect(status(await send(server, head))).toMatch(/^HTTP\/1\.1 (413|431) /);
  });

  it('that is incomplete does not affect other clients', async () => {
    const server = await serve(ECHO);
    const { socket, ended } = await connectTo(server);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx');
    socket.resetAndDestroy();
    await ended;
    expect(await isResponsive(server)).toBe(true);
  });
});

describe('pipelined requests', () => {
  it('are handled one at a time and in order', async () => {
    let concurrent = 0;
    let most = 0;
    const server = await serve((request, response) => {
      concurrent += 1;
      most = Math.max(most, concurrent);
      setImmediate(() => {
        concurrent -= 1;
        response.end(`<${request.url}>`);
      });
    });
    const { socket, received: heard } = await connectTo(server);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await until(() => heard().includes('</99>'));
    expect([...heard().matchAll(/<(.*?)>/g)].map(([, path]) => path)).toEqual(paths);
    expect(most).toBe(1);
    // The connection stays usable.
    socket.write('GET /more HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => heard().includes('</more>'));
  });

  it('close the connection if there are thousands', async () => {
    let begun = 0;
    const server = await serve((request, response) => {
      begun += 1;
      if (request.url === '/check') ECHO(request, response);
    });
    const { socket, ended } = await connectTo(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000));
    expect(await ended).toBe('');
    expect(begun).toBe(1);
    expect(await isResponsive(server)).toBe(true);
  });

  it('are dropped after a request that closes the connection', async () => {
    const handled: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      handled.push(request.url);
      setImmediate(() => ECHO(request, response));
    });
    const response = await send(
      server,
      'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /beyond HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    expect(response).toContain('requested /last');
    expect(response).not.toContain('HTTP/1.1 400');
    expect(handled).toEqual(['/last']);
  });

  it('are dropped after a response that closes the connection', async () => {
    let begun = 0;
    const server = await serve((_request, response) => {
      begun += 1;
      response.setHeader('Connection', 'close');
      setImmediate(() => response.end('the last'));
    });
    expect(await send(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))).toMatch(/the last$/);
    expect(begun).toBe(1);
  });

  it('get their responses before the error response to later garbage in the same packet', async () => {
    const server = await serve(ECHO);
    const response = await send(server, 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxwhat?\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1.1 200 OK\r\n.*requested \/a.*HTTP\/1.1 400 Bad Request\r\n/s);
  });

  it('are dropped if their client disconnects', async () => {
    const begun: ServerResponse[] = [];
    const server = await serve((_request, response) => void begun.push(response));
    const { socket } = await connectTo(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
    await until(() => begun.length === 1);
    const gone = once(begun[0] as ServerResponse, 'close');
    socket.resetAndDestroy();
    await gone;
    const nextResponse = fetch(`http://${server.address}/`);
    await until(() => begun.length === 2);
    begun[1]?.end('next');
    expect(await (await nextResponse).text()).toBe('next');
  });
});

describe('connections', () => {
  it('beyond the limit are rejected, and idle ones are closed', async () => {
    const rejections: string[] = [];
    const server = await serve(ECHO, {
      limits: { maxConnections: 2 },
      onConnectionRejected: (reason) => void rejections.push(reason),
    });
    const idle = [await connectTo(server), await connectTo(server)];
    for (const { socket, received: heard } of idle) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await until(() => heard().includes('requested'));
    }
    const third = await connectTo(server);
    await third.ended;
    expect(rejections).toEqual(['too many connections']);
    await Promise.all(idle.map(({ ended }) => ended));
    expect(await isResponsive(server)).toBe(true);
  });

  it('without a request are closed first if there are too many, and those of a scraper stay open', async () => {
    const server = await serve(ECHO, { limits: { maxConnections: 3, firstRequestTimeoutMs: 0 } });
    const scraper = await connectTo(server);
    scraper.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => scraper.received().includes('requested'));
    const inactive = [await connectTo(server), await connectTo(server)];
    await (await connectTo(server)).ended;
    await Promise.all(inactive.map(({ ended }) => ended));
    scraper.socket.write('GET /again HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => scraper.received().includes('/again'));
    expect(await isResponsive(server)).toBe(true);
  });

  it('may be reset at any time', async () => {
    const begun: ServerResponse[] = [];
    const server = await serve((request, response) => {
      if (request.url === '/check') ECHO(request, response);
      else begun.push(response);
    });
    for (const text of [
      '',
      'GET ',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'what?\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      const { socket, ended } = await connectTo(server);
      if (text !== '') await new Promise((resolve) => socket.write(text, resolve));
      socket.resetAndDestroy();
      await ended;
    }
    await until(() => begun.every(({ closed }) => closed));
    expect(await isResponsive(server)).toBe(true);
  });

  it('stay open longer than in Prometheus, which closes them after 5 minutes', async () => {
    const server = await serve(ECHO);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const [response] = (await once(get(`http://${server.address}/`, { agent }), 'response')) as [IncomingMessage];
    response.resume();
    expect(response.headers['keep-alive']).toBe(`timeout=${LIMITS.keepAliveMs / 1000}`);
    expect(LIMITS.keepAliveMs).toBeGreaterThan(5 * 60_000);
  });
});
