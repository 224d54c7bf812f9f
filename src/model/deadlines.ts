import type { Instant } from './instant.ts';
import type { UrgencyPolicy } from './policy.ts';
import { hasUnknownStatus, type Token } from './token.ts';
import { type Thresholds, urgentAfter } from './urgency.ts';

/**
 * The deadlines of the tokens of one group name and role, as of the last list that was read. Each is the last instant at
 * which one of the usable tokens becomes urgent at that level.
 */
export interface Deadlines {
  /** The group name; see `UrgencyPolicy`. */
  readonly name: string;
  readonly role: string;
  readonly warning: Instant | undefined;
  readonly critical: Instant | undefined;
  /** Undefined if a usable token of unknown expiry covers the expiry of the others. */
  readonly expired: Instant | undefined;
  /** The latest known expiry of a usable token, even if a token of unknown expiry covers it. */
  readonly lastExpiry: Instant | undefined;
  /** The deadlines without the tokens of unknown status; undefined if there are no such tokens. */
  readonly trusted: Pick<Deadlines, 'warning' | 'expired'> | undefined;
  /** Whether the tokens left the list when they expired. Their deadlines are kept. */
  readonly isUnlisted: boolean;
}

/** Reports whether tokens of unknown status are the only reason that a group is not urgent, or has not expired. */
export function isDoubtful({ warning, expired, trusted }: Deadlines, at: Instant): boolean {
  if (trusted === undefined) return false;
  const isUrgent = (from: Instant | undefined): boolean => from !== undefined && at > from;
  const hasExpired = (from: Instant | undefined): boolean => from !== undefined && at >= from;
  return (isUrgent(trusted.warning) && !isUrgent(warning)) || (hasExpired(trusted.expired) && !hasExpired(expired));
}

/** A token that left the list when it expired. It counts as a usable token that is still listed. */
export interface UnlistedToken extends Pick<Token, 'name' | 'role' | 'createdAt'> {
  readonly expiresAt: Instant;
}

/** Computes the deadlines of all groups of one list, one token after the other. */
export class DeadlineCalculation {
  readonly #policy: UrgencyPolicy;
  readonly #at: Instant;
  /** By role and name. Roles are few; a joined key would take longer. */
  readonly #groupsByRole = new Map<string, Map<string, Group>>();
  /** In the order of their first tokens. */
  readonly #groups: Group[] = [];

  /** @param at when the list was read: an implausible `createdAt` is one after it */
  constructor(policy: UrgencyPolicy, at: Instant) {
    this.#policy = policy;
    this.#at = at;
  }

  /**
   * Adds a token of the list. The tokens must be distinct; see `distinctTokens`.
   *
   * @param expiredSince when the token was first seen with the status EXPIRED. Other tokens have none.
   */
  add(token: Token, expiredSince: Instant = this.#at): void {
    const { statusClass, expiresAt } = token;
    if (statusClass === 'REVOKED') return;
    const group = this.#groupOf(token);
    group.isUnlisted = false;
    if (statusClass === 'EXPIRED') group.trustedCover.addExpired(Math.min(expiredSince, expiresAt ?? expiredSince));
    else group.coverOf(token).addUsable(token, this.#at, group.thresholds);
  }

  addUnlisted(token: UnlistedToken): void {
    const group = this.#groupOf(token);
    group.trustedCover.addUsable(token, this.#at, group.thresholds);
  }

  /** Returns the deadlines of each group that has a token other than revoked ones. */
  result(): readonly Deadlines[] {
    return this.#groups.map((group) => group.deadlines());
  }

  #groupOf(token: Pick<Token, 'name' | 'role'>): Group {
    let groups = this.#groupsByRole.get(token.role);
    if (groups === undefined) {
      groups = new Map();
      this.#groupsByRole.set(token.role, groups);
    }
    const name = this.#policy.groupName(token.name);
    let group = groups.get(name);
    if (group === undefined) {
      group = new Group(name, token.role, this.#policy.thresholds(name));
      groups.set(name, group);
      this.#groups.push(group);
    }
    return group;
  }
}

/** The tokens of one group. */
class Group {
  readonly name: string;
  readonly role: string;
  readonly thresholds: Thresholds;
  readonly trustedCover = new Cover();
  /** Of the tokens of unknown status; undefined if there are none. */
  doubtfulCover: Cover | undefined;
  isUnlisted = true;

  constructor(name: string, role: string, thresholds: Thresholds) {
    this.name = name;
    this.role = role;
    this.thresholds = thresholds;
  }

  /** Returns the cover to which a usable token belongs. */
  coverOf(token: Token): Cover {
    if (!hasUnknownStatus(token)) return this.trustedCover;
    this.doubtfulCover ??= new Cover();
    return this.doubtfulCover;
  }

  deadlines(): Deadlines {
    const { name, role, trustedCover, doubtfulCover, isUnlisted } = this;
    const { warning, critical, expired, lastExpiry } = trustedCover.with(doubtfulCover);
    const trusted = doubtfulCover && { warning: trustedCover.warning, expired: trustedCover.expired };
    return { name, role, warning, critical, expired, lastExpiry, trusted, isUnlisted };
  }
}

/** The latest deadlines of some tokens of a group. */
class Cover {
  warning: Instant | undefined;
  critical: Instant | undefined;
  lastExpiry: Instant | undefined;
  #latestExpired: Instant | undefined;
  #hasUnknownExpiry = false;

  get expired(): Instant | undefined {
    return this.#hasUnknownExpiry ? undefined : this.#latestExpired;
  }

  addUsable(token: Pick<Token, 'createdAt' | 'expiresAt'>, at: Instant, thresholds: Thresholds): void {
    const { expiresAt } = token;
    if (expiresAt === undefined) {
      this.#hasUnknownExpiry = true;
      return;
    }
    this.warning = latest(this.warning, urgentAfter(token.createdAt, expiresAt, at, thresholds.warning));
    this.critical = latest(this.critical, urgentAfter(token.createdAt, expiresAt, at, thresholds.critical));
    this.lastExpiry = latest(this.lastExpiry, expiresAt);
    this.#latestExpired = latest(this.#latestExpired, expiresAt);
  }

  /** Adds a token of status EXPIRED. */
  addExpired(since: Instant): void {
    this.#latestExpired = latest(this.#latestExpired, since);
  }

  /** Returns the deadlines of the tokens of both covers. */
  with(other: Cover | undefined): Cover {
    if (other === undefined) return this;
    const both = new Cover();
    both.warning = latest(this.warning, other.warning);
    both.critical = latest(this.critical, other.critical);
    both.lastExpiry = latest(this.lastExpiry, other.lastExpiry);
    both.#latestExpired = latest(this.#latestExpired, other.#latestExpired);
    both.#hasUnknownExpiry = this.#hasUnknownExpiry || other.#hasUnknownExpiry;
    return both;
  }
}

function latest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
