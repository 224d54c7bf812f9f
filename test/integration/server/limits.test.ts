import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS } from '../../../src/server/limits.ts';
import type { WebServer } from '../../../src/server/server.ts';
import { until } from '../../support/exporter.ts';
import { door, serve, talk } from './guarded-server.ts';

const ECHO: RequestListener = (request, response) => void response.end(`you asked for ${request.url}`);

const HEADERS = { 'X-Frame-Options': 'deny' };

/** Whether the server still answers. */
async function answers(server: WebServer): Promise<boolean> {
  return (await fetch(`http://${server.address}/well`)).text().then((text) => text === 'you asked for /well');
}

/** Sends this and gives all that came back until the connection ended. */
async function send(server: WebServer, text: string): Promise<string> {
  const { socket, ended } = await talk(server);
  socket.write(text);
  return ended;
}

function status(answer: string): string {
  return answer.split('\r\n', 1)[0] ?? '';
}

describe('a request that is none', () => {
  it.each([
    ['garbage', 'hello, are you there?\r\n\r\n', '400 Bad Request', 'malformed request'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 Bad Request', 'malformed request'],
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request', 'one header Host is expected'],
    [
      'a request with two',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      '400 Bad Request',
      'one header Host is expected',
    ],
    [
      'two lengths',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      '400 Bad Request',
      'malformed request',
    ],
    [
      'a length beside chunks',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
      'malformed request',
    ],
    [
      'headers of 20 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20 * 1024)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'the headers of the request are too large',
    ],
    [
      'an address of 20 KiB',
      `GET /${'x'.repeat(20 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'the headers of the request are too large',
    ],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', '405 Method Not Allowed', 'this is no proxy'],
    [
      'an expectation',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n',
      '417 Expectation Failed',
      'Expect is not understood but for 100-continue',
    ],
    [
      'a large body, announced',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n',
      '413 Payload Too Large',
      'the body of the request is too large',
    ],
    [
      'a large body, announced and waiting to be asked for',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n',
      '413 Payload Too Large',
      'the body of the request is too large',
    ],
  ])('is answered: %s', async (_name, text, expected, words) => {
    const server = await serve(ECHO, { config: door({ headers: HEADERS }) });
    const answer = await send(server, text);
    expect(status(answer)).toBe(`HTTP/1.1 ${expected}`);
    expect(answer).toContain(words);
    expect(answer).toMatch(/^Connection: close\r$/im);
    expect(answer).toMatch(/^X-Frame-Options: deny\r$/m);
    expect(await answers(server)).toBe(true);
  });

  it('is answered after the answers that are owed before it', async () => {
    let owed: ServerResponse | undefined;
    const server = await serve((_request, response) => {
      owed = response;
    });
    const { socket, heard, ended } = await talk(server);
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nwhat?\r\n\r\n');
    await until(() => owed !== undefined);
    expect(heard()).toBe('');
    owed?.end('at last');
    expect(await ended).toMatch(/^HTTP\/1.1 200 OK\r\n.*at last.*HTTP\/1.1 400 Bad Request\r\n/s);
  });
});

describe('a client that takes its time', () => {
  it.each([
    // One limit each: the other is out of the way.
    [
      'with its headers',
      'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ',
      'x',
      { headersTimeoutMs: 100, requestTimeoutMs: 100_000 },
    ],
    [
      'with a body',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n',
      'x',
      { headersTimeoutMs: 200, requestTimeoutMs: 200 },
    ],
    [
      'with a body of chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\nx\r\n',
      { headersTimeoutMs: 200, requestTimeoutMs: 200 },
    ],
  ])('%s is told that it is too late', async (_name, beginning, bit, limit) => {
    const server = await serve(ECHO, {
      config: door({ headers: HEADERS }),
      limits: { timeoutCheckMs: 20, ...limit },
    });
    const { socket, ended } = await talk(server);
    socket.write(beginning);
    const trickle = setInterval(() => socket.writable && socket.write(bit), 20);
    const answer = await ended;
    clearInterval(trickle);
    expect(status(answer)).toBe('HTTP/1.1 408 Request Timeout');
    expect(answer).toContain('the request did not arrive in time');
    expect(answer).toMatch(/^X-Frame-Options: deny\r$/m);
    // It holds this one to the same limit: on a busy machine it may be late by itself, but not for ever.
    while (!(await answers(server)));
  });

  it('and says nothing at all is sent away', async () => {
    const server = await serve(ECHO, {
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 100_000, timeoutCheckMs: 20 },
    });
    const { ended } = await talk(server);
    expect(status(await ended)).toBe('HTTP/1.1 408 Request Timeout');
  });

  it('and does not take its answer is cut off, while one that waits for its answer is not', async () => {
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
      // Time enough for a request to arrive on a busy machine, and less than the patient one has to wait.
      { limits: { responseTimeoutMs: 1_500, headersTimeoutMs: 1_000, requestTimeoutMs: 1_000, timeoutCheckMs: 20 } },
    );
    const patient = fetch(`http://${server.address}/wait`);
    await until(() => waiting !== undefined);
    const { socket } = await talk(server);
    socket.pause();
    socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => cut);
    waiting?.end('worth it');
    expect(await (await patient).text()).toBe('worth it');
  });
});

describe('a body', () => {
  it.each([
    ['small', 'POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1024\r\nConnection: close\r\n\r\n', 'x'.repeat(1024)],
    [
      'small, in chunks',
      'POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      '3\r\nabc\r\n0\r\n\r\n',
    ],
  ])('is dropped when it is %s', async (_name, head, body) => {
    const server = await serve(ECHO);
    expect(await send(server, head + body)).toContain('you asked for /small');
  });

  it('is asked for when its client waits for that', async () => {
    const server = await serve(ECHO);
    const { socket, heard, ended } = await talk(server);
    socket.write(
      'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n',
    );
    await until(() => heard().includes('100 Continue'));
    socket.write('x');
    expect(await ended).toContain('you asked for /a');
  });

  it('without an end is refused, and read no further', async () => {
    const server = await serve(ECHO);
    const { socket, ended } = await talk(server);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const flood = setInterval(() => socket.writable && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`), 1);
    const answer = await ended;
    clearInterval(flood);
    expect(status(answer)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(await answers(server)).toBe(true);
  });

  it('is bounded behind however many headers', async () => {
    const server = await serve(ECHO);
    const head = `POST / HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(2_100)}Content-Length: 2000\r\n\r\n`;
    // Newer versions of Node count a header for more than its bytes, and refuse so many.
    expect(status(await send(server, head))).toMatch(/^HTTP\/1\.1 (413|431) /);
  });

  it('that breaks off concerns nobody', async () => {
    const server = await serve(ECHO);
    const { socket, ended } = await talk(server);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx');
    socket.resetAndDestroy();
    await ended;
    expect(await answers(server)).toBe(true);
  });
});

describe('requests sent without waiting for answers', () => {
  it('are handed on one at a time and answered in order', async () => {
    let underWay = 0;
    let most = 0;
    const server = await serve((request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setImmediate(() => {
        underWay -= 1;
        response.end(`<${request.url}>`);
      });
    });
    const { socket, heard } = await talk(server);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await until(() => heard().includes('</99>'));
    expect([...heard().matchAll(/<(.*?)>/g)].map(([, path]) => path)).toEqual(paths);
    expect(most).toBe(1);
    // And the connection goes on.
    socket.write('GET /more HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => heard().includes('</more>'));
  });

  it('end the connection when there are thousands', async () => {
    let begun = 0;
    const server = await serve((request, response) => {
      begun += 1;
      if (request.url === '/well') ECHO(request, response);
    });
    const { socket, ended } = await talk(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000));
    expect(await ended).toBe('');
    expect(begun).toBe(1);
    expect(await answers(server)).toBe(true);
  });

  it('are dropped behind one that ends the connection', async () => {
    const asked: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      asked.push(request.url);
      setImmediate(() => ECHO(request, response));
    });
    const answer = await send(
      server,
      'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /beyond HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    expect(answer).toContain('you asked for /last');
    expect(answer).not.toContain('HTTP/1.1 400');
    expect(asked).toEqual(['/last']);
  });

  it('are dropped behind an answer that ends the connection', async () => {
    let begun = 0;
    const server = await serve((_request, response) => {
      begun += 1;
      response.setHeader('Connection', 'close');
      setImmediate(() => response.end('the last'));
    });
    expect(await send(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))).toMatch(/the last$/);
    expect(begun).toBe(1);
  });

  it('are answered before what follows them is refused, be it in one packet with a body', async () => {
    const server = await serve(ECHO);
    const answer = await send(server, 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxwhat?\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n.*you asked for \/a.*HTTP\/1.1 400 Bad Request\r\n/s);
  });

  it('are forgotten when their client leaves', async () => {
    const begun: ServerResponse[] = [];
    const server = await serve((_request, response) => void begun.push(response));
    const { socket } = await talk(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
    await until(() => begun.length === 1);
    const gone = once(begun[0] as ServerResponse, 'close');
    socket.resetAndDestroy();
    await gone;
    const answered = fetch(`http://${server.address}/`);
    await until(() => begun.length === 2);
    begun[1]?.end('next');
    expect(await (await answered).text()).toBe('next');
  });
});

describe('connections', () => {
  it('beyond the bound are turned away, and idle ones make room', async () => {
    const turnedAway: string[] = [];
    const server = await serve(ECHO, {
      limits: { maxConnections: 2 },
      onConnectionRejected: (reason) => void turnedAway.push(reason),
    });
    const idle = [await talk(server), await talk(server)];
    for (const { socket, heard } of idle) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await until(() => heard().includes('you asked'));
    }
    const third = await talk(server);
    await third.ended;
    expect(turnedAway).toEqual(['too many connections']);
    await Promise.all(idle.map(({ ended }) => ended));
    expect(await answers(server)).toBe(true);
  });

  it('beyond the bound end those first that ask for nothing, and leave a scraper its own', async () => {
    const server = await serve(ECHO, { limits: { maxConnections: 3, firstRequestTimeoutMs: 0 } });
    const scraper = await talk(server);
    scraper.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => scraper.heard().includes('you asked'));
    const silent = [await talk(server), await talk(server)];
    await (await talk(server)).ended;
    await Promise.all(silent.map(({ ended }) => ended));
    scraper.socket.write('GET /again HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => scraper.heard().includes('/again'));
    expect(await answers(server)).toBe(true);
  });

  it('may be reset at any time', async () => {
    const begun: ServerResponse[] = [];
    const server = await serve((request, response) => {
      if (request.url === '/well') ECHO(request, response);
      else begun.push(response);
    });
    for (const text of [
      '',
      'GET ',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'what?\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      const { socket, ended } = await talk(server);
      if (text !== '') await new Promise((resolve) => socket.write(text, resolve));
      socket.resetAndDestroy();
      await ended;
    }
    await until(() => begun.every(({ closed }) => closed));
    expect(await answers(server)).toBe(true);
  });

  it('are kept longer than Prometheus keeps them, which is 5 minutes', async () => {
    const server = await serve(ECHO);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const [response] = (await once(get(`http://${server.address}/`, { agent }), 'response')) as [IncomingMessage];
    response.resume();
    expect(response.headers['keep-alive']).toBe(`timeout=${LIMITS.keepAliveMs / 1000}`);
    expect(LIMITS.keepAliveMs).toBeGreaterThan(5 * 60_000);
  });
});
