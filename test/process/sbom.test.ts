import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** Returns the packages that `npm ci --omit=dev` installs, from the lock file. */
function installed(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const found = Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  return [...new Set(found)].sort();
}

it('the SBOMs contain all installed packages and no paths of the build machine', async () => {
  const folder = await temporaryFolder();
  execFileSync(join(ROOT, '.ci/sbom'), [folder], { stdio: 'pipe' });
  const [cyclone, spdx] = ['sbom.cdx.json', 'sbom.spdx.json'].map((file) => readFileSync(join(folder, file), 'utf8'));
  if (cyclone === undefined || spdx === undefined) throw new Error('expected two files');

  const { bomFormat, metadata, components } = JSON.parse(cyclone);
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component).toMatchObject({ name, version, type: 'application' });
  const named = components.map((component: { name: string; version: string }) =>
    [component.name, component.version].join('@'),
  );
  expect(named.sort()).toEqual(installed());
  expect(
    components.every(({ hashes, licenses }: Record<string, unknown[]>) => hashes?.length && licenses?.length),
  ).toBe(true);

  const { spdxVersion, packages } = JSON.parse(spdx);
  expect(spdxVersion).toMatch(/^SPDX-/);
  const others = packages.filter((one: { name: string }) => one.name !== name);
  expect(others.map((one: { name: string; versionInfo: string }) => `${one.name}@${one.versionInfo}`).sort()).toEqual(
    installed(),
  );
  for (const place of [ROOT, homedir(), tmpdir()]) expect(cyclone + spdx).not.toContain(`${place}/`);
});
