import type { Deadlines } from '../../../src/model/deadlines.ts';
import type { Token } from '../../../src/model/token.ts';

/** A list of an account, and when it was read. */
export interface ReadList {
  readonly at: number;
  readonly tokens: readonly Token[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A token that counts for the deadlines. */
interface Counted {
  readonly token: Token;
  /** When a token of status EXPIRED was first seen so. */
  readonly since: number | undefined;
  readonly isListed: boolean;
}

/**
 * Computes the deadlines under the default policy by a replay of all lists, at most seven days apart. It states the rules one after the other and
 * shares no code with the exporter.
 */
export function expectedDeadlines(lists: readonly ReadList[]): Deadlines[] {
  let counted: Counted[] = [];
  let readAt = Number.NaN;
  for (const { at, tokens } of lists) {
    const listed = tokens
      .filter((token) => isExported(token, tokens))
      .map((token) => ({
        token,
        since: token.statusClass === 'EXPIRED' ? Math.min(at, sinceOf(token, counted) ?? at) : undefined,
        isListed: true,
      }));
    const missing = counted.filter(({ token }) => !tokens.some((other) => isSame(token, other)));
    const unlisted = missing
      .filter(({ token, isListed }) => !isListed || leftAtExpiry(token, readAt, at))
      .map(({ token, since }) => ({ token: asUsable(token, since), since: undefined, isListed: false }))
      .filter(({ token }) => at < (token.expiresAt ?? 0) + 28 * DAY);
    counted = [...listed, ...unlisted];
    readAt = at;
  }
  const living = counted.filter(({ token }) => token.statusClass !== 'REVOKED');
  const groupOf = ({ token }: Counted): string => JSON.stringify([token.name, token.role]);
  const groups = new Map(counted.map((one) => [groupOf(one), one.token]));
  return Array.from(groups, ([group, token]) =>
    deadlinesOf(
      token,
      living.filter((one) => groupOf(one) === group),
      readAt,
    ),
  );
}

function isSame(a: Token, b: Token): boolean {
  return a.name === b.name && a.role === b.role && a.createdAt === b.createdAt;
}

/** Reports whether a token is the one of those with its labels that is exported. */
function isExported(token: Token, tokens: readonly Token[]): boolean {
  // Usable before inactive, unknown expiry before known, late before early; then any, as they do not differ here.
  const rank = ({ statusClass, expiresAt, status }: Token) =>
    [
      statusClass === 'EXPIRED' || statusClass === 'REVOKED' ? 0 : 1,
      expiresAt ?? Number.POSITIVE_INFINITY,
      status,
    ] as const;
  const compare = (a: Token, b: Token): number => {
    const [left, right] = [rank(a), rank(b)];
    if (left[0] !== right[0]) return left[0] - right[0];
    if (left[1] !== right[1]) return left[1] < right[1] ? -1 : 1;
    // The status that sorts first wins.
    return left[2] === right[2] ? 0 : left[2] < right[2] ? 1 : -1;
  };
  const best = tokens.filter((other) => isSame(token, other)).reduce((a, b) => (compare(b, a) > 0 ? b : a));
  return best === token;
}

function sinceOf(token: Token, known: readonly Counted[]): number | undefined {
  return known.find((one) => one.isListed && isSame(one.token, token))?.since;
}

function leftAtExpiry({ statusClass, expiresAt }: Token, lastSeen: number, missedAt: number): boolean {
  if (statusClass === 'REVOKED' || expiresAt === undefined) return false;
  return expiresAt >= lastSeen - 10 * MINUTE && expiresAt <= missedAt + 10 * MINUTE;
}

function asUsable(token: Token, since: number | undefined): Token {
  const expiresAt = Math.min(token.expiresAt ?? Number.NaN, since ?? Number.POSITIVE_INFINITY);
  return { ...token, status: 'ACTIVE', statusClass: 'ACTIVE', expiresAt };
}

/** @param group the tokens that are not revoked */
function deadlinesOf({ name, role }: Token, group: readonly Counted[], readAt: number): Deadlines {
  const doubtless = group.filter(({ token }) => token.status !== 'PAUSED');
  return {
    name,
    role,
    ...latestOf(group, readAt),
    trusted: doubtless.length < group.length ? latestOf(doubtless, readAt) : undefined,
    isUnlisted: group.length > 0 && group.every(({ isListed }) => !isListed),
  };
}

function latestOf(group: readonly Counted[], readAt: number) {
  const usable = group.map(({ token }) => token).filter(({ statusClass }) => statusClass !== 'EXPIRED');
  const dead = group.filter(({ token }) => token.statusClass === 'EXPIRED');
  const known = usable.filter(({ expiresAt }) => expiresAt !== undefined);
  const expiries = known.map(({ expiresAt }) => Number(expiresAt));
  const ends = dead.map(({ token, since }) => Math.min(Number(since), token.expiresAt ?? Number(since)));
  return {
    warning: latest(known.map((token) => urgentFrom(token, readAt, 14 * DAY, 1 / 4))),
    critical: latest(known.map((token) => urgentFrom(token, readAt, 3 * DAY, 1 / 10))),
    expired: known.length < usable.length ? undefined : latest([...expiries, ...ends]),
    lastExpiry: latest(expiries),
  };
}

/** Returns when less than `leftMs` and less than this share of the lifetime are left, in whole milliseconds. */
function urgentFrom(
  { createdAt, expiresAt = Number.NaN }: Token,
  readAt: number,
  leftMs: number,
  share: number,
): number {
  const isPlausible = createdAt !== undefined && createdAt < expiresAt && createdAt <= readAt + 5 * MINUTE;
  return expiresAt - Math.ceil(isPlausible ? Math.min(leftMs, (expiresAt - createdAt) * share) : leftMs);
}

function latest(instants: readonly number[]): number | undefined {
  return instants.length === 0 ? undefined : Math.max(...instants);
}
