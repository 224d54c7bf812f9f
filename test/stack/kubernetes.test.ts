import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../support/kubernetes-schemas.ts';
import { build, KUSTOMIZATIONS, kustomizationFolder } from '../support/kustomization.ts';

/** The major version of the kustomize in kubectl; 0 without one. */
function kustomizeVersion(): number {
  try {
    const answer = execFileSync('kubectl', ['version', '--client', '--output=json'], { encoding: 'utf8' });
    return Number(/"kustomizeVersion": "v(\d+)/.exec(answer)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The order is kustomize's own and means nothing. */
function sorted(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const key = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
  return objects.toSorted((a, b) => key(a).localeCompare(key(b)));
}

// Never required, unlike the other parts of the stack: the kubectl among Debian's packages is too old to know `patches`.
describe.skipIf(kustomizeVersion() < 5)('kubectl with kustomize 5 makes the objects that the unit tests judge', () => {
  it.each(KUSTOMIZATIONS)('of deploy/kubernetes/%s', (name) => {
    const folder = kustomizationFolder(name);
    const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
    // A generated name ends in a hash, and so must every reference to it.
    expect(text).not.toMatch(/: pointone-accounts$/m);
    const plain = text.replace(/(: pointone-accounts)-[a-z0-9]{10}$/gm, '$1');
    const made = parseAllDocuments(plain).map((document) => document.toJS());
    expect(sorted(made)).toEqual(sorted(build(folder)));
  });
});
