import { isUsable, type Vanished } from './known-state.ts';
import { DAY, MINUTE } from './life.ts';
import type { Seen } from './scrape.ts';

/** What is known of the tokens that share target labels, account, name and role. */
export interface Group {
  readonly listed: readonly Seen[];
  readonly vanished: readonly Vanished[];
  readonly expiredSince: ReadonlyMap<string, number>;
}

const CREATED_AHEAD = 5 * MINUTE;
const PAGED = 14 * DAY;
const REMEMBERED = 28 * DAY;

/** The limits of each level: seconds left, and the part of the lifetime left. */
const LEVELS = { warning: [14 * DAY, 1 / 4], critical: [3 * DAY, 1 / 10] } as const;

/** `AlertName/severity` of what has to fire for the group because time runs out, or has run out. */
export function verdict(group: Group, at: number): string[] {
  const usable = group.listed.filter(isUsable);
  const dated = usable.filter((token): token is Dated => token.expiresAt !== undefined);
  if (dated.some((token) => token.expiresAt > at)) {
    return (['warning', 'critical'] as const)
      .filter((level) => dated.every((token) => hasReached(level, token, at)))
      .map((level) => `PointOneTokenExpiringSoon/${level}`);
  }
  if (usable.length > dated.length) return [];
  const instants = [
    ...dated.map((token) => token.expiresAt),
    ...group.listed.filter(({ status }) => status === 'EXPIRED').map((token) => expiredAt(token, group, at)),
    ...group.vanished.flatMap(({ token: { expiresAt = at } }) =>
      expiresAt <= at && expiresAt > at - REMEMBERED ? [expiresAt] : [],
    ),
  ];
  if (instants.length === 0) return [];
  return [`PointOneTokenExpired/${Math.max(...instants) > at - PAGED ? 'critical' : 'info'}`];
}

type Dated = Seen & { readonly expiresAt: number };

function hasReached(level: keyof typeof LEVELS, token: Dated, at: number): boolean {
  const left = token.expiresAt - at;
  const [seconds, part] = LEVELS[level];
  if (left <= 0) return true;
  const lifetime = lifetimeOf(token, at);
  return left < seconds && (lifetime === undefined || left < lifetime * part);
}

/** Undefined unless there is a createdAt that can be true. */
function lifetimeOf({ createdAt, expiresAt }: Dated, at: number): number | undefined {
  if (createdAt === undefined || createdAt >= expiresAt || createdAt > at + CREATED_AHEAD) return undefined;
  return expiresAt - createdAt;
}

/** Its date where that is past; without one, since it was first said to be expired. */
function expiredAt(token: Seen, group: Group, at: number): number {
  if (token.expiresAt !== undefined && token.expiresAt <= at) return token.expiresAt;
  return group.expiredSince.get(token.key) ?? at;
}
