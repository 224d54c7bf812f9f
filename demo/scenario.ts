import { setTimeout as wait } from 'node:timers/promises';
import type { SimulatorState, User } from '../simulator/state.ts';
import { THRESHOLDS } from '../src/tokens/urgency.ts';

/** The token that lapses before eyes, in minutes instead of a year. */
export const EXPIRING_TOKEN = 'demo-rover';

const LIFETIME_MS = 5 * 60_000;
/** What is left of its life when the story begins. */
const INITIAL_REMAINING_MS = 100_000;

/** What happens to it, in milliseconds from the beginning of the story. */
export const TIMELINE = {
  warning: INITIAL_REMAINING_MS - LIFETIME_MS * THRESHOLDS.warning.lifetimeShare,
  critical: INITIAL_REMAINING_MS - LIFETIME_MS * THRESHOLDS.critical.lifetimeShare,
  expired: INITIAL_REMAINING_MS,
  replaced: INITIAL_REMAINING_MS + 40_000,
  deleted: INITIAL_REMAINING_MS + 60_000,
} as const;

/** A user whose credential works no longer, as the exporter has it. */
export function addRejectedUser(state: SimulatorState): User {
  const user = state.addUser('survey-lab');
  for (const token of user.tokens) user.revoke(token);
  return user;
}

/**
 * A token is forgotten, over and over: it nears its expiry, expires, is replaced too late, and deleted. Ends only by the
 * signal, by rejecting.
 *
 * @param report told of what has just happened; awaited
 */
export async function runScenario(
  user: User,
  report: (text: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = user.state;
  const create = (expiresAt: number) =>
    user.add({ name: EXPIRING_TOKEN, description: 'lives for minutes', createdAt: expiresAt - LIFETIME_MS, expiresAt });

  let current = create(clock.now() + INITIAL_REMAINING_MS);
  for (;;) {
    // By the token's own expiry, as waiting is not exact.
    const beginning = (current.expiresAt ?? 0) - INITIAL_REMAINING_MS;
    const until = async (ms: number) => {
      await wait(Math.max(0, beginning + ms - clock.now()), undefined, { signal });
    };
    await until(0);
    await report(`${EXPIRING_TOKEN} expires in ${INITIAL_REMAINING_MS / 1000} s, and nobody has replaced it`);
    await until(TIMELINE.warning);
    await report(`${EXPIRING_TOKEN} has a quarter of its life left: PointOneTokenExpiringSoon, warning`);
    await until(TIMELINE.critical);
    await report(`${EXPIRING_TOKEN} has a tenth of its life left: PointOneTokenExpiringSoon, critical`);
    await until(TIMELINE.expired);
    await report(`${EXPIRING_TOKEN} has expired: PointOneTokenExpired`);
    await until(TIMELINE.replaced);
    const successor = create(clock.now() + LIFETIME_MS);
    await report(`${EXPIRING_TOKEN} is replaced: its successor has the same name and role, and another created_at`);
    await until(TIMELINE.deleted);
    user.remove(current);
    await report(`the old ${EXPIRING_TOKEN} is deleted: its series are gone`);
    current = successor;
  }
}
