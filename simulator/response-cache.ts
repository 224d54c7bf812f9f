import type { User } from './state.ts';

interface CacheEntry {
  readonly query: string;
  readonly version: string;
  /** The response is valid while the clock is in [validFrom, validUntil), in milliseconds since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
  readonly body: Buffer;
}

/**
 * Caches the last response of each user, so that GraphQL processes a large list once and not for each request. These
 * invalidate an entry: a change by a method of SimulatorState or User, another dialect or other settings of the state, a
 * list of another length, and the expiry of a token. After changing a token in place, call `state.touch()`.
 */
export class ResponseCache {
  readonly #entries = new WeakMap<User, CacheEntry>();

  find(user: User, query: string): Buffer | undefined {
    const entry = this.#entries.get(user);
    if (entry === undefined || entry.query !== query || entry.version !== versionOf(user)) return undefined;
    const now = user.state.clock.now();
    return now >= entry.validFrom && now < entry.validUntil ? entry.body : undefined;
  }

  /** Stores a response that is valid from the instant `validFrom`, in milliseconds since 1970. */
  store(user: User, query: string, validFrom: number, body: Buffer): void {
    let validUntil = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of user.tokens) {
      if (expiresAt !== null && expiresAt > validFrom && expiresAt < validUntil) validUntil = expiresAt;
    }
    this.#entries.set(user, { query, version: versionOf(user), validFrom, validUntil, body });
  }
}

function versionOf({ state, tokens }: User): string {
  const { revision, dialect, extraStatuses, listExpired, listRevoked } = state;
  return [revision, tokens.length, dialect, extraStatuses, listExpired, listRevoked].join(' ');
}
