import type { User } from './state.ts';

interface CacheEntry {
  readonly query: string;
  readonly version: string;
  /** The answer holds while the clock is in [from, until), in milliseconds since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
  readonly body: Buffer;
}

/**
 * Keeps each user's last answer, so that a large list is run through GraphQL once and not at every call. An
 * entry dies with any change made through World's and User's methods, with a longer or shorter list, and when
 * the clock passes a token's expiry. A token changed in place needs `world.touch()`.
 */
export class ResponseCache {
  readonly #entries = new WeakMap<User, CacheEntry>();

  find(user: User, query: string): Buffer | undefined {
    const entry = this.#entries.get(user);
    if (entry === undefined || entry.query !== query || entry.version !== versionOf(user)) return undefined;
    const now = user.state.clock.now();
    return now >= entry.validFrom && now < entry.validUntil ? entry.body : undefined;
  }

  /** Keeps an answer that holds from the instant `from` on, in milliseconds since 1970. */
  store(user: User, query: string, validFrom: number, body: Buffer): void {
    let validUntil = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of user.tokens) {
      if (expiresAt !== null && expiresAt > validFrom && expiresAt < validUntil) validUntil = expiresAt;
    }
    this.#entries.set(user, { query, version: versionOf(user), validFrom, validUntil, body });
  }
}

function versionOf({ state, tokens }: User): string {
  return [state.revision, tokens.length, state.listExpired, state.listRevoked].join(' ');
}
