import type { User } from './world.ts';

interface Entry {
  readonly query: string;
  readonly state: string;
  /** The answer holds while the clock is in [from, until), in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly body: Buffer;
}

/**
 * Keeps each user's last answer, so that a large list is run through GraphQL once and not at every call. An
 * entry dies with any change made through World's and User's methods, with a longer or shorter list, and when
 * the clock passes a token's expiry. A token changed in place needs `world.touch()`.
 */
export class AnswerCache {
  readonly #entries = new WeakMap<User, Entry>();

  find(user: User, query: string): Buffer | undefined {
    const entry = this.#entries.get(user);
    if (entry === undefined || entry.query !== query || entry.state !== stateOf(user)) return undefined;
    const now = user.world.clock.now();
    return now >= entry.from && now < entry.until ? entry.body : undefined;
  }

  /** Keeps an answer that holds from the instant `from` on, in milliseconds since 1970. */
  store(user: User, query: string, from: number, body: Buffer): void {
    let until = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of user.tokens) {
      if (expiresAt !== null && expiresAt > from && expiresAt < until) until = expiresAt;
    }
    this.#entries.set(user, { query, state: stateOf(user), from, until, body });
  }
}

function stateOf({ world, tokens }: User): string {
  return [world.revision, tokens.length, world.listExpired, world.listRevoked].join(' ');
}
