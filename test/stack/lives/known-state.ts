import { DAY, HOUR, instants, type Life, MINUTE, type Place } from './life.ts';
import { isDead, type Seen, scrape, type Target } from './scrape.ts';

/** A token that vanished from the lists when it expired. */
export interface Vanished {
  readonly token: Seen;
  /** False where the instants lie so close to the limit that either reading is right. */
  readonly certain: boolean;
}

/** What can be known of an account at one scrape, all its replicas taken together. */
export interface Knowledge {
  readonly at: number;
  /** Since when the account may have been removed from the configuration; undefined while it was not. */
  readonly removedAt: number | undefined;
  /** When the list was last read. */
  readonly readAt: number;
  readonly list: ReadonlyMap<string, Seen>;
  /** Equal for lists that hold the same tokens in the same state. */
  readonly fingerprint: string;
  readonly vanished: ReadonlyMap<string, Vanished>;
  /** When tokens were first seen with the status EXPIRED. */
  readonly expiredSince: ReadonlyMap<string, number>;
  /** Whether each expectation (`name role`) was met when the list was last read. */
  readonly expected: ReadonlyMap<string, boolean>;
}

/** For how long the last list read counts while none can be. */
export const CARRIED = 7 * DAY;

/** A token that leaves the lists this close to its expiry has expired. */
const AROUND_EXPIRY = 10 * MINUTE;

/** Closer to a limit than this, the oracle takes either side. */
const MARGIN = MINUTE;

/** A removal that only other exporters than those that had the account can tell of may be doubted for this long. */
const REMOVAL_DOUBTED = 16 * MINUTE;

/** An exporter that was away for longer may be taken for another one. */
const EXPORTER_RECALLED = HOUR;

/** What can be known of an account, scrape by scrape; undefined where it is not known at all, or removed. */
export function chronicle(life: Life, place: Place, account: string): (Knowledge | undefined)[] {
  const exposers = new Map<string, number>();
  let known: Knowledge | undefined;
  return instants(life).map((at) => {
    const targets = scrape(place, at);
    for (const { id } of exposing(targets, account)) exposers.set(id, at);
    if (!isRemoved(targets, account)) {
      known = next(known, targets, account, at);
      return known;
    }
    const removedAt = known?.removedAt ?? at;
    const doubted = place.layout === 'metrics' && !isToldBy(targets, exposers, removedAt);
    known = known && doubted && at - removedAt < REMOVAL_DOUBTED ? { ...known, at, removedAt } : undefined;
    return known;
  });
}

function exposing(targets: readonly Target[], account: string): Target[] {
  return targets.filter(({ exposures }) => exposures.some((exposure) => exposure.account === account));
}

/** Whether an exporter that lately had the account answers without it. */
function isToldBy(targets: readonly Target[], exposers: ReadonlyMap<string, number>, at: number): boolean {
  return targets.some(
    ({ id, state }) => state === 'up' && at - (exposers.get(id) ?? Number.NEGATIVE_INFINITY) <= EXPORTER_RECALLED,
  );
}

/** No replica says anything of it, and there is an exporter that would if it still had it to watch. */
function isRemoved(targets: readonly Target[], account: string): boolean {
  if (exposing(targets, account).length > 0) return false;
  const own = targets.filter(({ id }) => id.endsWith(' metrics') || id.endsWith(` ${account}`));
  const others = targets.some(({ exposures }) => exposures.length > 0);
  return own.some(({ state }) => state === 'up') || (own.every(({ state }) => state === 'gone') && others);
}

function next(
  before: Knowledge | undefined,
  targets: readonly Target[],
  account: string,
  at: number,
): Knowledge | undefined {
  const reading = targets
    .flatMap((target) => target.exposures)
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
    vanished: vanishedUntil(before, list, at),
    expiredSince: expiredUntil(before, list, at),
    expected,
  };
}

export function expectationKey(name: string, role: string): string {
  return JSON.stringify([name, role]);
}

function vanishedUntil(
  before: Knowledge | undefined,
  list: ReadonlyMap<string, Seen>,
  at: number,
): ReadonlyMap<string, Vanished> {
  const vanished = new Map(before?.vanished);
  // What is listed again is judged by the list.
  for (const key of list.keys()) vanished.delete(key);
  for (const [key, token] of before?.list ?? []) {
    if (before === undefined || list.has(key) || token.expiresAt === undefined || token.status === 'REVOKED') continue;
    const early = token.expiresAt - (before.readAt - AROUND_EXPIRY);
    const late = at + AROUND_EXPIRY - token.expiresAt;
    if (early < -MARGIN || late < -MARGIN) continue;
    vanished.set(key, { token, certain: early > MARGIN && late > MARGIN && at - before.readAt < CARRIED });
  }
  return vanished;
}

function expiredUntil(
  before: Knowledge | undefined,
  list: ReadonlyMap<string, Seen>,
  at: number,
): ReadonlyMap<string, number> {
  const since = new Map(before?.expiredSince);
  for (const [key, token] of list) {
    if (token.status !== 'EXPIRED') since.delete(key);
    else if (!since.has(key)) since.set(key, at);
  }
  return since;
}

export function isUsable(token: Seen): boolean {
  return !isDead(token);
}
