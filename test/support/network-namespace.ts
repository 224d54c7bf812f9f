import { spawnSync } from 'node:child_process';
import { it } from 'vitest';

/**
 * Declares a test that needs a network namespace of its own, so that it can use addresses other than loopback. Without
 * the permission to create one, the test is skipped, or fails if TEST_REQUIRE_ALL is set.
 */
export function namespaceTest(name: string, run: () => Promise<void>): void {
  it(name, async ({ skip }) => {
    const probe = ['--map-root-user', '--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'];
    const isPossible = spawnSync('unshare', probe, { stdio: 'ignore' }).status === 0;
    if (!isPossible && process.env['TEST_REQUIRE_ALL'] !== '1') skip('a network namespace cannot be created');
    await run();
  });
}
