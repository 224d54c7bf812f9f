/** A simulated world with tokens in every state, and the rows that the dashboard must show, written by hand. */
import type { SimulatorState, User } from '../../../simulator/state.ts';
import type { SimulatedToken } from '../../../simulator/token.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export type Urgency = 'expired' | 'critical' | 'warning' | 'expiry unknown' | 'fine' | 'replaced' | 'revoked';

/** A token as the table must show it. */
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

  // Unusual statuses and dates.
  add('survey-legacy', 'expiry unknown', { left: null });
  add('rover-17', 'fine', { left: 60, apiStatus: 'SUSPENDED' });
  add('no status', 'fine', { left: 70, apiStatus: null });
  add('past and ACTIVE', 'expired', { left: -0.5, apiStatus: 'ACTIVE' });
  add('EXPIRED without a date', 'expired', { left: null, apiStatus: 'EXPIRED' });
  add('', 'warning', { left: 11 });
}

/** The account `fleet-us` of the job `pointone`: names that need escaping. */
export function addFleetUs(world: DashboardWorld, user: User): void {
  const add = (name: string, urgency: Urgency, life: TokenOptions) =>
    world.add(user, 'pointone', 'fleet-us', name, urgency, life);
  add('Vermessung Zürich 測量', 'fine', { left: 25, lifetime: 90, role: 'ROLE_READ_ONLY' });
  add('a.b (c) \\d+', 'warning', { left: 9 });
  add('the "blue" one', 'fine', { left: 90 });
  add('two\nlines', 'warning', { left: 8 });
  // The same name as in the other account: neither token replaces the other.
  add('fleet-sync', 'critical', { left: 1 });
}

/** The account `fleet-eu` of another job: the same names in another environment must not be mixed up. */
export function addStaging(world: DashboardWorld, user: User): void {
  const add = (name: string, urgency: Urgency, life: TokenOptions) =>
    world.add(user, 'staging', 'fleet-eu', name, urgency, life);
  add('caster-ingest', 'critical', { left: 1.2 });
  add('ci-nightly', 'fine', { left: 200 });
}
