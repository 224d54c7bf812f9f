import { DAY_MS, type Instant } from './instant.ts';
import { isInactive, type Token } from './token.ts';

/** How soon somebody has to act, from not at all to too late. */
const URGENCIES = ['none', 'warning', 'critical', 'expired'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** A token becomes urgent with less than `leftMs` milliseconds to go, and less than `lifetimeShare` of its life. */
export type Thresholds = Readonly<
  Record<'warning' | 'critical', { readonly leftMs: number; readonly lifetimeShare: number }>
>;

/** alerts/rules.yml and the dashboard have the same numbers, which a test holds to these. */
export const DEFAULT_THRESHOLDS = {
  warning: { leftMs: 14 * DAY_MS, lifetimeShare: 1 / 4 },
  critical: { leftMs: 3 * DAY_MS, lifetimeShare: 1 / 10 },
} as const satisfies Thresholds;

/** A `createdAt` further ahead than this (milliseconds) is a mistake; less is two clocks that differ. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * How urgent one token is by itself. A dead one is not: whether anybody misses it depends on what else there is. A token
 * of unknown expiry is not either: nothing is known that could be acted on.
 */
export function tokenUrgency(token: Token, at: Instant, thresholds: Thresholds = DEFAULT_THRESHOLDS): Urgency {
  const { expiresAt } = token;
  if (expiresAt === undefined || isInactive(token.status)) return 'none';
  const left = expiresAt - at;
  if (left <= 0) return 'expired';
  const lifetime = lifetimeMs(token, at);
  if (left < urgentBelowMs(thresholds.critical, lifetime)) return 'critical';
  return left < urgentBelowMs(thresholds.warning, lifetime) ? 'warning' : 'none';
}

/** A token of that lifetime (undefined when unknown) is urgent with fewer than so many milliseconds to go. */
function urgentBelowMs({ leftMs, lifetimeShare }: Thresholds[keyof Thresholds], lifetime: number | undefined): number {
  return Math.min(leftMs, lifetime === undefined ? Number.POSITIVE_INFINITY : lifetime * lifetimeShare);
}

/**
 * How urgent the tokens of one account, name and role are together: as the best of them, since that is the one in use or
 * about to be. A usable one of unknown expiry stands in for one that expired, but not for one that is about to.
 */
export function groupUrgency(
  tokens: readonly Token[],
  at: Instant,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Urgency {
  const usable = tokens.filter(({ status }) => !isInactive(status));
  const known = usable.filter(({ expiresAt }) => expiresAt !== undefined);
  const level = known
    .map((token) => tokenUrgency(token, at, thresholds))
    .reduce<Urgency | undefined>(
      (best, next) => (best !== undefined && isLessUrgent(best, next) ? best : next),
      undefined,
    );
  if (level !== undefined && level !== 'expired') return level;
  const hasExpired = level === 'expired' || tokens.some(({ status }) => status === 'EXPIRED');
  return hasExpired && known.length === usable.length ? 'expired' : 'none';
}

/** Whether one is less urgent than another. */
export function isLessUrgent(urgency: Urgency, than: Urgency): boolean {
  return URGENCIES.indexOf(urgency) < URGENCIES.indexOf(than);
}

/** From creation to expiry. Undefined when unknown: a `createdAt` that is not before the expiry, or lies ahead, is as good as none. */
function lifetimeMs({ createdAt, expiresAt }: Token, at: Instant): number | undefined {
  if (createdAt === undefined || expiresAt === undefined) return undefined;
  if (createdAt >= expiresAt || createdAt > at + FUTURE_TOLERANCE_MS) return undefined;
  return expiresAt - createdAt;
}

/** Shares of a token's whole life, from 0 at its creation to 1 at its expiry. */
export interface LifetimeProgress {
  readonly elapsed: number;
  readonly warningFrom: number;
  readonly criticalFrom: number;
}

/** How much of its life a token has behind it, and from where on it is urgent. Undefined when its length is unknown. */
export function lifetimeProgress(token: Token, at: Instant): LifetimeProgress | undefined {
  const lifetime = lifetimeMs(token, at);
  if (lifetime === undefined || token.expiresAt === undefined) return undefined;
  const used = 1 - (token.expiresAt - at) / lifetime;
  return {
    // Below 0 where two clocks differ, above 1 once it has expired.
    elapsed: Math.min(1, Math.max(0, used)),
    warningFrom: 1 - urgentBelowMs(DEFAULT_THRESHOLDS.warning, lifetime) / lifetime,
    criticalFrom: 1 - urgentBelowMs(DEFAULT_THRESHOLDS.critical, lifetime) / lifetime,
  };
}
