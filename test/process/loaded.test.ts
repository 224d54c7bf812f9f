import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

/** The packages that are loaded with a part of the built program. */
async function packagesOf(part: string): Promise<string[]> {
  const told = `import('${new URL(`dist/${part}.js`, REPOSITORY)}').then(() => console.log(Object.keys(require.cache).join('\\n')))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', told]);
  return stdout.split('\n').map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '');
}

it('what serves scrapes is loaded without what is asked for seldom', { timeout: 60_000 }, async () => {
  const serving = await packagesOf('commands/serve');
  expect(serving).toContain('prom-client');
  expect(serving).not.toContain('express');
  expect(await packagesOf('web/express-app')).toContain('express');
});
