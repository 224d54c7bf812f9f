import type { SimulatorState, User } from './state.ts';
import type { SimulatedToken } from './token.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** The users of the demo. */
export interface DemoUsers {
  readonly fleetEu: User;
  readonly fleetUs: User;
}

/**
 * Adds the users of the demo, `fleet-eu` and `fleet-us`, with a token in each state. Throws if a user of that name
 * exists.
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
  // A rotation in progress: the API lists both tokens until the old one is deleted.
  fleetEu.add({ name: 'fleet-sync', description: 'replaced', ...inDays(5) });
  fleetEu.add({ name: 'fleet-sync', description: 'replacement of fleet-sync', ...inDays(364) });

  const fleetUs = state.addUser('fleet-us', { credentialDays: 40 });
  fleetUs.add({ name: 'caster-ingest', description: 'NTRIP caster, Denver', ...inDays(200) });
  fleetUs.add({
    name: 'survey-legacy',
    description: 'no expiry in the API',
    createdAt: now - YEAR,
    expiresAt: null,
  });
  fleetUs.add({
    name: 'rover-17',
    description: 'undocumented status',
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
 * Adds `count` plausible tokens to the end of a user's list. The same count creates the same tokens relative to `from`,
 * in milliseconds since 1970 (default: the clock's instant). The tokens have no secret, because signing them would be
 * slow, so that none of them works as a credential.
 */
export function addTokens(user: User, count: number, from: number = user.state.clock.now()): void {
  const start = user.tokens.length;
  for (let index = start; index < start + count; index += 1) {
    // 7919 and 395 are coprime: the expiries cover all 395 days before one repeats.
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
