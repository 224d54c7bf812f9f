import { DeadlineCalculation, type Deadlines, type UnlistedToken } from '../model/deadlines.ts';
import { DAY_MS, type Instant } from '../model/instant.ts';
import type { UrgencyPolicy } from '../model/policy.ts';
import { distinctTokens, type Token, tokenIdentity } from '../model/token.ts';
import { EventLoopYielder } from '../runtime/yielding.ts';
import { MAX_LIST_AGE_MS } from './report-memory.ts';

/** A token that leaves the list at most this long before or after its expiry has expired. Others were deleted. */
const EXPIRY_TOLERANCE_MS = 10 * 60_000;

/** How long a token that left the list when it expired counts as listed, from its expiry. */
const UNLISTED_FOR_MS = 28 * DAY_MS;

/** Limits the memory of an account whose list changes completely again and again. */
const MAX_UNLISTED = 10_000;

/** The number of tokens to add between checks of the clock. Adding them takes a fraction of a millisecond. */
const TOKENS_PER_YIELD = 256;

/** What is kept of the last list: no whole tokens, and only what the next list cannot tell. */
interface Memory {
  readonly deadlines: readonly Deadlines[];
  /** The listed tokens that may leave the list because they expire. */
  readonly expiring: readonly UnlistedToken[];
  readonly unlisted: readonly UnlistedToken[];
  /** When tokens of status EXPIRED were first seen so, by identity, unless their expiry was earlier. */
  readonly expiredSince: ReadonlyMap<string, Instant>;
}

/**
 * Remembers the deadlines of the last list of an account, and the tokens that left the list when they expired. It is
 * not known whether the API continues to list expired tokens. Instances are immutable. The owner drops the memory of a list
 * that is older than `MAX_LIST_AGE_MS`.
 */
export class DeadlineMemory {
  static readonly EMPTY = new DeadlineMemory({
    deadlines: [],
    expiring: [],
    unlisted: [],
    expiredSince: new Map(),
  });

  readonly #memory: Memory;

  private constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** The deadlines as of the last list. */
  get deadlines(): readonly Deadlines[] {
    return this.#memory.deadlines;
  }

  /**
   * Returns the memory after another list. Never rejects; yields to the event loop during a long list.
   *
   * @param at when the list was read
   */
  async afterList(list: readonly Token[], policy: UrgencyPolicy, at: Instant): Promise<DeadlineMemory> {
    const previous = this.#memory;
    const missing = new MissingTokens(previous, at);
    const expiredSince = new Map<string, Instant>();
    const expiring: UnlistedToken[] = [];
    const calculation = new DeadlineCalculation(policy, at);
    const yielder = new EventLoopYielder();
    let added = 0;
    for (const token of distinctTokens(list)) {
      missing.removeListed(token);
      calculation.add(token, firstSeenExpired(token, previous, expiredSince, at));
      if (mayLeaveList(token, at)) expiring.push(kept(token, token.expiresAt));
      added += 1;
      if (added % TOKENS_PER_YIELD === 0 && yielder.isDue) await yielder.yield();
    }
    const unlisted = missing.remaining();
    for (const token of unlisted) calculation.addUnlisted(token);
    return new DeadlineMemory({ deadlines: calculation.result(), expiring, unlisted, expiredSince });
  }
}

/** Returns when an EXPIRED token was first seen so, and records it unless the expiry of the token is earlier. */
function firstSeenExpired(
  token: Token,
  previous: Memory,
  expiredSince: Map<string, Instant>,
  at: Instant,
): Instant | undefined {
  const { statusClass, expiresAt } = token;
  if (statusClass !== 'EXPIRED') return undefined;
  // Fast path for most expired tokens: nothing earlier than the expiry is known.
  if (previous.expiredSince.size === 0 && expiresAt !== undefined && expiresAt <= at) return at;
  const identity = tokenIdentity(token);
  // The local clock may have been set back.
  const since = Math.min(previous.expiredSince.get(identity) ?? at, at);
  if (expiresAt === undefined || since < expiresAt) expiredSince.set(identity, since);
  return since;
}

/** Reports whether a token may leave the list because it expires, before this list is too old to know. */
function mayLeaveList(token: Token, at: Instant): token is Token & { readonly expiresAt: Instant } {
  const { statusClass, expiresAt } = token;
  if (expiresAt === undefined || statusClass === 'REVOKED') return false;
  return expiresAt >= at - EXPIRY_TOLERANCE_MS && expiresAt <= at + MAX_LIST_AGE_MS + EXPIRY_TOLERANCE_MS;
}

function kept({ name, role, createdAt }: Omit<UnlistedToken, 'expiresAt'>, expiresAt: Instant): UnlistedToken {
  return { name, role, createdAt, expiresAt };
}

/** The tokens that count as listed unless the list has them: those that have just expired, and the unlisted ones. */
class MissingTokens {
  readonly #tokens = new Map<string, UnlistedToken>();
  /** Makes the check of a long list fast: most of its tokens were created at another time. */
  readonly #createdAt: ReadonlySet<Instant | undefined>;

  constructor({ expiring, unlisted, expiredSince }: Memory, at: Instant) {
    for (const token of unlisted) {
      if (at - token.expiresAt < UNLISTED_FOR_MS) this.#tokens.set(tokenIdentity(token), token);
    }
    for (const token of expiring) {
      if (token.expiresAt > at + EXPIRY_TOLERANCE_MS) continue;
      const identity = tokenIdentity(token);
      this.#tokens.set(identity, kept(token, expiredSince.get(identity) ?? token.expiresAt));
    }
    this.#createdAt = new Set(Array.from(this.#tokens.values(), ({ createdAt }) => createdAt));
  }

  removeListed(token: Token): void {
    if (this.#createdAt.has(token.createdAt)) this.#tokens.delete(tokenIdentity(token));
  }

  /** Returns the tokens that were not listed. Above the limit, those that expired first are dropped. */
  remaining(): readonly UnlistedToken[] {
    const tokens = [...this.#tokens.values()];
    if (tokens.length <= MAX_UNLISTED) return tokens;
    return tokens.sort((a, b) => b.expiresAt - a.expiresAt).slice(0, MAX_UNLISTED);
  }
}
