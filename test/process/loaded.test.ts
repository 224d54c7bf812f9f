import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

/** Returns the packages that a module of the built program loads. */
async function loadedPackages(module: string): Promise<string[]> {
  const script = `import('${new URL(`dist/${module}.js`, REPOSITORY)}').then(() => console.log(Object.keys(require.cache).join('\\n')))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script]);
  return stdout.split('\n').map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '');
}

it('serving scrapes does not load Express, which only rare requests need', { timeout: 60_000 }, async () => {
  const serving = await loadedPackages('commands/serve');
  expect(serving).toContain('prom-client');
  expect(serving).not.toContain('express');
  expect(await loadedPackages('web/express-app')).toContain('express');
});
