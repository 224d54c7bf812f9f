/** A simulated world with tokens in every state, and the rows that the dashboard must show, written by hand. */
import type { SimulatorState, User } from '../../../simulator/state.ts';
import type { SimulatedToken } from '../../../simulator/token.ts';
import type { PolicyConfig } from '../../../src/model/policy.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export type Urgency =
  | 'expired'
  | 'critical'
  | 'warning'
  | 'expiry unknown'
  | 'fine'
  | 'grouped'
  | 'replaced'
  | 'revoked';

/** The status and the creation time in a row of a group. */
const NOT_SHOWN = { status: '–', createdAt: null } as const;

/** A row as the table must show it: a token, or a group for which no token stands. */
export interface ExpectedToken {
  readonly job: string;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly status: string;
  readonly urgency: Urgency;
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
}

interface TokenOptions {
  /** Days from now until the token expires; null: unknown. */
  readonly left: number | null;
  /** Days from creation to expiry, a year by default; null: the creation time is unknown. */
  readonly lifetime?: number | null;
  readonly createdAt?: number;
  readonly status?: string;
  /** The status that the API returns instead of the one that follows from the dates; null: no status. */
  readonly apiStatus?: string | null;
  readonly role?: 'ROLE_READ_ONLY' | 'ROLE_READ_WRITE';
}

export class DashboardWorld {
  readonly expected: ExpectedToken[] = [];
  readonly #world: SimulatorState;

  constructor(world: SimulatorState) {
    this.#world = world;
  }

  /** Adds a token to the user of an account, with its expected urgency. */
  add(user: User, job: string, account: string, name: string, urgency: Urgency, life: TokenOptions): SimulatedToken {
    const now = this.#world.clock.now();
    const { left, lifetime = 365, role = 'ROLE_READ_WRITE', apiStatus } = life;
    const expiresAt = left === null ? null : now + left * DAY;
    const defaultCreatedAt = lifetime === null ? null : (expiresAt ?? now) - lifetime * DAY;
    const createdAt = life.createdAt ?? defaultCreatedAt;
    const token = user.add({
      name,
      role,
      createdAt,
      expiresAt,
      ...(apiStatus === undefined ? {} : { odd: { status: apiStatus } }),
    });
    if (urgency === 'revoked') user.revoke(token);
    const byDate = left !== null && left <= 0 ? 'EXPIRED' : 'ACTIVE';
    const status = urgency === 'revoked' ? 'REVOKED' : apiStatus === undefined ? byDate : (apiStatus ?? 'none');
    const shownName = name === '' ? 'none' : name;
    this.expected.push({ job, account, name: shownName, role, status, urgency, createdAt, expiresAt });
    return token;
  }

  /** Expects a row of its own for a group, in addition to the rows of its tokens. */
  addGroupRow(job: string, account: string, name: string, urgency: Urgency, expiresAt: number | null): void {
    this.expected.push({ job, account, name, role: 'ROLE_READ_WRITE', urgency, expiresAt, ...NOT_SHOWN });
  }

  /** Returns the rows of an account that cannot be read: one for each group. */
  lastKnownRows(job: string, account: string): ExpectedToken[] {
    const listed = this.expected.filter((token) => token.job === job && token.account === account);
    const deciding = listed.filter(({ urgency }) => !['grouped', 'replaced', 'revoked'].includes(urgency));
    const rows = deciding.filter(
      (token) => token.urgency !== 'expiry unknown' || !listed.some((other) => decides(other, token)),
    );
    const latest = new Map<string, ExpectedToken>();
    for (const row of rows) {
      const key = JSON.stringify([row.name, row.role]);
      if ((latest.get(key)?.expiresAt ?? 0) <= (row.expiresAt ?? 0)) latest.set(key, { ...row, ...NOT_SHOWN });
    }
    return [...latest.values()];
  }

  /** Counts the expected tokens at a level, once for each account, name and role. */
  count(urgency: Urgency, of: readonly ExpectedToken[] = this.expected): number {
    const groups = of
      .filter((token) => token.urgency === urgency)
      // A token of unknown expiry does not decide the urgency of its group if another token does.
      .filter((token) => urgency !== 'expiry unknown' || !of.some((other) => decides(other, token)))
      .map(({ job, account, name, role }) => JSON.stringify([job, account, name, role]));
    return new Set(groups).size;
  }
}

function decides(other: ExpectedToken, token: ExpectedToken): boolean {
  const same = (['job', 'account', 'name', 'role'] as const).every((key) => other[key] === token[key]);
  return same && ['critical', 'warning', 'fine'].includes(other.urgency);
}

