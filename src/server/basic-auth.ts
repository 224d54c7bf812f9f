import { createHmac, randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import type { Users } from '../web-config/types.ts';
import { sendText } from './text-responses.ts';

/** Whoever looks after the process may ask how it is without a password. */
const UNAUTHENTICATED_PATHS = new Set(['/-/healthy', '/-/ready']);

const CHALLENGE = 'Basic realm="pointone-token-exporter", charset="UTF-8"';

/**
 * Lets through, as long as there are users, only requests with the name and password of one.
 *
 * @param users asked anew for each request
 */
export function withBasicAuth(handler: RequestListener, users: () => Users): RequestListener {
  const passwords = new PasswordChecker();
  return async (request, response) => {
    const known = users();
    // Where a target is a whole address, a password is asked for: two readings of one must not open the door.
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (known.size === 0 || UNAUTHENTICATED_PATHS.has(path)) {
      handler(request, response);
      return;
    }
    const given = parseCredentials(request.headers.authorization);
    switch (given === undefined ? 'wrong' : await passwords.check(known, given.user, given.password)) {
      case 'right':
        handler(request, response);
        return;
      case 'wrong':
        response.setHeader('WWW-Authenticate', CHALLENGE);
        sendRejection(response, 401, 'a user name and password are needed');
        return;
      case 'busy':
        response.setHeader('Retry-After', '1');
        sendRejection(response, 503, 'too many passwords are being checked; try again later');
        return;
    }
  };
}

/** RFC 7617. The password stays as its bytes came, which is what its hash was made of. */
function parseCredentials(header: string | undefined): { user: string; password: Buffer } | undefined {
  const [, encoded] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { user: decoded.toString('utf8', 0, colon), password: decoded.subarray(colon + 1) };
}

function sendRejection(response: ServerResponse, status: number, text: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  sendText(response, status, text);
}

/** Each check keeps one of libuv's four threads for its whole length; names are resolved and files read by the others. */
const MAX_CONCURRENT_CHECKS = 2;

/** Checks that wait for a thread; who comes later is told to come again. */
const MAX_PENDING_CHECKS = 64;

/** Right passwords that need no second check. Each scraper has one or two. */
const MAX_CACHED = 100;

/**
 * bcrypt reads so many bytes and no more: all passwords that begin alike would be one. Its tools refuse longer ones,
 * and so do we.
 */
const MAX_PASSWORD_BYTES = 72;

export type PasswordResult = 'right' | 'wrong' | 'busy';

/** Checks passwords off the event loop. An unknown user costs what a wrong password does. */
export class PasswordChecker {
  readonly #key = randomBytes(32);
  readonly #limit = pLimit(MAX_CONCURRENT_CHECKS);
  /** What was found right, by a hash that only this process can make, and the longest unused first. */
  readonly #cache = new Set<string>();
  readonly #pending = new Map<string, Promise<PasswordResult>>();

  /** @param users those in force now; a change of theirs is a change of the answer */
  check(users: Users, user: string, password: Buffer): Promise<PasswordResult> | PasswordResult {
    if (password.length > MAX_PASSWORD_BYTES || password.includes(0)) return 'wrong';
    const hash = users.get(user);
    const fingerprint = this.#fingerprint(JSON.stringify([user, hash]), password).toString('base64');
    if (this.#cache.has(fingerprint)) {
      this.#addToCache(fingerprint);
      return 'right';
    }
    const underWay = this.#pending.get(fingerprint);
    if (underWay !== undefined) return underWay;
    if (this.#limit.pendingCount >= MAX_PENDING_CHECKS) return 'busy';
    const result = this.#limit(() => this.#compare(users, user, password, fingerprint));
    this.#pending.set(fingerprint, result);
    return result;
  }

  async #compare(users: Users, user: string, password: Buffer, fingerprint: string): Promise<PasswordResult> {
    try {
      const hash = users.get(user);
      const same = await bcrypt.compare(password, normalizeBcryptPrefix(hash ?? this.#dummyHash(users, user)));
      if (!same || hash === undefined) return 'wrong';
      this.#addToCache(fingerprint);
      return 'right';
    } finally {
      this.#pending.delete(fingerprint);
    }
  }

  /** A hash to spend time on, the same each time for the same name, as each user has one and its cost is its own. */
  #dummyHash(users: Users, user: string): string {
    const hashes = [...users.values()];
    return hashes[this.#fingerprint(user).readUInt32BE() % hashes.length] ?? '';
  }

  #addToCache(fingerprint: string): void {
    this.#cache.delete(fingerprint);
    this.#cache.add(fingerprint);
    const [longestUnused = ''] = this.#cache;
    if (this.#cache.size > MAX_CACHED) this.#cache.delete(longestUnused);
  }

  /** JSON holds no NUL as it is, so that a NUL parts it from what follows. */
  #fingerprint(text: string, password: Buffer = Buffer.of()): Buffer {
    return createHmac('sha256', this.#key).update(text).update('\0').update(password).digest();
  }
}

/** `$2y$`, which Apache's htpasswd writes, is what others call `$2b$`; the bcrypt package knows the latter alone. */
function normalizeBcryptPrefix(hash: string): string {
  return hash.replace(/^\$2y\$/, '$2b$');
}
