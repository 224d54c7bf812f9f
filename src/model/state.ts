import { DAY_MS, type Instant } from './instant.ts';
import { isInactive, isKnownStatus, type Token } from './token.ts';
import {
  DEFAULT_THRESHOLDS,
  groupUrgency,
  isLessUrgent,
  type Thresholds,
  tokenUrgency,
  type Urgency,
} from './urgency.ts';

/** Where a token stands among those of its account, name and role, the most urgent first. */
export const TOKEN_STATES = [
  'expired',
  'critical',
  'warning',
  // Another token is in a better way, but only one of a status that nobody knows.
  'doubtful',
  'unknown',
  'fine',
  // Expired so long ago, and without a successor, that nobody seems to miss it.
  'abandoned',
  // Another token of its name and role stands in for it.
  'replaced',
  'revoked',
] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

/** An expired token is critical for so long; the rules have the same (pointone:limit:expired_critical_seconds). */
export const ABANDONED_AFTER_MS = 14 * DAY_MS;

/** The tokens of one name and role together. */
interface NameGroup {
  readonly urgency: Urgency;
  /** Of those of known status alone; undefined when none of them is usable. */
  readonly trustedUrgency: Urgency | undefined;
  /** When the last of them expired. */
  readonly expiredSince: Instant;
}

/** Where each token of one account stands, in their order. */
export function classifyTokens(
  tokens: readonly Token[],
  at: Instant,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): TokenState[] {
  const members = new Map<string, Token[]>();
  for (const token of tokens) {
    const key = groupKey(token);
    const group = members.get(key);
    if (group === undefined) members.set(key, [token]);
    else group.push(token);
  }
  const groups = new Map(Array.from(members, ([key, group]) => [key, summarizeGroup(group, at, thresholds)]));
  return tokens.map((token) => classifyToken(token, groups.get(groupKey(token)) as NameGroup, at, thresholds));
}

function groupKey({ name, role }: Token): string {
  // JSON keeps the parts apart whatever they hold.
  return JSON.stringify([name, role]);
}

function summarizeGroup(tokens: readonly Token[], at: Instant, thresholds: Thresholds): NameGroup {
  const trusted = tokens.filter(({ status }) => status === '' || isKnownStatus(status));
  const isUsable = trusted.some(({ status }) => !isInactive(status));
  return {
    urgency: groupUrgency(tokens, at, thresholds),
    trustedUrgency: isUsable ? groupUrgency(trusted, at, thresholds) : undefined,
    expiredSince: tokens.reduce((since, token) => Math.max(since, expiredSince(token, at)), Number.NEGATIVE_INFINITY),
  };
}

function expiredSince({ status, expiresAt }: Token, at: Instant): Instant {
  if (status === 'REVOKED') return Number.NEGATIVE_INFINITY;
  if (expiresAt !== undefined && expiresAt <= at) return expiresAt;
  return status === 'EXPIRED' ? at : Number.NEGATIVE_INFINITY;
}

function classifyToken(token: Token, group: NameGroup, at: Instant, thresholds: Thresholds): TokenState {
  if (token.status === 'REVOKED') return 'revoked';
  const own = token.status === 'EXPIRED' ? 'expired' : tokenUrgency(token, at, thresholds);
  if (own === 'none') return token.expiresAt === undefined ? 'unknown' : 'fine';
  if (isLessUrgent(group.urgency, own)) {
    return group.trustedUrgency !== undefined && isLessUrgent(group.trustedUrgency, own) ? 'replaced' : 'doubtful';
  }
  return own === 'expired' && at - group.expiredSince >= ABANDONED_AFTER_MS ? 'abandoned' : own;
}
