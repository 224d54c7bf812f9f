import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import type { WebServer } from '../../../src/server/server.ts';
import type { WebConfig } from '../../../src/web-config/types.ts';
import { until } from '../../support/exporter.ts';
import { basic, connectTo, serve, webConfig } from './web-server.ts';

/** The hash that `htpasswd -B` generates for `fakepassword`, from the tests of exporter-toolkit. */
const FROM_HTPASSWD = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

const hash = (password: string, cost = 4): string => bcrypt.hashSync(password, cost);

const users = (of: Readonly<Record<string, string>>): WebConfig => webConfig({ users: new Map(Object.entries(of)) });

function guarded(config: WebConfig): Promise<WebServer> {
  return serve((request, response) => void response.end(`requested ${request.url}`), { config });
}

async function get(server: WebServer, authorization?: string, path = '/metrics'): Promise<number> {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const response = await fetch(`http://${server.address}${path}`, { headers });
  await response.text();
  return response.status;
}

describe('a password', () => {
  it('is required on every path except those of liveness and readiness', async () => {
    const server = await guarded(users({ alice: hash('secret') }));
    for (const path of [
      '/',
      '/metrics',
      '/nowhere',
      '/-/healthy/',
      '/-/ready/x',
      '//-/ready',
      '/%2D/ready',
      '/-/READY',
    ]) {
      expect(await get(server, undefined, path), path).toBe(401);
    }
    for (const path of ['/-/healthy', '/-/ready', '/-/ready?x'])
      expect(await get(server, undefined, path), path).toBe(200);
  });

  it('is requested as in RFC 7617', async () => {
    const server = await guarded(
      webConfig({ users: new Map([['alice', hash('secret')]]), headers: { 'X-Frame-Options': 'deny' } }),
    );
    const response = await fetch(`http://${server.address}/metrics`);
    expect(await response.text()).toBe('user name and password required\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'www-authenticate': 'Basic realm="pointone-token-exporter", charset="UTF-8"',
      'x-frame-options': 'deny',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  it('is accepted if it is valid, checked or cached', async () => {
    const server = await guarded(users({ alice: hash('secret'), bob: hash('häßlich: so') }));
    for (let time = 0; time < 3; time += 1) {
      expect(await get(server, basic('alice', 'secret'))).toBe(200);
      expect(await get(server, basic('bob', 'häßlich: so'))).toBe(200);
    }
  });

  it('is accepted with a hash from htpasswd and with one of version 2a', async () => {
    const server = await guarded(users({ alice: FROM_HTPASSWD, bob: hash('secret').replace('$2b$', '$2a$') }));
    expect(await get(server, basic('alice', 'fakepassword'))).toBe(200);
    expect(await get(server, basic('alice', 'fakepasswore'))).toBe(401);
    expect(await get(server, basic('bob', 'secret'))).toBe(200);
  });

  it('is rejected if it is wrong, of another user, or of an unknown user', async () => {
    const server = await guarded(users({ alice: hash('secret'), bob: hash('other') }));
    expect(await get(server, basic('alice', 'secret'))).toBe(200);
    for (const [user, password] of [
      ['alice', 'other'],
      ['alice', ''],
      ['alice', 'secret '],
      ['bob', 'secret'],
      ['', 'secret'],
      ['carol', 'secret'],
      ['carol', 'other'],
      ['__proto__', 'secret'],
    ] as const) {
      expect(await get(server, basic(user, password)), `${user}:${password}`).toBe(401);
    }
  });

  it.each([
    ['another scheme', `Bearer ${basic('alice', 'secret').slice(6)}`],
    ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`],
    ['no Base64', 'Basic alice:secret'],
    ['no credentials', 'Basic'],
    ['only a space', 'Basic  '],
  ])('is rejected if the header has %s', async (_name, authorization) => {
    expect(await get(await guarded(users({ alice: hash('secret') })), authorization)).toBe(401);
  });

  it('is rejected if it differs only after 72 bytes or a NUL, which bcrypt ignores', async () => {
    const long = 'x'.repeat(72);
    const server = await guarded(
      users({ alice: hash(long), bob: hash('secret'), carol: hash('x').replace('$2b$', '$2a$') }),
    );
    expect(await get(server, basic('alice', long))).toBe(200);
    expect(await get(server, basic('alice', `${long}y`))).toBe(401);
    expect(await get(server, basic('bob', 'secret\0y'))).toBe(401);
    // Version 2a stores the length in one byte: 257 becomes 1.
    expect(await get(server, basic('carol', `x${'\0x'.repeat(128)}`))).toBe(401);
  });

  it('applies to the next request after a change', async () => {
    const server = await guarded(users({ alice: hash('old') }));
    expect(await get(server, basic('alice', 'old'))).toBe(200);
    server.updateConfig(users({ alice: hash('new') }));
    expect(await get(server, basic('alice', 'old'))).toBe(401);
    expect(await get(server, basic('alice', 'new'))).toBe(200);
    server.updateConfig(users({ bob: hash('new') }));
    expect(await get(server, basic('alice', 'new'))).toBe(401);
    server.updateConfig(users({}));
    expect(await get(server)).toBe(200);
  });
});

describe('a password check', () => {
  it('is shared by concurrent requests with the same password', async () => {
    const server = await guarded(users({ alice: hash('secret', 10) }));
    const statuses = Array.from({ length: 200 }, () => get(server, basic('alice', 'secret')));
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
  });

  it('does not affect other clients if its client disconnects', async () => {
    const server = await guarded(users({ alice: hash('secret', 10) }));
    const { socket, ended } = await connectTo(server);
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic('alice', 'secret')}\r\n\r\n`);
    await until(() => socket.bytesWritten > 0);
    socket.resetAndDestroy();
    await ended;
    expect(await get(server, basic('alice', 'secret'))).toBe(200);
  });
});
