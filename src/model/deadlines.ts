import type { Instant } from './instant.ts';
import type { UrgencyPolicy } from './policy.ts';
import { hasUnknownStatus, type Token } from './token.ts';
import { isCoverDoubtful, type Thresholds, type Urgency, urgentAfter } from './urgency.ts';

/** The last instant at which one of the usable tokens of a group becomes urgent, at each level. */
interface Levels {
  readonly warning: Instant | undefined;
  readonly critical: Instant | undefined;
  /** Undefined if a usable token of unknown expiry covers the expiry of the others. */
  readonly expired: Instant | undefined;
  /** The latest known expiry of a usable token, even if a token of unknown expiry covers it. */
  readonly lastExpiry: Instant | undefined;
}

/** The deadlines of the tokens of one group name and role, as of the last list that was read. */
export interface Deadlines extends Levels {
  /** The group name; see `UrgencyPolicy`. */
  readonly name: string;
  readonly role: string;
  /** The deadlines without the tokens of unknown status; undefined if there are no such tokens. */
  readonly trusted: Levels | undefined;
  /** Whether the tokens left the list when they expired. Their deadlines are kept. False if only revoked ones are listed. */
  readonly isUnlisted: boolean;
}

/** Reports whether the cover of a group is doubtful at an instant; see `isCoverDoubtful`. */
export function isDoubtful(deadlines: Deadlines, at: Instant): boolean {
  const { trusted } = deadlines;
  return trusted !== undefined && isCoverDoubtful(urgencyAt(deadlines, at), urgencyAt(trusted, at));
}

/** Returns the urgency of a group at an instant. It is that of `groupUrgency` if the tokens are still the same. */
function urgencyAt({ warning, critical, expired, lastExpiry }: Levels, at: Instant): Urgency {
  if (expired !== undefined && at >= expired) return 'expired';
  // A token of unknown expiry covers those that have expired.
  if (lastExpiry === undefined || at >= lastExpiry) return 'none';
  if (critical !== undefined && at > critical) return 'critical';
  return warning !== undefined && at > warning ? 'warning' : 'none';
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
    const group = this.#groupOf(token);
    if (statusClass === 'REVOKED') return;
    group.markListed();
    if (statusClass === 'EXPIRED') group.addExpiry(Math.min(expiredSince, expiresAt ?? expiredSince));
    else if (hasUnknownStatus(token)) group.addDoubtful(token, this.#at);
    else group.addUsable(token, this.#at);
  }

  addUnlisted(token: UnlistedToken): void {
    const group = this.#groupOf(token);
    group.addUnlisted(token, this.#at);
  }

  /** Returns the deadlines of each group. If all its tokens are revoked, it has none. Call it once, after the last token. */
  result(): readonly Deadlines[] {
    for (const group of this.#groups) group.complete();
    return this.#groups;
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

/**
 * The latest deadlines of the tokens of one group. They are computed in place, because most groups have one token, and
 * further objects for each of them would only add work for the garbage collector.
 */
class Group implements Deadlines {
  readonly name: string;
  readonly role: string;
  warning: Instant | undefined;
  critical: Instant | undefined;
  expired: Instant | undefined;
  lastExpiry: Instant | undefined;
  trusted: Deadlines['trusted'];
  isUnlisted = false;
  readonly #thresholds: Thresholds;
  /** Whether the list has a token that is not revoked. */
  #isListed = false;
  #hasUnknownExpiry = false;
  /** The tokens of unknown status, until they are merged. */
  #doubtful: Group | undefined;

  constructor(name: string, role: string, thresholds: Thresholds) {
    this.name = name;
    this.role = role;
    this.#thresholds = thresholds;
  }

  addUsable(token: Pick<Token, 'createdAt' | 'expiresAt'>, at: Instant): void {
    const { createdAt, expiresAt } = token;
    if (expiresAt === undefined) {
      this.#hasUnknownExpiry = true;
      return;
    }
    this.warning = latest(this.warning, urgentAfter(createdAt, expiresAt, at, this.#thresholds.warning));
    this.critical = latest(this.critical, urgentAfter(createdAt, expiresAt, at, this.#thresholds.critical));
    this.lastExpiry = latest(this.lastExpiry, expiresAt);
    this.addExpiry(expiresAt);
  }

  addUnlisted(token: UnlistedToken, at: Instant): void {
    this.isUnlisted = true;
    this.addUsable(token, at);
  }

  markListed(): void {
    this.#isListed = true;
  }

  addExpiry(expired: Instant): void {
    this.expired = latest(this.expired, expired);
  }

  /** Adds a usable token of unknown status. */
  addDoubtful(token: Token, at: Instant): void {
    this.#doubtful ??= new Group(this.name, this.role, this.#thresholds);
    this.#doubtful.addUsable(token, at);
  }

  /** Completes the deadlines after the last token. */
  complete(): void {
    const doubtful = this.#doubtful;
    if (doubtful !== undefined) {
      const { warning, critical, lastExpiry } = this;
      const expired = this.#hasUnknownExpiry ? undefined : this.expired;
      this.trusted = { warning, critical, expired, lastExpiry };
      this.warning = latest(this.warning, doubtful.warning);
      this.critical = latest(this.critical, doubtful.critical);
      this.lastExpiry = latest(this.lastExpiry, doubtful.lastExpiry);
      this.expired = latest(this.expired, doubtful.expired);
      this.#hasUnknownExpiry ||= doubtful.#hasUnknownExpiry;
      this.#doubtful = undefined;
    }
    if (this.#hasUnknownExpiry) this.expired = undefined;
    if (this.#isListed) this.isUnlisted = false;
  }
}

function latest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
