import { createHmac, randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';

/** The bcrypt hash of each user's password. */
export type Users = ReadonlyMap<string, string>;

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
