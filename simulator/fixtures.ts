import type { SimulatedToken, SimulatorState, User } from './state.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** The users of the demonstration. */
export interface DemoUsers {
  readonly fleetEu: User;
  readonly fleetUs: User;
}

/**
 * Fills a world for demonstrations: two users, `fleet-eu` and `fleet-us`, with a token in every state. Throws
 * when the world has such users already.
 */
export function addDemoUsers(state: SimulatorState): DemoUsers {
  const now = state.clock.now();
  const inDays = (days: number, lifetime = YEAR): Pick<SimulatedToken, 'createdAt' | 'expiresAt'> => {
    const expiresAt = now + days * DAY;
    return { createdAt: expiresAt - lifetime, expiresAt };
  };

  const fleetEu = state.addUser('fleet-eu');
  fleetEu.add({ name: 'caster-ingest', description: 'NTRIP caster, Frankfurt', ...inDays(364) });
  fleetEu.add({ name: 'rover-provisioning', description: 'creates devices', ...inDays(10) });
  fleetEu.add({ name: 'ci-nightly', description: 'integration tests', ...inDays(2, 90 * DAY) });
  fleetEu.add({ name: 'dashboard', role: 'ROLE_READ_ONLY', ...inDays(-3) });
  fleetEu.revoke(fleetEu.add({ name: 'contractor-2025', description: 'left in October', ...inDays(120) }));
  // A replacement under way: both are listed until the old one is deleted.
  fleetEu.add({ name: 'fleet-sync', description: 'replaced', ...inDays(5) });
  fleetEu.add({ name: 'fleet-sync', description: 'replaces the one above', ...inDays(364) });

  const fleetUs = state.addUser('fleet-us', { credentialDays: 40 });
  fleetUs.add({ name: 'caster-ingest', description: 'NTRIP caster, Denver', ...inDays(200) });
  fleetUs.add({
    name: 'survey-legacy',
    description: 'the API says no expiry',
    createdAt: now - YEAR,
    expiresAt: null,
  });
  fleetUs.add({
    name: 'rover-17',
    description: 'a status nobody documented',
    ...inDays(60),
    odd: { status: 'SUSPENDED' },
  });
  fleetUs.add({
    name: 'Vermessung Zürich 測量 🛰️',
    description: 'Unicode',
    role: 'ROLE_READ_ONLY',
    ...inDays(25),
  });
  fleetUs.add({ name: 'the "blue" rover\\trailer', description: 'quotes,\na new line', ...inDays(90) });
  return { fleetEu, fleetUs };
}

const SITES = ['berlin', 'denver', 'lyon', 'osaka', 'perth', 'porto', 'quito', 'zürich'];
const PURPOSES = ['caster', 'rover', 'survey', 'sync', 'ci', 'dashboard'];

/**
 * Adds `count` plausible tokens to the end of a user's list. The same count gives the same tokens relative to
 * `from` (milliseconds since 1970; the clock's instant when left out). They have no value, so none can be
 * used to log in: signing is what would make this slow.
 */
export function addTokens(user: User, count: number, from: number = user.state.clock.now()): void {
  const start = user.tokens.length;
  for (let index = start; index < start + count; index += 1) {
    // 7919 is prime to 395: the expiries visit each of 395 days before they repeat one.
    const expiresAt = from - 30 * DAY + ((index * 7919) % 395) * DAY + (index % 86_400) * 1000;
    const site = SITES[index % SITES.length] ?? '';
    const purpose = PURPOSES[index % PURPOSES.length] ?? '';
    user.tokens.push({
      name: `${site}-${purpose}-${String(index).padStart(6, '0')}`,
      description: index % 3 === 0 ? null : `${purpose} at ${site}, batch ${Math.floor(index / 100)}`,
      role: index % 4 === 0 ? 'ROLE_READ_WRITE' : 'ROLE_READ_ONLY',
      status: index % 97 === 0 ? 'REVOKED' : 'ACTIVE',
      createdAt: expiresAt - YEAR,
      expiresAt: index % 211 === 0 ? null : expiresAt,
    });
  }
  user.state.touch();
}
