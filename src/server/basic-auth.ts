import type { RequestListener, ServerResponse } from 'node:http';
import { answerText } from './answer-text.ts';
import { Passwords, type Users } from './passwords.ts';

/** Whoever looks after the process may ask how it is without a password. */
const OPEN = new Set(['/-/healthy', '/-/ready']);

const CHALLENGE = 'Basic realm="pointone-token-exporter", charset="UTF-8"';

/**
 * Lets through, as long as there are users, only requests with the name and password of one.
 *
 * @param users asked anew for each request
 */
export function requirePassword(handler: RequestListener, users: () => Users): RequestListener {
  const passwords = new Passwords();
  return async (request, response) => {
    const known = users();
    // Where a target is a whole address, a password is asked for: two readings of one must not open the door.
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (known.size === 0 || OPEN.has(path)) {
      handler(request, response);
      return;
    }
    const given = readCredentials(request.headers.authorization);
    switch (given === undefined ? 'wrong' : await passwords.check(known, given.user, given.password)) {
      case 'right':
        handler(request, response);
        return;
      case 'wrong':
        response.setHeader('WWW-Authenticate', CHALLENGE);
        turnAway(response, 401, 'a user name and password are needed');
        return;
      case 'busy':
        response.setHeader('Retry-After', '1');
        turnAway(response, 503, 'too many passwords are being checked; try again later');
        return;
    }
  };
}

/** RFC 7617. The password stays as its bytes came, which is what its hash was made of. */
function readCredentials(header: string | undefined): { user: string; password: Buffer } | undefined {
  const [, encoded] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { user: decoded.toString('utf8', 0, colon), password: decoded.subarray(colon + 1) };
}

function turnAway(response: ServerResponse, status: number, text: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  answerText(response, status, text);
}
