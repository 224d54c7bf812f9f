import { DAY_MS, type Instant } from './instant.ts';
import { hasUnknownStatus, isInactive, type Token } from './token.ts';
import {
  DEFAULT_THRESHOLDS,
  groupUrgency,
  isLessUrgent,
  type Thresholds,
  tokenUrgency,
  type Urgency,
} from './urgency.ts';

/** Lists the states of a token, most urgent first. They depend on the other tokens of its account, name and role. */
export const TOKEN_STATES = [
  'expired',
  'critical',
  'warning',
  // Every less urgent token has an unknown status.
  'doubtful',
  'unknown',
  'fine',
  // Expired long ago without a successor: the token is probably no longer in use.
  'abandoned',
  // A less urgent token of the same name and role exists.
  'replaced',
  'revoked',
] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

/** How long an expired token is critical. Must equal pointone:limit:expired_critical_seconds in the alerting rules. */
export const ABANDONED_AFTER_MS = 14 * DAY_MS;

/** A summary of the tokens of one name and role. */
interface NameGroup {
  readonly urgency: Urgency;
  /** The urgency of the tokens of known status; undefined if none of them is usable. */
  readonly trustedUrgency: Urgency | undefined;
  /** When the last of the tokens expired; -Infinity if none has expired. */
  readonly expiredSince: Instant;
}

/** Returns the state of each token of one account, in the order of the tokens. */
export function classifyTokens(
  tokens: readonly Token[],
  at: Instant,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): TokenState[] {
  const tokensByGroup = new Map<string, Token[]>();
  for (const token of tokens) {
    const key = groupKey(token);
    const group = tokensByGroup.get(key);
    if (group === undefined) tokensByGroup.set(key, [token]);
    else group.push(token);
  }
  const groups = new Map(Array.from(tokensByGroup, ([key, group]) => [key, summarizeGroup(group, at, thresholds)]));
  return tokens.map((token) => classifyToken(token, groups.get(groupKey(token)) as NameGroup, at, thresholds));
}

function groupKey({ name, role }: Token): string {
  // Joining with a separator would be ambiguous: names and roles may contain any character.
  return JSON.stringify([name, role]);
}

function summarizeGroup(tokens: readonly Token[], at: Instant, thresholds: Thresholds): NameGroup {
  const trusted = tokens.filter((token) => !hasUnknownStatus(token));
  const hasUsableToken = trusted.some((token) => !isInactive(token));
  return {
    urgency: groupUrgency(tokens, at, thresholds),
    trustedUrgency: hasUsableToken ? groupUrgency(trusted, at, thresholds) : undefined,
    expiredSince: tokens.reduce((since, token) => Math.max(since, expiredSince(token, at)), Number.NEGATIVE_INFINITY),
  };
}

function expiredSince({ statusClass, expiresAt }: Token, at: Instant): Instant {
  if (statusClass === 'REVOKED') return Number.NEGATIVE_INFINITY;
  if (expiresAt !== undefined && expiresAt <= at) return expiresAt;
  return statusClass === 'EXPIRED' ? at : Number.NEGATIVE_INFINITY;
}

function classifyToken(token: Token, group: NameGroup, at: Instant, thresholds: Thresholds): TokenState {
  if (token.statusClass === 'REVOKED') return 'revoked';
  const urgency = token.statusClass === 'EXPIRED' ? 'expired' : tokenUrgency(token, at, thresholds);
  if (urgency === 'none') return token.expiresAt === undefined ? 'unknown' : 'fine';
  if (isLessUrgent(group.urgency, urgency)) {
    return group.trustedUrgency !== undefined && isLessUrgent(group.trustedUrgency, urgency) ? 'replaced' : 'doubtful';
  }
  return urgency === 'expired' && at - group.expiredSince >= ABANDONED_AFTER_MS ? 'abandoned' : urgency;
}
