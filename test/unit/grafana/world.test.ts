import { describe, expect, it } from 'vitest';
import { SimulatorState } from '../../../simulator/state.ts';
import { groupUrgency } from '../../../src/model/urgency.ts';
import { classifyStatus } from '../support/builders.ts';
import { addFleetEu, addFleetUs, addStaging, DashboardWorld, type ExpectedToken } from './world.ts';

const keyOf = ({ job, account, name, role }: ExpectedToken): string => JSON.stringify([job, account, name, role]);

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
    const counts = { none: 0, warning: 0, critical: 0, expired: 0 };
    for (const tokens of groups.values()) counts[groupUrgency(tokens.map(tokenOf), Date.now())] += 1;
    const onlyRevoked = [...groups.values()].filter((tokens) => tokens.every(({ urgency }) => urgency === 'revoked'));
    expect(counts).toEqual({
      expired: world.count('expired'),
      critical: world.count('critical'),
      warning: world.count('warning'),
      none: world.count('fine') + world.count('expiry unknown') + onlyRevoked.length,
    });
  });

  it('contains every state more than once', () => {
    for (const urgency of [
      'expired',
      'critical',
      'warning',
      'expiry unknown',
      'fine',
      'replaced',
      'revoked',
    ] as const) {
      expect(world.expected.filter((token) => token.urgency === urgency).length, urgency).toBeGreaterThan(1);
    }
  });
});
