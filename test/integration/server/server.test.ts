import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebServer } from '../../../src/server/server.ts';

const HELLO: RequestListener = (_request, response) => void response.end('hello');

/** Starts a server with one request whose response is pending. */
async function withPendingResponse(): Promise<{
  server: WebServer;
  response: ServerResponse;
  body: Promise<string>;
}> {
  let arrived = (_: ServerResponse): void => undefined;
  const arrival = new Promise<ServerResponse>((resolve) => {
    arrived = resolve;
  });
  const server = await WebServer.listen((_request, response) => arrived(response), '127.0.0.1', 0);
  const body = fetch(`http://${server.address}/`).then(
    (response) => response.text(),
    () => 'cut',
  );
  return { server, response: await arrival, body };
}

/** Connects without sending a request. */
async function connectSilently(server: WebServer): Promise<void> {
  const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
}

/** Reports whether `close` ends before the shutdown timeout of a server that started to close earlier. */
async function closesBeforeTimeout(close: () => Promise<unknown>): Promise<boolean> {
  const slow = await withPendingResponse();
  const timedOut = slow.server.close().then(() => false);
  const first = await Promise.race([timedOut, close().then(() => true)]);
  slow.response.end();
  await timedOut;
  return first;
}

describe('a server', () => {
  it('keeps a connection for the next request', async () => {
    const server = await WebServer.listen(HELLO, '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(async () => {
      agent.destroy();
      await server.close();
    });
    const reused: boolean[] = [];
    for (let index = 0; index < 3; index += 1) {
      const request = get(`http://${server.address}/`, { agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(request, 'close');
      reused.push(request.reusedSocket);
    }
    expect(reused).toEqual([false, true, true]);
  });

  it('reports its address, with an IPv6 host in brackets', async () => {
    const server = await WebServer.listen(HELLO, undefined, 0);
    onTestFinished(() => server.close());
    expect(server.address).toMatch(/^(\[::\]|0\.0\.0\.0):[1-9]\d*$/);
  });

  it('rejects if the address is in use', async () => {
    const server = await WebServer.listen(HELLO, '127.0.0.1', 0);
    onTestFinished(() => server.close());
    const taken = WebServer.listen(HELLO, '127.0.0.1', Number(server.address.split(':')[1]));
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a server that closes', () => {
  it('does not wait for connections without a request', async () => {
    const server = await WebServer.listen(HELLO, '127.0.0.1', 0);
    await (await fetch(`http://${server.address}/`)).text();
    await connectSilently(server);
    expect(await closesBeforeTimeout(() => server.close())).toBe(true);
  });

  it('ends with the last pending response', async () => {
    const { server, response, body } = await withPendingResponse();
    await connectSilently(server);
    const close = async (): Promise<string> => {
      const closed = server.close();
      response.end('whole');
      await closed;
      return body;
    };
    expect(await closesBeforeTimeout(close)).toBe(true);
    expect(await body).toBe('whole');
  });

  it('aborts pending responses after the shutdown timeout', async () => {
    const { server, body } = await withPendingResponse();
    await server.close();
    expect(await body).toBe('cut');
  });
});
