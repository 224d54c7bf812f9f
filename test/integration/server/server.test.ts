import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebServer } from '../../../src/server/server.ts';

const ANSWERS: RequestListener = (_request, response) => void response.end('hello');

/** A server that owes whoever asks it an answer, and a request that has reached it. */
async function owing(): Promise<{ server: WebServer; response: ServerResponse; answered: Promise<string> }> {
  let arrived = (_: ServerResponse): void => undefined;
  const arrival = new Promise<ServerResponse>((resolve) => {
    arrived = resolve;
  });
  const server = await WebServer.listen((_request, response) => arrived(response), '127.0.0.1', 0);
  const answered = fetch(`http://${server.address}/`).then(
    (answer) => answer.text(),
    () => 'cut',
  );
  return { server, response: await arrival, answered };
}

/** Connects and never asks for anything. */
async function connectSilently(server: WebServer): Promise<void> {
  const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
}

/** Which ends first: this, or a server that began to close before and has to wait for its grace to be over. */
async function endsBeforeTheGrace(close: () => Promise<unknown>): Promise<boolean> {
  const slow = await owing();
  const grace = slow.server.close().then(() => false);
  const first = await Promise.race([grace, close().then(() => true)]);
  slow.response.end();
  await grace;
  return first;
}

describe('a server', () => {
  it('keeps a connection for the next request', async () => {
    const server = await WebServer.listen(ANSWERS, '127.0.0.1', 0);
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

  it('says where it listens, an IPv6 host in brackets', async () => {
    const server = await WebServer.listen(ANSWERS, undefined, 0);
    onTestFinished(() => server.close());
    expect(server.address).toMatch(/^(\[::\]|0\.0\.0\.0):[1-9]\d*$/);
  });

  it('rejects when the address cannot be had', async () => {
    const server = await WebServer.listen(ANSWERS, '127.0.0.1', 0);
    onTestFinished(() => server.close());
    const taken = WebServer.listen(ANSWERS, '127.0.0.1', Number(server.address.split(':')[1]));
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a server that closes', () => {
  it('does not wait for connections over which nothing was ever asked', async () => {
    const server = await WebServer.listen(ANSWERS, '127.0.0.1', 0);
    await (await fetch(`http://${server.address}/`)).text();
    await connectSilently(server);
    expect(await endsBeforeTheGrace(() => server.close())).toBe(true);
  });

  it('ends with the last answer that was owed', async () => {
    const { server, response, answered } = await owing();
    await connectSilently(server);
    const close = async (): Promise<string> => {
      const closed = server.close();
      response.end('whole');
      await closed;
      return answered;
    };
    expect(await endsBeforeTheGrace(close)).toBe(true);
    expect(await answered).toBe('whole');
  });

  it('cuts what is still owed when its grace is over', async () => {
    const { server, answered } = await owing();
    await server.close();
    expect(await answered).toBe('cut');
  });
});
