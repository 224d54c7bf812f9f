import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import type { WebServer } from '../../../src/server/server.ts';
import type { WebConfig } from '../../../src/web-config/types.ts';
import { until } from '../../support/exporter.ts';
import { basic, door, serve, talk } from './guarded-server.ts';

/** What `htpasswd -B` makes of `fakepassword`, as the toolkit's own source has it. */
const FROM_HTPASSWD = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

const hash = (password: string, cost = 4): string => bcrypt.hashSync(password, cost);

const users = (of: Readonly<Record<string, string>>): WebConfig => door({ users: new Map(Object.entries(of)) });

function guarded(config: WebConfig): Promise<WebServer> {
  return serve((request, response) => void response.end(`you asked for ${request.url}`), { config });
}

async function get(server: WebServer, authorization?: string, path = '/metrics'): Promise<number> {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const response = await fetch(`http://${server.address}${path}`, { headers });
  await response.text();
  return response.status;
}

describe('a password', () => {
  it('is asked for on every path but for those of health and readiness', async () => {
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

  it('is asked for in the way of RFC 7617', async () => {
    const server = await guarded(
      door({ users: new Map([['alice', hash('secret')]]), headers: { 'X-Frame-Options': 'deny' } }),
    );
    const response = await fetch(`http://${server.address}/metrics`);
    expect(await response.text()).toBe('a user name and password are needed\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'www-authenticate': 'Basic realm="pointone-token-exporter", charset="UTF-8"',
      'x-frame-options': 'deny',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  it('opens when it is right, the first time and from memory', async () => {
    const server = await guarded(users({ alice: hash('secret'), bob: hash('häßlich: so') }));
    for (let time = 0; time < 3; time += 1) {
      expect(await get(server, basic('alice', 'secret'))).toBe(200);
      expect(await get(server, basic('bob', 'häßlich: so'))).toBe(200);
    }
  });

  it('opens when its hash is from htpasswd, or of the oldest kind', async () => {
    const server = await guarded(users({ alice: FROM_HTPASSWD, bob: hash('secret').replace('$2b$', '$2a$') }));
    expect(await get(server, basic('alice', 'fakepassword'))).toBe(200);
    expect(await get(server, basic('alice', 'fakepasswore'))).toBe(401);
    expect(await get(server, basic('bob', 'secret'))).toBe(200);
  });

  it("does not open when it is wrong, another's or nobody's", async () => {
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
    ['no base64', 'Basic alice:secret'],
    ['nothing', 'Basic'],
    ['nothing but a space', 'Basic  '],
  ])('does not open when it is given as %s', async (_name, authorization) => {
    expect(await get(await guarded(users({ alice: hash('secret') })), authorization)).toBe(401);
  });

  it('counts to its end: bcrypt alone would take no note of what follows 72 bytes or a NUL', async () => {
    const long = 'x'.repeat(72);
    const server = await guarded(
      users({ alice: hash(long), bob: hash('secret'), carol: hash('x').replace('$2b$', '$2a$') }),
    );
    expect(await get(server, basic('alice', long))).toBe(200);
    expect(await get(server, basic('alice', `${long}y`))).toBe(401);
    expect(await get(server, basic('bob', 'secret\0y'))).toBe(401);
    // The oldest kind counts the length in one byte: 257 is 1.
    expect(await get(server, basic('carol', `x${'\0x'.repeat(128)}`))).toBe(401);
  });

  it('holds from the next request on when it was changed', async () => {
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

describe('checks of passwords', () => {
  it('of the same password at the same time are one', async () => {
    const server = await guarded(users({ alice: hash('secret', 10) }));
    const answers = Array.from({ length: 200 }, () => get(server, basic('alice', 'secret')));
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });

  it('are over for a client that has left', async () => {
    const server = await guarded(users({ alice: hash('secret', 10) }));
    const { socket, ended } = await talk(server);
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic('alice', 'secret')}\r\n\r\n`);
    await until(() => socket.bytesWritten > 0);
    socket.resetAndDestroy();
    await ended;
    expect(await get(server, basic('alice', 'secret'))).toBe(200);
  });
});
