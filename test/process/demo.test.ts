import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readScrape, until } from '../support/exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('the demonstration shows live metrics, and Ctrl-C ends all of it', async () => {
  // What `npm run demo` runs after the build; in a process group of its own, so that a signal to the group is Ctrl-C.
  const child = spawn('npx', ['tsx', 'demo/main.ts'], { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const group = -(child.pid ?? Number.NaN);
  onTestFinished(() => {
    // Whatever is left of it, by its own group.
    if (alive(group)) process.kill(group, 'SIGKILL');
  });
  await until(() => output.includes('demo-rover is created') && output.includes('(an excerpt)'));
  const url = /metrics +(http:\S+)/.exec(output)?.[1] ?? '';
  const metrics = readScrape(await (await fetch(url)).text());
  expect(metrics.value('pointone_up', { account: 'fleet-eu' })).toBe(1);
  expect(metrics.value('pointone_token_expires_in_seconds', { name: 'demo-rover' })).toBeGreaterThan(0);
  expect(output).toContain('pointone_token_expires_in_seconds{account="fleet-eu",name="demo-rover"');

  process.kill(group, 'SIGINT');
  await ended;
  await until(() => !alive(group));
  await expect(fetch(url)).rejects.toThrow();
});

function alive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
