import { createHmac, randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import type { Users } from '../web-config/types.ts';
import { answerText } from './text-responses.ts';

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

/** Each check keeps one of libuv's four threads for its whole length; names are resolved and files read by the others. */
const CHECKS_AT_ONCE = 2;

/** Checks that wait for a thread; who comes later is told to come again. */
const MOST_WAITING = 64;

/** Right passwords that need no second check. Each scraper has one or two. */
const MOST_REMEMBERED = 100;

/**
 * bcrypt reads so many bytes and no more: all passwords that begin alike would be one. Its tools refuse longer ones,
 * and so do we.
 */
const LONGEST_PASSWORD_BYTES = 72;

export type Verdict = 'right' | 'wrong' | 'busy';

/** Checks passwords off the event loop. An unknown user costs what a wrong password does. */
export class Passwords {
  readonly #key = randomBytes(32);
  readonly #limit = pLimit(CHECKS_AT_ONCE);
  /** What was found right, by a hash that only this process can make, and the longest unused first. */
  readonly #remembered = new Set<string>();
  readonly #underWay = new Map<string, Promise<Verdict>>();

  /** @param users those in force now; a change of theirs is a change of the answer */
  check(users: Users, user: string, password: Buffer): Promise<Verdict> | Verdict {
    if (password.length > LONGEST_PASSWORD_BYTES || password.includes(0)) return 'wrong';
    const hash = users.get(user);
    const fingerprint = this.#fingerprint(JSON.stringify([user, hash]), password).toString('base64');
    if (this.#remembered.has(fingerprint)) {
      this.#remember(fingerprint);
      return 'right';
    }
    const underWay = this.#underWay.get(fingerprint);
    if (underWay !== undefined) return underWay;
    if (this.#limit.pendingCount >= MOST_WAITING) return 'busy';
    const verdict = this.#limit(() => this.#compare(users, user, password, fingerprint));
    this.#underWay.set(fingerprint, verdict);
    return verdict;
  }

  async #compare(users: Users, user: string, password: Buffer, fingerprint: string): Promise<Verdict> {
    try {
      const hash = users.get(user);
      const same = await bcrypt.compare(password, asNodeKnows(hash ?? this.#standIn(users, user)));
      if (!same || hash === undefined) return 'wrong';
      this.#remember(fingerprint);
      return 'right';
    } finally {
      this.#underWay.delete(fingerprint);
    }
  }

  /** A hash to spend time on, the same each time for the same name, as each user has one and its cost is its own. */
  #standIn(users: Users, user: string): string {
    const hashes = [...users.values()];
    return hashes[this.#fingerprint(user).readUInt32BE() % hashes.length] ?? '';
  }

  #remember(fingerprint: string): void {
    this.#remembered.delete(fingerprint);
    this.#remembered.add(fingerprint);
    const [longestUnused = ''] = this.#remembered;
    if (this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(longestUnused);
  }

  /** JSON holds no NUL as it is, so that a NUL parts it from what follows. */
  #fingerprint(text: string, password: Buffer = Buffer.of()): Buffer {
    return createHmac('sha256', this.#key).update(text).update('\0').update(password).digest();
  }
}

/** `$2y$`, which Apache's htpasswd writes, is what others call `$2b$`; the bcrypt package knows the latter alone. */
function asNodeKnows(hash: string): string {
  return hash.replace(/^\$2y\$/, '$2b$');
}
