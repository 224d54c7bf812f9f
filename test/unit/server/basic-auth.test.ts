import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { PasswordChecker, withBasicAuth } from '../../../src/server/basic-auth.ts';
import type { Users } from '../../../src/web-config/types.ts';

/** Creates a request with a password and its response, without a server. */
function exchange(user: string, password: string): { request: IncomingMessage; response: ServerResponse } {
  const request = new IncomingMessage(new Socket());
  request.url = '/metrics';
  request.headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { request, response: new ServerResponse(request) };
}

describe('basic authentication', () => {
  it('sends 503 with Retry-After while too many passwords are being checked', async () => {
    const users = new Map([['alice', bcrypt.hashSync('secret', 4)]]);
    const guard = withBasicAuth(
      () => expect.unreachable(),
      () => users,
    );
    const exchanges = Array.from({ length: 67 }, (_, index) => exchange('alice', `wrong ${index}`));
    await Promise.all(exchanges.map(({ request, response }) => guard(request, response)));
    const statuses = exchanges.map(({ response }) => response.statusCode);
    expect(statuses).toEqual([...Array(66).fill(401), 503]);
    expect(exchanges.at(-1)?.response.getHeader('Retry-After')).toBe('1');
  });
});

const users = (of: Readonly<Record<string, string>>): Users => new Map(Object.entries(of));

const check = (passwords: PasswordChecker, known: Users, user: string, password: string) =>
  passwords.check(known, user, Buffer.from(password));

describe('PasswordChecker', () => {
  it('caches valid passwords only', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    expect(await check(passwords, known, 'alice', 'secret')).toBe('valid');
    // A cached result is returned synchronously.
    expect(check(passwords, known, 'alice', 'secret')).toBe('valid');
    expect(await check(passwords, known, 'alice', 'wrong')).toBe('invalid');
    expect(check(passwords, known, 'alice', 'wrong')).toBeInstanceOf(Promise);
    expect(check(passwords, known, 'bob', 'secret')).toBeInstanceOf(Promise);
  });

  it('caches 100 passwords and evicts the least recently used one', async () => {
    const passwords = new PasswordChecker();
    const names = Array.from({ length: 101 }, (_, index) => `user-${index}`);
    const hash = bcrypt.hashSync('secret', 4);
    const known = users(Object.fromEntries(names.map((name) => [name, hash])));
    for (const name of names.slice(0, 100)) await check(passwords, known, name, 'secret');
    expect(check(passwords, known, 'user-0', 'secret')).toBe('valid');
    await check(passwords, known, 'user-100', 'secret');
    expect(check(passwords, known, 'user-0', 'secret')).toBe('valid');
    expect(check(passwords, known, 'user-100', 'secret')).toBe('valid');
    expect(check(passwords, known, 'user-1', 'secret')).toBeInstanceOf(Promise);
  });

  it('shares a check between concurrent requests with the same password', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    const first = check(passwords, known, 'alice', 'secret');
    expect(check(passwords, known, 'alice', 'secret')).toBe(first);
    expect(check(passwords, known, 'alice', 'other')).not.toBe(first);
    expect(await first).toBe('valid');
  });

  it('checks the password of an unknown user against the hash of a known user', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    const unknown = check(passwords, known, 'nobody', 'secret');
    expect(unknown).toBeInstanceOf(Promise);
    expect(await unknown).toBe('invalid');
  });

  it('rejects further checks while two run and 64 wait', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4), bob: bcrypt.hashSync('known', 4) });
    await check(passwords, known, 'bob', 'known');
    const all = Array.from({ length: 66 }, (_, index) => check(passwords, known, 'alice', `wrong ${index}`));
    expect(check(passwords, known, 'alice', 'one more')).toBe('busy');
    expect(check(passwords, known, 'nobody', 'one more')).toBe('busy');
    expect(check(passwords, known, 'bob', 'known')).toBe('valid');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['invalid']));
    expect(await check(passwords, known, 'alice', 'secret')).toBe('valid');
  });

  it('rejects passwords that bcrypt would truncate', () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('x'.repeat(73), 4) });
    expect(check(passwords, known, 'alice', 'x'.repeat(73))).toBe('invalid');
    expect(check(passwords, known, 'alice', 'x\0')).toBe('invalid');
  });
});
