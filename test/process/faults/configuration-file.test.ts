import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/exporter.ts';
import { run } from '../../support/exporter-process.ts';

it.each([
  [
    'a named pipe without a writer',
    (path: string) => void execFileSync('mkfifo', [path]),
    'is not a regular file but a pipe',
  ],
  ['missing', () => undefined, 'does not exist'],
])('a configuration file that is %s is reported and does not block startup', async (_description, create, problem) => {
  const path = join(await temporaryFolder(), 'accounts.yml');
  create(path);
  const { code, stderr } = await run([`--config.file=${path}`]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${path} ${problem}`);
});

const PROGRAM = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

it.each([
  ['--config.file', '', 'accounts: []'],
  ['--web.config.file', '', '{}'],
  ['--api.token-file', '--config.check', 'token'],
])('process substitution as %s is rejected with the reason', (flag, other, content) => {
  // The other files are valid, so that this one is the only problem.
  const credential = flag === '--web.config.file' ? { POINTONE_API_TOKEN: 'x' } : {};
  const command = `"$NODE" "$PROGRAM" ${other} ${flag} <(printf %s "$CONTENT")`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    env: { PATH: process.env['PATH'], NODE: process.execPath, PROGRAM, CONTENT: content, ...credential },
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('1 problem)');
  expect(stderr).toMatch(/ is not a regular file but a pipe, such as <\(…\), .* because the exporter reads it again$/m);
});
