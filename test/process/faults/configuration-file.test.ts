import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/exporter.ts';
import { run } from '../../support/exporter-process.ts';

it.each([
  [
    'a named pipe that nobody writes to',
    (path: string) => void execFileSync('mkfifo', [path]),
    'is not a regular file',
  ],
  ['nowhere', () => undefined, 'does not exist'],
])('a configuration file that is %s is a problem, not a start that hangs', async (_what, put, problem) => {
  const path = join(await temporaryFolder(), 'accounts.yml');
  put(path);
  const { code, stderr } = await run([`--config.file=${path}`]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${path} ${problem}`);
});
