import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebServer } from '../../../src/server/server.ts';
import { until } from '../../support/exporter.ts';
import { connectTlsTo, connectTo, serve, tls, webConfig } from './web-server.ts';

/** Longer than any test: a server that waits for these limits fails the test by its timeout. */
const LIMITS = { shutdownTimeoutMs: 1_000_000, closeTimeoutMs: 1_000_000 };

describe('a server with TLS that closes', () => {
  it('waits for pending responses, but not for connections that are idle, without a request, or in a handshake', async () => {
    let pending: ServerResponse | undefined;
    const server = await WebServer.listen(
      (request, response) => {
        if (request.url === '/slow') pending = response;
        else response.end('quick');
      },
      '127.0.0.1',
      0,
      { config: webConfig({ tls: tls() }), limits: LIMITS },
    );
    const idle = await connectTlsTo(server);
    idle.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => idle.received().includes('quick'));
    const inactive = await connectTlsTo(server);
    const inHandshake = await connectTo(server);
    inHandshake.socket.write('\x16\x03\x01', 'latin1');
    const slow = await connectTlsTo(server);
    slow.socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => pending !== undefined);

    const closed = server.close();
    await idle.ended;
    pending?.end('worth it');
    await closed;
    expect(await slow.ended).toMatch(/^HTTP\/1.1 200 OK\r\n.*worth it$/s);
    await Promise.all([inactive.ended, inHandshake.ended]);
  });

  it('does not wait for clients that stay connected after an error response', async () => {
    const server = await serve((_request, response) => void response.end(), { limits: LIMITS });
    const refused = await connectTo(server);
    refused.socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => refused.received().includes('405'));
    const malformed = await connectTo(server);
    malformed.socket.write('what?\r\n\r\n');
    await until(() => malformed.received().includes('400'));
    await server.close();
    await Promise.all([refused.ended, malformed.ended]);
  });

  it('responds to pipelined requests', async () => {
    const pending: ServerResponse[] = [];
    const server = await WebServer.listen((_request, response) => void pending.push(response), '127.0.0.1', 0, {
      limits: LIMITS,
    });
    const { socket, ended } = await connectTo(server);
    socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await until(() => pending.length === 1);
    const closed = server.close();
    pending[0]?.end('one');
    await Promise.race([until(() => pending.length === 2), ended]);
    pending[1]?.end('two');
    await closed;
    expect(await ended).toMatch(/one.*two/s);
  });
});
