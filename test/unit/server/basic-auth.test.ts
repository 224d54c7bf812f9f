import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { requirePassword } from '../../../src/server/basic-auth.ts';

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
    const guard = requirePassword(
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
