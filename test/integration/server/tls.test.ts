import { describe, expect, it } from 'vitest';
import type { ClientAuthType } from '../../../src/web-config/types.ts';
import { until } from '../../support/exporter.ts';
import { connectTlsTo, connectTo, keepAliveAgent, pem, requestTls, serve, tls, webConfig } from './web-server.ts';

const HELLO = (_request: unknown, response: { end(text: string): void }): void => response.end('hello');

const CLIENTS = {
  none: {},
  stranger: { cert: pem('stranger'), key: pem('stranger-key') },
  known: { cert: pem('client'), key: pem('client-key') },
};

/** Reports whether the server accepts a client. */
function isAccepted(server: Parameters<typeof requestTls>[0], options: object): Promise<boolean> {
  return requestTls(server, options).then(
    ({ text }) => text === 'hello',
    () => false,
  );
}

describe('a server with TLS', () => {
  it('sends the configured headers', async () => {
    const server = await serve(HELLO, {
      config: webConfig({ tls: tls(), headers: { 'Strict-Transport-Security': 'max-age=1' } }),
    });
    const response = await requestTls(server);
    expect(response).toMatchObject({ status: 200, text: 'hello', subject: 'CN=localhost' });
    expect(response.headers['strict-transport-security']).toBe('max-age=1');
  });

  it('keeps a connection for the next request', async () => {
    const server = await serve(HELLO, { config: webConfig({ tls: tls() }) });
    const agent = keepAliveAgent();
    expect((await requestTls(server, { agent })).reusedSocket).toBe(false);
    expect((await requestTls(server, { agent })).reusedSocket).toBe(true);
  });

  it('explains the error to a client that uses plain HTTP', async () => {
    const server = await serve(HELLO, { config: webConfig({ tls: tls() }) });
    const { socket, ended } = await connectTo(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await ended).toMatch(/^HTTP\/1.1 400 Bad Request\r\n.*this port requires https:\/\//s);
    expect(await isAccepted(server, {})).toBe(true);
  });

  it('negotiates HTTP/1.1 with clients that support HTTP/2', async () => {
    const server = await serve(HELLO, { config: webConfig({ tls: tls() }) });
    const { socket } = await connectTlsTo(server, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it.each([
    ['TLSv1.2', 'TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
  ] as const)('accepts only the versions from %s to %s', async (minVersion, maxVersion, accepted) => {
    const server = await serve(HELLO, { config: webConfig({ tls: tls({ minVersion, maxVersion }) }) });
    const tried = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
    const found: string[] = [];
    for (const version of tried) {
      // Old versions need old ciphers, which OpenSSL only offers at security level 0.
      const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      if (await isAccepted(server, options)) found.push(version);
    }
    expect(found).toEqual(accepted);
  });

  it.each<[ClientAuthType, Record<keyof typeof CLIENTS, boolean>]>([
    ['NoClientCert', { none: true, stranger: true, known: true }],
    ['RequestClientCert', { none: true, stranger: true, known: true }],
    ['RequireAnyClientCert', { none: false, stranger: true, known: true }],
    ['VerifyClientCertIfGiven', { none: true, stranger: false, known: true }],
    ['RequireAndVerifyClientCert', { none: false, stranger: false, known: true }],
  ])('accepts clients according to %s', async (clientAuthType, expected) => {
    const clientCa = clientAuthType === 'NoClientCert' ? undefined : pem('client-authority');
    const rejections: string[] = [];
    const server = await serve(HELLO, {
      config: webConfig({ tls: tls({ clientAuthType, clientCa }) }),
      onConnectionRejected: (reason) => void rejections.push(reason),
    });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const [name, certificate] of Object.entries(CLIENTS)) {
        const options = { ...certificate, minVersion: version, maxVersion: version };
        expect(await isAccepted(server, options), `${name} by ${version}`).toBe(expected[name as keyof typeof CLIENTS]);
      }
    }
    const rejected = Object.values(expected).filter((accepted) => !accepted).length;
    await until(() => rejections.length === 2 * rejected);
  });

  it('rejects renegotiation', async () => {
    const server = await serve(HELLO, { config: webConfig({ tls: tls() }) });
    const { socket } = await connectTlsTo(server, { maxVersion: 'TLSv1.2' });
    const refused = new Promise((resolve) => {
      socket.once('error', resolve);
      socket.once('close', resolve);
    });
    socket.renegotiate({}, (error) => error && socket.destroy(error));
    expect(await refused).toMatchObject({ code: expect.stringContaining('NO_RENEGOTIATION') });
  });

  it('survives connections that close or stall during the handshake', async () => {
    const rejections: string[] = [];
    const server = await serve(HELLO, {
      config: webConfig({ tls: tls() }),
      limits: { handshakeTimeoutMs: 100 },
      onConnectionRejected: (reason) => void rejections.push(reason),
    });
    const stalled = await connectTo(server);
    expect(await stalled.ended).toBe('');
    expect(rejections).toEqual(['TLS handshake: ERR_TLS_HANDSHAKE_TIMEOUT']);
    for (const beginning of [
      '',
      '\x16',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      '\x16\x03\x01\xff\xff',
      '\x00\x00',
    ]) {
      const { socket, ended } = await connectTo(server);
      if (beginning !== '') await new Promise((resolve) => socket.write(beginning, 'latin1', resolve));
      socket.resetAndDestroy();
      await ended;
    }
    expect(await isAccepted(server, {})).toBe(true);
  });
});

describe('a new web configuration', () => {
  it('enables and disables TLS for new connections, and existing connections continue', async () => {
    const server = await serve(HELLO);
    const plain = await connectTo(server);
    server.updateConfig(webConfig({ tls: tls() }));
    const agent = keepAliveAgent();
    expect((await requestTls(server, { agent })).text).toBe('hello');
    plain.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => plain.received().includes('hello'));
    server.updateConfig(webConfig({}));
    expect(await (await fetch(`http://${server.address}/`)).text()).toBe('hello');
    expect(await requestTls(server, { agent })).toMatchObject({ text: 'hello', reusedSocket: true });
  });

  it('does not resume old sessions, which would bypass its client authority', async () => {
    const settings = tls({ clientAuthType: 'RequireAndVerifyClientCert', clientCa: pem('client-authority') });
    const server = await serve(HELLO, { config: webConfig({ tls: settings }) });
    const first = await connectTlsTo(server, CLIENTS.known);
    const session = new Promise<Buffer>((resolve) => first.socket.on('session', resolve));
    first.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => first.received().includes('hello'));
    const options = { ...CLIENTS.known, session: await session };

    const resumed = await connectTlsTo(server, options);
    expect(resumed.socket.isSessionReused()).toBe(true);
    server.updateConfig(webConfig({ tls: { ...settings, clientCa: pem('stranger') } }));
    const refused = await connectTlsTo(server, options);
    refused.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await refused.ended).toBe('');
  });
});