/** The account `fleet-eu` of the job `pointone`: one or two tokens for every rule of urgency. */
export function addFleetEu(world: DashboardWorld, user: User): void {
  const add = (name: string, urgency: Urgency, life: TokenOptions) =>
    world.add(user, 'pointone', 'fleet-eu', name, urgency, life);
  const now = user.state.clock.now();

  add('caster-ingest', 'fine', { left: 300 });
  add('caster-ingest', 'critical', { left: 2.5, role: 'ROLE_READ_ONLY' });
  add('rover-provisioning', 'warning', { left: 10 });
  add('ci-nightly', 'critical', { left: 2 });
  add('dashboard', 'expired', { left: -3 });
  add('contractor-2025', 'revoked', { left: 120 });

  // Less than 14 and 3 days left, but with a lifetime of days.
  add('week-old key', 'fine', { left: 2, lifetime: 5 });
  add('fortnight key', 'warning', { left: 2, lifetime: 15 });

  // An unknown lifetime: only the absolute limits apply.
  add('creation unknown', 'critical', { left: 2, lifetime: null });
  add('created in the future', 'warning', { left: 10, createdAt: now + 30 * MINUTE });
  add('created after its expiry', 'critical', { left: 1, createdAt: now + 5 * DAY });
  // A small clock skew is valid: less than 3 days left, but more than a tenth of the lifetime.
  add('created in a moment', 'fine', { left: 2, createdAt: now + 2 * MINUTE });

  // Replaced by a fresh token, by one that expires soon itself, and by one of unknown expiry.
  add('fleet-sync', 'replaced', { left: 5 });
  add('fleet-sync', 'fine', { left: 364 });
  add('survey', 'replaced', { left: -2 });
  add('survey', 'critical', { left: 1.5, lifetime: 30 });
  add('archive', 'replaced', { left: -1 });
  add('archive', 'expiry unknown', { left: null });
  // Not replaced: the other token expires soon too, has an unknown expiry while this one still works, or is revoked.
  add('twins', 'critical', { left: 1, lifetime: 100 });
  add('twins', 'critical', { left: 2, lifetime: 120 });
  add('half-known', 'critical', { left: 2 });
  add('half-known', 'expiry unknown', { left: null, lifetime: 11 });
  add('left alone', 'expired', { left: -5 });
  add('left alone', 'revoked', { left: 200 });

  // Two at the same time, without need for action.
  add('parallel', 'replaced', { left: 200 });
  add('parallel', 'fine', { left: 364 });

  // Unusual statuses and dates.
  add('survey-legacy', 'expiry unknown', { left: null });
  add('rover-17', 'fine', { left: 60, apiStatus: 'SUSPENDED' });
  add('no status', 'fine', { left: 70, apiStatus: null });
  add('past and ACTIVE', 'expired', { left: -0.5, apiStatus: 'ACTIVE' });
  add('EXPIRED without a date', 'expired', { left: null, apiStatus: 'EXPIRED' });
  add('', 'warning', { left: 11 });
}

/** The policy of the account `fleet-us`, which the dashboard does not know. */
export const FLEET_US_POLICY: PolicyConfig = {
  tokenNames: [
    { name: 'rtk', match: ['rtk-*'] },
    { name: 'base', match: ['base', 'base-?'] },
    { name: 'relay', match: ['relay*'] },
  ],
  thresholds: DEFAULT_THRESHOLDS,
  names: [
    {
      name: 'slow to rotate',
      thresholds: { ...DEFAULT_THRESHOLDS, warning: { leftMs: 60 * DAY, lifetimeShare: 1 / 2 } },
    },
  ],
};

/** The account `fleet-us` of the job `pointone`: names that need escaping, and a policy of its own. */
export function addFleetUs(world: DashboardWorld, user: User): void {
  const add = (name: string, urgency: Urgency, life: TokenOptions) =>
    world.add(user, 'pointone', 'fleet-us', name, urgency, life);

  add('Vermessung Zürich 測量', 'fine', { left: 25, lifetime: 90, role: 'ROLE_READ_ONLY' });
  add('a.b (c) \\d+', 'warning', { left: 9 });
  add('the "blue" one', 'fine', { left: 90 });
  add('two\nlines', 'warning', { left: 8 });
  // The same name as in the other account: neither token replaces the other.
  add('fleet-sync', 'critical', { left: 1 });

  // A threshold of its own: 60 days. With those of the other names, it would not be urgent.
  add('slow to rotate', 'warning', { left: 50 });
  // Names that follow each other. The common name of the first ones is that of no token.
  add('rtk-1', 'grouped', { left: 5 });
  const { expiresAt: lastRtk } = add('rtk-2', 'grouped', { left: 10 });
  world.addGroupRow('pointone', 'fleet-us', 'rtk', 'warning', lastRtk);
  // The common name is that of a token that has been replaced.
  add('base', 'replaced', { left: 5 });
  const { expiresAt: lastBase } = add('base-2', 'grouped', { left: 300 });
  world.addGroupRow('pointone', 'fleet-us', 'base', 'fine', lastBase);
  add('relay 2', 'grouped', { left: null });
  world.addGroupRow('pointone', 'fleet-us', 'relay', 'expiry unknown', null);
}

/** The account `fleet-eu` of another job: the same names in another environment must not be mixed up. */
export function addStaging(world: DashboardWorld, user: User): void {
  const add = (name: string, urgency: Urgency, life: TokenOptions) =>
    world.add(user, 'staging', 'fleet-eu', name, urgency, life);
  add('caster-ingest', 'critical', { left: 1.2 });
  add('ci-nightly', 'fine', { left: 200 });
}
