import { DAY, type Deployment, HOUR, type Life, MINUTE, scrapeTimes } from './life.ts';
import { isInactive, type ListedToken, scrape, type Target } from './scrape.ts';

/** A token that vanished from the lists when it expired. */
export interface VanishedToken {
  readonly token: ListedToken;
  /** False where the instants lie so close to the limit that either reading is right. */
  readonly certain: boolean;
}

/** What can be known of an account at one scrape, all its replicas taken together. */
export interface KnownState {
  readonly at: number;
  /** Since when the account may have been removed from the configuration; undefined while it was not. */
  readonly removedAt: number | undefined;
  /** When the list was last read. */
  readonly readAt: number;
  readonly list: ReadonlyMap<string, ListedToken>;
  /** Equal for lists that hold the same tokens in the same state. */
  readonly fingerprint: string;
  readonly vanished: ReadonlyMap<string, VanishedToken>;
  /** When tokens were first seen with the status EXPIRED. */
  readonly expiredSince: ReadonlyMap<string, number>;
  /** Whether each expectation (`name role`) was met when the list was last read. */
  readonly expected: ReadonlyMap<string, boolean>;
}

/** For how long the last list read counts while none can be. */
export const LIST_VALID_FOR = 7 * DAY;

/** A token that leaves the lists this close to its expiry has expired. */
const NEAR_EXPIRY = 10 * MINUTE;

/** Closer to a limit than this, the oracle takes either side. */
const TOLERANCE = MINUTE;

/** A removal that only other exporters than those that had the account can tell of may be doubted for this long. */
const REMOVAL_UNCERTAIN_FOR = 16 * MINUTE;

/** An exporter that was away for longer may be taken for another one. */
const EXPORTER_REMEMBERED_FOR = HOUR;

/** What can be known of an account, scrape by scrape; undefined where it is not known at all, or removed. */
export function knownStates(life: Life, place: Deployment, account: string): (KnownState | undefined)[] {
  const exposers = new Map<string, number>();
  let known: KnownState | undefined;
  return scrapeTimes(life).map((at) => {
    const targets = scrape(place, at);
    for (const { id } of targetsWith(targets, account)) exposers.set(id, at);
    if (!isRemoved(targets, account)) {
      known = nextState(known, targets, account, at);
      return known;
    }
    const removedAt = known?.removedAt ?? at;
    const doubted = place.layout === 'metrics' && !isConfirmedBy(targets, exposers, removedAt);
    known = known && doubted && at - removedAt < REMOVAL_UNCERTAIN_FOR ? { ...known, at, removedAt } : undefined;
    return known;
  });
}

function targetsWith(targets: readonly Target[], account: string): Target[] {
  return targets.filter(({ accounts: exposures }) => exposures.some((exposure) => exposure.account === account));
}

/** Whether an exporter that lately had the account answers without it. */
function isConfirmedBy(targets: readonly Target[], exposers: ReadonlyMap<string, number>, at: number): boolean {
  return targets.some(
    ({ id, state }) => state === 'up' && at - (exposers.get(id) ?? Number.NEGATIVE_INFINITY) <= EXPORTER_REMEMBERED_FOR,
  );
}

/** No replica says anything of it, and there is an exporter that would if it still had it to watch. */
function isRemoved(targets: readonly Target[], account: string): boolean {
  if (targetsWith(targets, account).length > 0) return false;
  const own = targets.filter(({ id }) => id.endsWith(' metrics') || id.endsWith(` ${account}`));
  const others = targets.some(({ accounts: exposures }) => exposures.length > 0);
  return own.some(({ state }) => state === 'up') || (own.every(({ state }) => state === 'gone') && others);
}

function nextState(
  before: KnownState | undefined,
  targets: readonly Target[],
  account: string,
  at: number,
): KnownState | undefined {
  const reading = targets
    .flatMap((target) => target.accounts)
    .filter((exposure) => exposure.account === account && exposure.list !== undefined);
  if (reading.length === 0) return before && { ...before, at, removedAt: undefined };
  const list = new Map(
    reading.flatMap((exposure) => (exposure.list ?? []).map((token) => [token.key, token] as const)),
  );
  const expected = new Map<string, boolean>();
  for (const { name, role, present } of reading.flatMap((exposure) => exposure.expected)) {
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

export function expectationKey(name: string, role: string): string {
  return JSON.stringify([name, role]);
}

function updateVanished(
  before: KnownState | undefined,
  list: ReadonlyMap<string, ListedToken>,
  at: number,
): ReadonlyMap<string, VanishedToken> {
  const vanished = new Map(before?.vanished);
  // What is listed again is judged by the list.
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
