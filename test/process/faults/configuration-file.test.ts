import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/exporter.ts';
import { run } from '../../support/exporter-process.ts';

it.each([
  ['a named pipe without a writer', (path: string) => void execFileSync('mkfifo', [path]), 'is not a regular file'],
  ['missing', () => undefined, 'does not exist'],
])('a configuration file that is %s is reported and does not block startup', async (_description, create, problem) => {
  const path = join(await temporaryFolder(), 'accounts.yml');
  create(path);
  const { code, stderr } = await run([`--config.file=${path}`]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${path} ${problem}`);
});
