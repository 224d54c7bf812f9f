import { isUsable, type VanishedToken } from './known-state.ts';
import { DAY, MINUTE } from './life.ts';
import type { ListedToken } from './scrape.ts';

/** The known tokens that share target labels, account, name and role. */
export interface TokenGroup {
  readonly listed: readonly ListedToken[];
  readonly vanished: readonly VanishedToken[];
  readonly expiredSince: ReadonlyMap<string, number>;
}

const MAX_CREATED_AHEAD = 5 * MINUTE;
const CRITICAL_FOR = 14 * DAY;
const UNLISTED_ALERTS_FOR = 28 * DAY;

/** The limits of each level: seconds left, and share of the lifetime left. */
const LEVELS = { warning: [14 * DAY, 1 / 4], critical: [3 * DAY, 1 / 10] } as const;

/** Returns the expiry alerts that must fire for the group, as `AlertName/severity`. */
export function expiryAlerts(group: TokenGroup, at: number): string[] {
  const usable = group.listed.filter(isUsable);
  const dated = usable.filter((token): token is TokenWithExpiry => token.expiresAt !== undefined);
  if (dated.some((token) => token.expiresAt > at)) {
    return (['warning', 'critical'] as const)
      .filter((level) => dated.every((token) => hasReachedLevel(level, token, at)))
      .map((level) => `PointOneTokenExpiringSoon/${level}`);
  }
  if (usable.length > dated.length) return [];
  const instants = [
    ...dated.map((token) => token.expiresAt),
    ...group.listed.filter(({ status }) => status === 'EXPIRED').map((token) => expiredAt(token, group, at)),
    ...group.vanished.flatMap(({ token: { expiresAt = at } }) =>
      expiresAt <= at && expiresAt > at - UNLISTED_ALERTS_FOR ? [expiresAt] : [],
    ),
  ];
  if (instants.length === 0) return [];
  return [`PointOneTokenExpired/${Math.max(...instants) > at - CRITICAL_FOR ? 'critical' : 'info'}`];
}

type TokenWithExpiry = ListedToken & { readonly expiresAt: number };

function hasReachedLevel(level: keyof typeof LEVELS, token: TokenWithExpiry, at: number): boolean {
  const left = token.expiresAt - at;
  const [seconds, share] = LEVELS[level];
  if (left <= 0) return true;
  const lifetime = lifetimeOf(token, at);
  return left < seconds && (lifetime === undefined || left < lifetime * share);
}

/** Returns undefined if createdAt is missing or cannot be correct. */
function lifetimeOf({ createdAt, expiresAt }: TokenWithExpiry, at: number): number | undefined {
  if (createdAt === undefined || createdAt >= expiresAt || createdAt > at + MAX_CREATED_AHEAD) return undefined;
  return expiresAt - createdAt;
}

/** Returns the expiry date if it has passed; otherwise the time at which the status EXPIRED was first seen. */
function expiredAt(token: ListedToken, group: TokenGroup, at: number): number {
  if (token.expiresAt !== undefined && token.expiresAt <= at) return token.expiresAt;
  return group.expiredSince.get(token.key) ?? at;
}
