import { DAY, type Deployment, HOUR, type Life, MINUTE, scrapeTimes } from './life.ts';
import { isInactive, type ListedToken, scrape, type Target } from './scrape.ts';

/** A token that disappeared from the lists around its expiry. */
export interface VanishedToken {
  readonly token: ListedToken;
  /** False if the instants are so close to a limit that both interpretations are correct. */
  readonly certain: boolean;
}

/** What is known about an account at one scrape, from all its replicas together. */
export interface KnownState {
  readonly at: number;
  /** The time since which the account may be removed from the configuration; undefined if it is not. */
  readonly removedAt: number | undefined;
  /** The time at which the list was last read. */
  readonly readAt: number;
  readonly list: ReadonlyMap<string, ListedToken>;
  /** Equal for lists that contain the same tokens with the same statuses. */
  readonly fingerprint: string;
  readonly vanished: ReadonlyMap<string, VanishedToken>;
  /** The times at which tokens were first seen with the status EXPIRED. */
  readonly expiredSince: ReadonlyMap<string, number>;
  /** Whether each expected token (`expectationKey`) was present when the list was last read. */
  readonly expected: ReadonlyMap<string, boolean>;
}

/** The last list stays valid for this long while fetches fail. */
export const LIST_VALID_FOR = 7 * DAY;

/** A token that disappears from the lists this close to its expiry has expired. */
const NEAR_EXPIRY = 10 * MINUTE;

/** Within this distance of a limit, the oracle accepts both sides. */
const TOLERANCE = MINUTE;

/** A removal can stay uncertain for this long if no exporter that had the account confirms it. */
const REMOVAL_UNCERTAIN_FOR = 16 * MINUTE;

/** An exporter that was absent for longer may be treated as a different one. */
const EXPORTER_REMEMBERED_FOR = HOUR;

/** Returns what is known about an account at each scrape; undefined if nothing is known or the account was removed. */
export function knownStates(life: Life, deployment: Deployment, account: string): (KnownState | undefined)[] {
  const lastExposedAt = new Map<string, number>();
  let known: KnownState | undefined;
  return scrapeTimes(life).map((at) => {
    const targets = scrape(deployment, at);
    for (const { id } of targetsWith(targets, account)) lastExposedAt.set(id, at);
    if (!isRemoved(targets, account)) {
      known = nextState(known, targets, account, at);
      return known;
    }
    const removedAt = known?.removedAt ?? at;
    const uncertain = deployment.layout === 'metrics' && !isConfirmedBy(targets, lastExposedAt, removedAt);
    known = known && uncertain && at - removedAt < REMOVAL_UNCERTAIN_FOR ? { ...known, at, removedAt } : undefined;
    return known;
  });
}

function targetsWith(targets: readonly Target[], account: string): Target[] {
  return targets.filter(({ accounts }) => accounts.some((accountScrape) => accountScrape.account === account));
}

/** Reports whether an exporter that recently had the account is up without it. */
function isConfirmedBy(targets: readonly Target[], lastExposedAt: ReadonlyMap<string, number>, at: number): boolean {
  return targets.some(
    ({ id, state }) =>
      state === 'up' && at - (lastExposedAt.get(id) ?? Number.NEGATIVE_INFINITY) <= EXPORTER_REMEMBERED_FOR,
  );
}

/** Reports whether no replica exposes the account although an exporter that would expose it is up. */
function isRemoved(targets: readonly Target[], account: string): boolean {
  if (targetsWith(targets, account).length > 0) return false;
  const own = targets.filter(({ id }) => id.endsWith(' metrics') || id.endsWith(` ${account}`));
  const others = targets.some(({ accounts }) => accounts.length > 0);
  return own.some(({ state }) => state === 'up') || (own.every(({ state }) => state === 'gone') && others);
}

function nextState(
  before: KnownState | undefined,
  targets: readonly Target[],
  account: string,
  at: number,
): KnownState | undefined {
  const successful = targets
    .flatMap((target) => target.accounts)
    .filter((accountScrape) => accountScrape.account === account && accountScrape.list !== undefined);
  if (successful.length === 0) return before && { ...before, at, removedAt: undefined };
  const list = new Map(
    successful.flatMap((accountScrape) => shownTokens(accountScrape.list ?? []).map((token) => [token.key, token])),
  );
  const expected = new Map<string, boolean>();
  for (const { name, role, present } of successful.flatMap((accountScrape) => accountScrape.expected)) {
    const key = expectationKey(name, role);
    expected.set(key, present || (expected.get(key) ?? false));
  }
  return {
    at,
    removedAt: undefined,
    readAt: at,
    list,
    fingerprint: [...list.values()].map(({ key, status }) => key + status).join(' '),
    vanished: updateVanished(before, list, at),
    expiredSince: updateExpiredSince(before, list, at),
    expected,
  };
}

/**
 * Returns one of the tokens with the same name, role and creation time, as the metrics cannot show both: a usable one
 * first, then one of unknown expiry, then the one that expires last.
 */
export function shownTokens(list: readonly ListedToken[]): ListedToken[] {
  const rank = (token: ListedToken): number => (isUsable(token) ? 1 : 0);
  const expiry = ({ expiresAt = Number.POSITIVE_INFINITY }: ListedToken): number => expiresAt;
  const shown = new Map<string, ListedToken>();
  for (const token of list.toSorted((a, b) => rank(a) - rank(b) || (expiry(a) < expiry(b) ? -1 : 1))) {
    shown.set(token.key, token);
  }
  return [...shown.values()];
}

export function expectationKey(name: string, role: string): string {
  return JSON.stringify([name, role]);
}

function updateVanished(
  before: KnownState | undefined,
  list: ReadonlyMap<string, ListedToken>,
  at: number,
): ReadonlyMap<string, VanishedToken> {
  const vanished = new Map(before?.vanished);
  // For a token that is listed again, only the list counts.
  for (const key of list.keys()) vanished.delete(key);
  for (const [key, token] of before?.list ?? []) {
    if (before === undefined || list.has(key) || token.expiresAt === undefined || token.status === 'REVOKED') continue;
    const early = token.expiresAt - (before.readAt - NEAR_EXPIRY);
    const late = at + NEAR_EXPIRY - token.expiresAt;
    if (early < -TOLERANCE || late < -TOLERANCE) continue;
    vanished.set(key, { token, certain: early > TOLERANCE && late > TOLERANCE && at - before.readAt < LIST_VALID_FOR });
  }
  return vanished;
}

function updateExpiredSince(
  before: KnownState | undefined,
  list: ReadonlyMap<string, ListedToken>,
  at: number,
): ReadonlyMap<string, number> {
  const since = new Map(before?.expiredSince);
  for (const [key, token] of list) {
    if (token.status !== 'EXPIRED') since.delete(key);
    else if (!since.has(key)) since.set(key, at);
  }
  return since;
}

export function isUsable(token: ListedToken): boolean {
  return !isInactive(token);
}
