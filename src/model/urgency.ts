import { DAY_MS, type Instant } from './instant.ts';
import { isInactive, type Token } from './token.ts';

/** Lists the levels of urgency in ascending order. */
const URGENCIES = ['none', 'warning', 'critical', 'expired'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** A token is urgent if less than `leftMs` milliseconds and less than `lifetimeShare` of its lifetime remain. */
export type Thresholds = Readonly<
  Record<'warning' | 'critical', { readonly leftMs: number; readonly lifetimeShare: number }>
>;

/** The default thresholds. A test verifies that alerts/rules.yml and the dashboard use the same values. */
export const DEFAULT_THRESHOLDS = {
  warning: { leftMs: 14 * DAY_MS, lifetimeShare: 1 / 4 },
  critical: { leftMs: 3 * DAY_MS, lifetimeShare: 1 / 10 },
} as const satisfies Thresholds;

/** Tolerated clock skew, in milliseconds. A `createdAt` further in the future is a mistake. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * Returns the urgency of one token, without regard to others. It is `none` for:
 * - a token that is EXPIRED or REVOKED, because its urgency depends on its successors
 * - a token of unknown expiry, because there is no date to act on
 */
export function tokenUrgency(token: Token, at: Instant, thresholds: Thresholds = DEFAULT_THRESHOLDS): Urgency {
  const { expiresAt } = token;
  if (expiresAt === undefined || isInactive(token)) return 'none';
  const remaining = expiresAt - at;
  if (remaining <= 0) return 'expired';
  const lifetime = lifetimeMs(token, at);
  if (remaining < urgentBelowMs(thresholds.critical, lifetime)) return 'critical';
  return remaining < urgentBelowMs(thresholds.warning, lifetime) ? 'warning' : 'none';
}

/** Returns the remaining milliseconds below which a token is urgent. `lifetime` is undefined if unknown. */
function urgentBelowMs({ leftMs, lifetimeShare }: Thresholds[keyof Thresholds], lifetime: number | undefined): number {
  return Math.min(leftMs, lifetime === undefined ? Number.POSITIVE_INFINITY : lifetime * lifetimeShare);
}

/**
 * Returns the urgency of the tokens of one account, name and role: that of the least urgent token, because it is or will
 * be the one in use. A usable token of unknown expiry replaces an expired token, but not one that is about to expire.
 */
export function groupUrgency(
  tokens: readonly Token[],
  at: Instant,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Urgency {
  const usable = tokens.filter((token) => !isInactive(token));
  const known = usable.filter(({ expiresAt }) => expiresAt !== undefined);
  const level = known
    .map((token) => tokenUrgency(token, at, thresholds))
    .reduce<Urgency | undefined>(
      (lowest, next) => (lowest !== undefined && isLessUrgent(lowest, next) ? lowest : next),
      undefined,
    );
  if (level !== undefined && level !== 'expired') return level;
  const hasExpired = level === 'expired' || tokens.some(({ statusClass }) => statusClass === 'EXPIRED');
  return hasExpired && known.length === usable.length ? 'expired' : 'none';
}

export function isLessUrgent(urgency: Urgency, other: Urgency): boolean {
  return URGENCIES.indexOf(urgency) < URGENCIES.indexOf(other);
}

/**
 * Returns the time from creation to expiry. It is undefined if a date is missing, or if `createdAt` is in the future or
 * not before the expiry.
 */
function lifetimeMs({ createdAt, expiresAt }: Token, at: Instant): number | undefined {
  if (createdAt === undefined || expiresAt === undefined) return undefined;
  if (createdAt >= expiresAt || createdAt > at + FUTURE_TOLERANCE_MS) return undefined;
  return expiresAt - createdAt;
}

/** Points in a token's lifetime, from 0 at its creation to 1 at its expiry. */
export interface LifetimeProgress {
  readonly elapsed: number;
  readonly warningFrom: number;
  readonly criticalFrom: number;
}

/** Returns the elapsed share of a token's lifetime and where it becomes urgent; undefined if the lifetime is unknown. */
export function lifetimeProgress(token: Token, at: Instant): LifetimeProgress | undefined {
  const lifetime = lifetimeMs(token, at);
  if (lifetime === undefined || token.expiresAt === undefined) return undefined;
  const elapsed = 1 - (token.expiresAt - at) / lifetime;
  return {
    // Clock skew can make it negative; after the expiry it exceeds 1.
    elapsed: Math.min(1, Math.max(0, elapsed)),
    warningFrom: 1 - urgentBelowMs(DEFAULT_THRESHOLDS.warning, lifetime) / lifetime,
    criticalFrom: 1 - urgentBelowMs(DEFAULT_THRESHOLDS.critical, lifetime) / lifetime,
  };
}
