import { setTimeout as wait } from 'node:timers/promises';
import type { User } from '../simulator/world.ts';

const LIFETIME_MS = 60_000;
const NAME = 'demo-rover';

/**
 * The normal life of a token, over and over, in minutes instead of a year: it nears its expiry, a successor of the
 * same name and role is created, both are listed, the old one expires and is deleted. Ends when the signal aborts.
 */
export async function tellStory(user: User, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  const create = () =>
    user.add({
      name: NAME,
      role: 'ROLE_READ_WRITE',
      description: 'lives for a minute',
      expiresAt: user.world.clock.now() + LIFETIME_MS,
    });
  const pause = (share: number) => wait(LIFETIME_MS * share, undefined, { signal });

  let current = create();
  say(`${NAME} is created, and expires in ${LIFETIME_MS / 1000} s`);
  await pause(0.7);
  for (;;) {
    const successor = create();
    say(`${NAME} is replaced: its successor has the same name and role, and another created_at`);
    await pause(0.3);
    say(`the old ${NAME} has expired: its pointone_token_expires_in_seconds is negative, its status EXPIRED`);
    await pause(0.2);
    user.remove(current);
    say(`the old ${NAME} is deleted: its series are gone from the next scrape on`);
    current = successor;
    await pause(0.2);
  }
}
