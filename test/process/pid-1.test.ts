import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readScrape, simulate, until } from '../support/exporter.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the exporter as PID 1 of a namespace of its own, as in a container. */
async function startAsInit(environment: Readonly<Record<string, string>>) {
  const child = spawn(
    'unshare',
    [
      '--map-root-user',
      '--pid',
      '--fork',
      '--kill-child',
      process.execPath,
      PROGRAM,
      '--web.listen-address=127.0.0.1:0',
    ],
    { env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await until(() => stderr.includes('"listening"'));
  const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
  const ownPid = /^NSpid:.*\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { url: `http://${/"address":"([^"]+)"/.exec(stderr)?.[1]}`, pid, ownPid, stderr: () => stderr, ended };
}

/** By default, the kernel drops signals to PID 1 for which it has no handler. */
it.for(['SIGTERM', 'SIGINT'] as const)(
  'as PID 1, %s in the middle of a scrape lets the scrape finish, and the exit status is 0',
  async (signal, { skip }) => {
    const isPossible = spawnSync('unshare', ['--map-root-user', '--pid', '--fork', 'true']).status === 0;
    if (!isPossible && process.env['TEST_REQUIRE_ALL'] !== '1') skip('a PID namespace cannot be created');
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const exporter = await startAsInit({
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: user.credential,
    });
    expect(exporter.ownPid).toBe('1');
    simulator.setFault({ kind: 'hold' });
    const scraping = fetch(`${exporter.url}/metrics`).then((response) => response.text());
    await until(() => simulator.calls.inFlight === 1);
    process.kill(exporter.pid, 'SIGUSR1');
    process.kill(exporter.pid, signal);
    await until(() => exporter.stderr().includes('shutting down'));
    simulator.clearFaults();
    expect(readScrape(await scraping).value('pointone_token_info', { name: 'caster' })).toBe(1);
    const { code, stderr } = await exporter.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('Debugger');
  },
);
