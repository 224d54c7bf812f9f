import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { PasswordChecker, withBasicAuth } from '../../../src/server/basic-auth.ts';
import type { Users } from '../../../src/web-config/types.ts';

/** An exchange that nobody listens to. */
function exchange(user: string, password: string): { request: IncomingMessage; response: ServerResponse } {
  const request = new IncomingMessage(new Socket());
  request.url = '/metrics';
  request.headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { request, response: new ServerResponse(request) };
}

describe('requests with passwords', () => {
  it('are asked to come again while too many are being checked', async () => {
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

describe('checks of passwords', () => {
  it('remember what was right, and nothing else', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    expect(await check(passwords, known, 'alice', 'secret')).toBe('right');
    // What is remembered is said at once.
    expect(check(passwords, known, 'alice', 'secret')).toBe('right');
    expect(await check(passwords, known, 'alice', 'wrong')).toBe('wrong');
    expect(check(passwords, known, 'alice', 'wrong')).toBeInstanceOf(Promise);
    expect(check(passwords, known, 'bob', 'secret')).toBeInstanceOf(Promise);
  });

  it('remember a hundred, and forget the longest unused', async () => {
    const passwords = new PasswordChecker();
    const names = Array.from({ length: 101 }, (_, index) => `user-${index}`);
    const hash = bcrypt.hashSync('secret', 4);
    const known = users(Object.fromEntries(names.map((name) => [name, hash])));
    for (const name of names.slice(0, 100)) await check(passwords, known, name, 'secret');
    expect(check(passwords, known, 'user-0', 'secret')).toBe('right');
    await check(passwords, known, 'user-100', 'secret');
    expect(check(passwords, known, 'user-0', 'secret')).toBe('right');
    expect(check(passwords, known, 'user-100', 'secret')).toBe('right');
    expect(check(passwords, known, 'user-1', 'secret')).toBeInstanceOf(Promise);
  });

  it('are shared by those who give the same at the same time', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    const first = check(passwords, known, 'alice', 'secret');
    expect(check(passwords, known, 'alice', 'secret')).toBe(first);
    expect(check(passwords, known, 'alice', 'other')).not.toBe(first);
    expect(await first).toBe('right');
  });

  it('are done for users who do not exist, by the hash of one who does', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4) });
    const unknown = check(passwords, known, 'nobody', 'secret');
    expect(unknown).toBeInstanceOf(Promise);
    expect(await unknown).toBe('wrong');
  });

  it('are turned away while 64 wait for the two that are under way', async () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('secret', 4), bob: bcrypt.hashSync('known', 4) });
    await check(passwords, known, 'bob', 'known');
    const all = Array.from({ length: 66 }, (_, index) => check(passwords, known, 'alice', `wrong ${index}`));
    expect(check(passwords, known, 'alice', 'one more')).toBe('busy');
    expect(check(passwords, known, 'nobody', 'one more')).toBe('busy');
    expect(check(passwords, known, 'bob', 'known')).toBe('right');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['wrong']));
    expect(await check(passwords, known, 'alice', 'secret')).toBe('right');
  });

  it('are of no use for what bcrypt would cut off', () => {
    const passwords = new PasswordChecker();
    const known = users({ alice: bcrypt.hashSync('x'.repeat(73), 4) });
    expect(check(passwords, known, 'alice', 'x'.repeat(73))).toBe('wrong');
    expect(check(passwords, known, 'alice', 'x\0')).toBe('wrong');
  });
});
