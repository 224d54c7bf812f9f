import { setTimeout as wait } from 'node:timers/promises';
import type { SimulatorState, User } from '../simulator/state.ts';
import { DEFAULT_THRESHOLDS } from '../src/model/urgency.ts';

/** The token that expires during the demo. Its lifetime is minutes instead of a year. */
export const EXPIRING_TOKEN = 'demo-rover';

const LIFETIME_MS = 5 * 60_000;
/** The remaining lifetime at the start of the scenario. */
const INITIAL_REMAINING_MS = 100_000;

/** The events of the scenario, in milliseconds from its start. */
export const TIMELINE = {
  warning: INITIAL_REMAINING_MS - LIFETIME_MS * DEFAULT_THRESHOLDS.warning.lifetimeShare,
  critical: INITIAL_REMAINING_MS - LIFETIME_MS * DEFAULT_THRESHOLDS.critical.lifetimeShare,
  expired: INITIAL_REMAINING_MS,
  replaced: INITIAL_REMAINING_MS + 40_000,
  deleted: INITIAL_REMAINING_MS + 60_000,
} as const;

/** Adds a user whose credential is revoked, so that the API rejects the exporter's requests. */
export function addRejectedUser(state: SimulatorState): User {
  const user = state.addUser('survey-lab');
  for (const token of user.tokens) user.revoke(token);
  return user;
}

/**
 * Runs the scenario repeatedly: a token approaches its expiry, expires, is replaced late, and the old token is deleted.
 * Never resolves; rejects when the signal aborts.
 *
 * @param report called with each event and awaited
 */
export async function runScenario(
  user: User,
  report: (text: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = user.state;
  const create = (expiresAt: number) =>
    user.add({ name: EXPIRING_TOKEN, description: 'valid for minutes', createdAt: expiresAt - LIFETIME_MS, expiresAt });

  let current = create(clock.now() + INITIAL_REMAINING_MS);
  for (;;) {
    // Relative to the token's expiry, because timers are not exact.
    const beginning = (current.expiresAt ?? 0) - INITIAL_REMAINING_MS;
    const until = async (ms: number) => {
      await wait(Math.max(0, beginning + ms - clock.now()), undefined, { signal });
    };
    await until(0);
    await report(`${EXPIRING_TOKEN} expires in ${INITIAL_REMAINING_MS / 1000} s and is not replaced yet`);
    await until(TIMELINE.warning);
    await report(`${EXPIRING_TOKEN} has a quarter of its lifetime left: PointOneTokenExpiringSoon, warning`);
    await until(TIMELINE.critical);
    await report(`${EXPIRING_TOKEN} has a tenth of its lifetime left: PointOneTokenExpiringSoon, critical`);
    await until(TIMELINE.expired);
    await report(`${EXPIRING_TOKEN} has expired: PointOneTokenExpired`);
    await until(TIMELINE.replaced);
    const successor = create(clock.now() + LIFETIME_MS);
    await report(`${EXPIRING_TOKEN} is replaced: the new token has the same name and role, and a different created_at`);
    await until(TIMELINE.deleted);
    user.remove(current);
    await report(`the old ${EXPIRING_TOKEN} is deleted: its series end`);
    current = successor;
  }
}
