import { describe, expect, it } from 'vitest';
import { SimulatorState } from '../../../simulator/state.ts';
import { createPolicy, DEFAULT_POLICY } from '../../../src/model/policy.ts';
import { groupUrgency } from '../../../src/model/urgency.ts';
import { classifyStatus } from '../support/builders.ts';
import {
  addFleetEu,
  addFleetUs,
  addStaging,
  DashboardWorld,
  type ExpectedToken,
  FLEET_US_POLICY,
  type Urgency,
} from './world.ts';

const FLEET_US = createPolicy(FLEET_US_POLICY);
const policyOf = ({ account }: ExpectedToken) => (account === 'fleet-us' ? FLEET_US : DEFAULT_POLICY);

function keyOf(token: ExpectedToken): string {
  return JSON.stringify([token.job, token.account, policyOf(token).groupName(token.name), token.role]);
}

/** The levels of a group, by their name in the model. */
const LEVELS: Readonly<Record<string, Urgency>> = { expired: 'expired', critical: 'critical', warning: 'warning' };

/** The states of a single token, which say nothing about its group. */
const OWN_STATES: readonly Urgency[] = ['grouped', 'replaced', 'revoked'];

/** Converts an expected row of the dashboard to a token of the model. */
const tokenOf = ({ name, role, status, createdAt, expiresAt }: ExpectedToken) => ({
  name,
  role,
  status,
  statusClass: classifyStatus(status),
  description: '',
  createdAt: createdAt ?? undefined,
  expiresAt: expiresAt ?? undefined,
  unreadable: [],
});

describe('the simulated world for the dashboard', () => {
  const simulated = new SimulatorState();
  const world = new DashboardWorld(simulated);
  addFleetEu(world, simulated.addUser('eu'));
  addFleetUs(world, simulated.addUser('us'));
  addStaging(world, simulated.addUser('staging'));
  const groups = new Map<string, ExpectedToken[]>();
  for (const token of world.expected) groups.set(keyOf(token), [...(groups.get(keyOf(token)) ?? []), token]);

  it('expects the same urgency as model/urgency.ts', () => {
    for (const [key, rows] of groups) {
      const tokens = rows.filter(({ status }) => status !== '–');
      const [first] = tokens;
      if (first === undefined) throw new Error(`${key} has no token`);
      const thresholds = policyOf(first).thresholds(policyOf(first).groupName(first.name));
      const level = LEVELS[groupUrgency(tokens.map(tokenOf), Date.now(), thresholds)];
      const shown = new Set(rows.map(({ urgency }) => urgency).filter((urgency) => !OWN_STATES.includes(urgency)));
      // Beside other levels, an unknown expiry is that of a single token.
      if (shown.size > 1) shown.delete('expiry unknown');
      if (level === undefined) expect(['fine', 'expiry unknown', undefined], key).toContain([...shown][0]);
      else expect([...shown], key).toEqual([level]);
      expect(shown.size, key).toBeLessThanOrEqual(1);
    }
  });

  it('contains every state more than once', () => {
    for (const urgency of [
      'expired',
      'critical',
      'warning',
      'expiry unknown',
      'fine',
      'grouped',
      'replaced',
      'revoked',
    ] as const) {
      expect(world.expected.filter((token) => token.urgency === urgency).length, urgency).toBeGreaterThan(1);
    }
  });
});
