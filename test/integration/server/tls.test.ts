import { describe, expect, it } from 'vitest';
import type { ClientAuthType } from '../../../src/web-config/types.ts';
import { until } from '../../support/exporter.ts';
import { ask, door, keepingAgent, pem, serve, talk, talkTls, tls } from './guarded-server.ts';

const GREETS = (_request: unknown, response: { end(text: string): void }): void => response.end('hello');

const CLIENTS = {
  none: {},
  stranger: { cert: pem('stranger'), key: pem('stranger-key') },
  known: { cert: pem('client'), key: pem('client-key') },
};

/** Whether a client comes in. */
function comesIn(server: Parameters<typeof ask>[0], options: object): Promise<boolean> {
  return ask(server, options).then(
    ({ text }) => text === 'hello',
    () => false,
  );
}

describe('a server with TLS', () => {
  it('answers over TLS, with the headers that all answers have', async () => {
    const server = await serve(GREETS, {
      config: door({ tls: tls(), headers: { 'Strict-Transport-Security': 'max-age=1' } }),
    });
    const answer = await ask(server);
    expect(answer).toMatchObject({ status: 200, text: 'hello', subject: 'CN=localhost' });
    expect(answer.headers['strict-transport-security']).toBe('max-age=1');
  });

  it('keeps a connection for the next request', async () => {
    const server = await serve(GREETS, { config: door({ tls: tls() }) });
    const agent = keepingAgent();
    expect((await ask(server, { agent })).reusedSocket).toBe(false);
    expect((await ask(server, { agent })).reusedSocket).toBe(true);
  });

  it('tells a client that speaks plain HTTP', async () => {
    const server = await serve(GREETS, { config: door({ tls: tls() }) });
    const { socket, ended } = await talk(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await ended).toMatch(/^HTTP\/1.1 400 Bad Request\r\n.*this port expects https:\/\//s);
    expect(await comesIn(server, {})).toBe(true);
  });

  it('agrees on HTTP/1.1 with clients that know HTTP/2 as well', async () => {
    const server = await serve(GREETS, { config: door({ tls: tls() }) });
    const { socket } = await talkTls(server, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it.each([
    ['TLSv1.2', 'TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
  ] as const)('speaks %s to %s alone', async (minVersion, maxVersion, accepted) => {
    const server = await serve(GREETS, { config: door({ tls: tls({ minVersion, maxVersion }) }) });
    const tried = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
    const found: string[] = [];
    for (const version of tried) {
      // An old version needs old ciphers, which OpenSSL gives at the lowest level alone.
      const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      if (await comesIn(server, options)) found.push(version);
    }
    expect(found).toEqual(accepted);
  });

  it.each<[ClientAuthType, Record<keyof typeof CLIENTS, boolean>]>([
    ['NoClientCert', { none: true, stranger: true, known: true }],
    ['RequestClientCert', { none: true, stranger: true, known: true }],
    ['RequireAnyClientCert', { none: false, stranger: true, known: true }],
    ['VerifyClientCertIfGiven', { none: true, stranger: false, known: true }],
    ['RequireAndVerifyClientCert', { none: false, stranger: false, known: true }],
  ])('lets clients in by %s', async (clientAuthType, expected) => {
    const clientCa = clientAuthType === 'NoClientCert' ? undefined : pem('client-authority');
    const turnedAway: string[] = [];
    const server = await serve(GREETS, {
      config: door({ tls: tls({ clientAuthType, clientCa }) }),
      onConnectionRejected: (reason) => void turnedAway.push(reason),
    });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const [name, certificate] of Object.entries(CLIENTS)) {
        const options = { ...certificate, minVersion: version, maxVersion: version };
        expect(await comesIn(server, options), `${name} by ${version}`).toBe(expected[name as keyof typeof CLIENTS]);
      }
    }
    const away = Object.values(expected).filter((comes) => !comes).length;
    await until(() => turnedAway.length === 2 * away);
  });

  it('does not shake hands anew on a connection', async () => {
    const server = await serve(GREETS, { config: door({ tls: tls() }) });
    const { socket } = await talkTls(server, { maxVersion: 'TLSv1.2' });
    const refused = new Promise((resolve) => {
      socket.once('error', resolve);
      socket.once('close', resolve);
    });
    socket.renegotiate({}, (error) => error && socket.destroy(error));
    expect(await refused).toMatchObject({ code: expect.stringContaining('NO_RENEGOTIATION') });
  });

  it('outlives connections that break off or go silent in the handshake', async () => {
    const turnedAway: string[] = [];
    const server = await serve(GREETS, {
      config: door({ tls: tls() }),
      limits: { handshakeTimeoutMs: 100 },
      onConnectionRejected: (reason) => void turnedAway.push(reason),
    });
    const silent = await talk(server);
    expect(await silent.ended).toBe('');
    expect(turnedAway).toEqual(['TLS handshake: ERR_TLS_HANDSHAKE_TIMEOUT']);
    for (const beginning of [
      '',
      '\x16',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      '\x16\x03\x01\xff\xff',
      '\x00\x00',
    ]) {
      const { socket, ended } = await talk(server);
      if (beginning !== '') await new Promise((resolve) => socket.write(beginning, 'latin1', resolve));
      socket.resetAndDestroy();
      await ended;
    }
    expect(await comesIn(server, {})).toBe(true);
  });
});

describe('a new front door', () => {
  it('switches TLS on and off for new connections, and leaves those that are there', async () => {
    const server = await serve(GREETS);
    const plain = await talk(server);
    server.updateConfig(door({ tls: tls() }));
    const agent = keepingAgent();
    expect((await ask(server, { agent })).text).toBe('hello');
    plain.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => plain.heard().includes('hello'));
    server.updateConfig(door({}));
    expect(await (await fetch(`http://${server.address}/`)).text()).toBe('hello');
    expect(await ask(server, { agent })).toMatchObject({ text: 'hello', reusedSocket: true });
  });

  it('resumes no session of the one before, which would go round its authority', async () => {
    const settings = tls({ clientAuthType: 'RequireAndVerifyClientCert', clientCa: pem('client-authority') });
    const server = await serve(GREETS, { config: door({ tls: settings }) });
    const first = await talkTls(server, CLIENTS.known);
    const session = new Promise<Buffer>((resolve) => first.socket.on('session', resolve));
    first.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => first.heard().includes('hello'));
    const options = { ...CLIENTS.known, session: await session };

    const resumed = await talkTls(server, options);
    expect(resumed.socket.isSessionReused()).toBe(true);
    server.updateConfig(door({ tls: { ...settings, clientCa: pem('stranger') } }));
    const refused = await talkTls(server, options);
    refused.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await refused.ended).toBe('');
  });
});
