import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebServer } from '../../../src/server/server.ts';
import { until } from '../../support/exporter.ts';
import { door, serve, talk, talkTls, tls } from './guarded-server.ts';

/** Longer than any test: who waits for the grace to be over is found out by the test's own time-out. */
const LIMITS = { shutdownTimeoutMs: 1_000_000, closeTimeoutMs: 1_000_000 };

describe('a server with TLS that closes', () => {
  it('waits for the answer that is owed, but for nobody who is idle or has not come in yet', async () => {
    let owed: ServerResponse | undefined;
    const server = await WebServer.listen(
      (request, response) => {
        if (request.url === '/slow') owed = response;
        else response.end('quick');
      },
      '127.0.0.1',
      0,
      { config: door({ tls: tls() }), limits: LIMITS },
    );
    const idle = await talkTls(server);
    idle.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => idle.heard().includes('quick'));
    const silent = await talkTls(server);
    const inHandshake = await talk(server);
    inHandshake.socket.write('\x16\x03\x01', 'latin1');
    const slow = await talkTls(server);
    slow.socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => owed !== undefined);

    const closed = server.close();
    await idle.ended;
    owed?.end('worth it');
    await closed;
    expect(await slow.ended).toMatch(/^HTTP\/1.1 200 OK\r\n.*worth it$/s);
    await Promise.all([silent.ended, inHandshake.ended]);
  });

  it('does not wait for a client that was refused and stays', async () => {
    const server = await serve((_request, response) => void response.end(), { limits: LIMITS });
    const refused = await talk(server);
    refused.socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => refused.heard().includes('405'));
    const malformed = await talk(server);
    malformed.socket.write('what?\r\n\r\n');
    await until(() => malformed.heard().includes('400'));
    await server.close();
    await Promise.all([refused.ended, malformed.ended]);
  });

  it('answers requests that wait behind the one under way', async () => {
    const owed: ServerResponse[] = [];
    const server = await WebServer.listen((_request, response) => void owed.push(response), '127.0.0.1', 0, {
      limits: LIMITS,
    });
    const { socket, ended } = await talk(server);
    socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await until(() => owed.length === 1);
    const closed = server.close();
    owed[0]?.end('one');
    await Promise.race([until(() => owed.length === 2), ended]);
    owed[1]?.end('two');
    await closed;
    expect(await ended).toMatch(/one.*two/s);
  });
});
