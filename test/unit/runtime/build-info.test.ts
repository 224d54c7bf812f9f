import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readBuildInfo } from '../../../src/runtime/build-info.ts';

it('run from sources, the version and homepage come from package.json, and the revision is unknown', () => {
  const { version, homepage } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
    homepage?: string;
  };
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(readBuildInfo('v24.1.0')).toEqual({ version, revision: 'unknown', nodeVersion: 'v24.1.0', homepage });
});
