import { DAY_MS, type Instant } from './instant.ts';
import type { UrgencyPolicy } from './policy.ts';
import { hasUnknownStatus, type Token } from './token.ts';
import { groupUrgency, isCoverDoubtful, isLessUrgent, type Thresholds, tokenUrgency, type Urgency } from './urgency.ts';

/** Lists the states of a token, most urgent first. They depend on the other tokens of its account, group and role. */
export const TOKEN_STATES = [
  'expired',
  'critical',
  'warning',
  // Only tokens of unknown status are less urgent.
  'doubtful',
  'unknown',
  'fine',
  // Expired long ago without a successor: the token is probably no longer in use.
  'abandoned',
  // A less urgent token of the same group and role exists.
  'replaced',
  'revoked',
] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

/** How long an expired token is critical. Must equal the limit of PointOneTokenExpired in the alerting rules. */
export const ABANDONED_AFTER_MS = 14 * DAY_MS;

/** A summary of the tokens of one group and role. */
interface GroupSummary {
  readonly thresholds: Thresholds;
  readonly urgency: Urgency;
  /** The urgency without the tokens of unknown status. */
  readonly trustedUrgency: Urgency;
  /** When the last of the tokens expired; -Infinity if none has expired. */
  readonly expiredSince: Instant;
}

/** Returns the state of each token of one account, in the order of the tokens. */
export function classifyTokens(tokens: readonly Token[], at: Instant, policy: UrgencyPolicy): TokenState[] {
  const tokensByGroup = new Map<string, Token[]>();
  for (const token of tokens) {
    const key = groupKey(token, policy);
    const group = tokensByGroup.get(key);
    if (group === undefined) tokensByGroup.set(key, [token]);
    else group.push(token);
  }
  const groups = new Map(Array.from(tokensByGroup, ([key, group]) => [key, summarizeGroup(group, at, policy)]));
  return tokens.map((token) => classifyToken(token, groups.get(groupKey(token, policy)) as GroupSummary, at));
}

function groupKey({ name, role }: Token, policy: UrgencyPolicy): string {
  // Joining with a separator would be ambiguous: names and roles may contain any character.
  return JSON.stringify([policy.groupName(name), role]);
}

function summarizeGroup(tokens: readonly Token[], at: Instant, policy: UrgencyPolicy): GroupSummary {
  const thresholds = policy.thresholds(policy.groupName(tokens[0]?.name ?? ''));
  const trusted = tokens.filter((token) => !hasUnknownStatus(token));
  return {
    thresholds,
    urgency: groupUrgency(tokens, at, thresholds),
    trustedUrgency: groupUrgency(trusted, at, thresholds),
    expiredSince: tokens.reduce((since, token) => Math.max(since, expiredSince(token, at)), Number.NEGATIVE_INFINITY),
  };
}

function expiredSince({ statusClass, expiresAt }: Token, at: Instant): Instant {
  if (statusClass === 'REVOKED') return Number.NEGATIVE_INFINITY;
  if (expiresAt !== undefined && expiresAt <= at) return expiresAt;
  return statusClass === 'EXPIRED' ? at : Number.NEGATIVE_INFINITY;
}

function classifyToken(token: Token, group: GroupSummary, at: Instant): TokenState {
  if (token.statusClass === 'REVOKED') return 'revoked';
  const urgency = token.statusClass === 'EXPIRED' ? 'expired' : tokenUrgency(token, at, group.thresholds);
  if (urgency === 'none') return token.expiresAt === undefined ? 'unknown' : 'fine';
  if (isLessUrgent(group.urgency, urgency)) {
    const isDoubtful = isCoverDoubtful(group.urgency, group.trustedUrgency);
    return isDoubtful && !isLessUrgent(group.trustedUrgency, urgency) ? 'doubtful' : 'replaced';
  }
  return urgency === 'expired' && at - group.expiredSince >= ABANDONED_AFTER_MS ? 'abandoned' : urgency;
}
