import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../support/kubernetes-schemas.ts';
import { build, KUSTOMIZATIONS, kustomizationFolder } from '../support/kustomization.ts';

/** Returns the major version of kustomize in kubectl, or 0 if there is none. */
function kustomizeVersion(): number {
  try {
    const output = execFileSync('kubectl', ['version', '--client', '--output=json'], { encoding: 'utf8' });
    return Number(/"kustomizeVersion": "v(\d+)/.exec(output)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Sorts objects, because kustomize's order has no meaning. */
function sorted(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const key = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
  return objects.toSorted((a, b) => key(a).localeCompare(key(b)));
}

// Always optional, unlike the other components: Debian's kubectl is too old to support `patches`.
describe.skipIf(kustomizeVersion() < 5)('kubectl with kustomize 5 builds the objects that the unit tests check', () => {
  it.each(KUSTOMIZATIONS)('of deploy/kubernetes/%s', (name) => {
    const folder = kustomizationFolder(name);
    const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
    // A generated name and every reference to it end in a hash.
    expect(text).not.toMatch(/: pointone-accounts$/m);
    const plain = text.replace(/(: pointone-accounts)-[a-z0-9]{10}$/gm, '$1');
    const built = parseAllDocuments(plain).map((document) => document.toJS());
    expect(sorted(built)).toEqual(sorted(build(folder)));
  });
});
