import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { KubernetesObject } from './kubernetes-schemas.ts';

interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly patches?: readonly Patch[];
}

interface Patch {
  /** Given with operations; a patch without it names its object itself. */
  readonly target?: { readonly kind: string; readonly name: string };
  readonly patch: string;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

const KEYS = ['apiVersion', 'kind', 'namespace', 'resources', 'configMapGenerator', 'patches'];

const root = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

/** Every kustomization that is shipped, by its folder in deploy/kubernetes/. */
export const KUSTOMIZATIONS = ['base', ...readdirSync(`${root}overlays`).map((overlay) => `overlays/${overlay}`)];

/** The folder of a kustomization, such as `overlays/several-accounts`. */
export function kustomizationFolder(name: string): string {
  return `${root}${name}/`;
}

/** The kustomization as written. Throws where it has a key that `build` does not understand. */
export function readKustomization(folder: string): Kustomization {
  const kustomization: Kustomization = parse(readFileSync(`${folder}kustomization.yaml`, 'utf8'));
  for (const key of Object.keys(kustomization)) if (!KEYS.includes(key)) throw new Error(`${key} is not understood`);
  return kustomization;
}

/** The files of the folder that its kustomization names. */
export function referencedFiles({ resources, configMapGenerator = [] }: Kustomization): string[] {
  return [...resources.filter(isFile), ...configMapGenerator.flatMap(({ files }) => files)];
}

/** Those that it should name. */
export function filesInFolder(folder: string): string[] {
  return readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
}

/**
 * The objects of a kustomization, made as kustomize makes them, but for the hash at the end of a generated name. Knows as
 * much of kustomize as deploy/kubernetes/ uses; that it agrees with the real one is tested where there is one.
 */
export function build(folder: string): KubernetesObject[] {
  const { namespace, resources, configMapGenerator = [], patches = [] } = readKustomization(folder);
  const own = resources.filter(isFile).map((file) => parse(readFileSync(folder + file, 'utf8')) as KubernetesObject);
  const inherited = resources.filter((resource) => !isFile(resource)).flatMap((base) => build(`${folder}${base}/`));
  const generated = configMapGenerator.map(({ name, files }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: Object.fromEntries(files.map((file) => [file, readFileSync(folder + file, 'utf8')])),
  }));
  const objects = [...own, ...inherited, ...generated].map((object) =>
    namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } },
  );
  return patches.reduce(applyPatch, objects);
}

/** Those of one kind, by their type. */
export function ofKind<Kind>(objects: readonly unknown[], model: { is(object: unknown): object is Kind }): Kind[] {
  return objects.filter(model.is);
}

function isFile(resource: string): boolean {
  return resource.endsWith('.yaml');
}

function applyPatch(objects: KubernetesObject[], { target, patch }: Patch): KubernetesObject[] {
  const content = parse(patch);
  const { kind, name } = target ?? { kind: content.kind, name: content.metadata.name };
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name} to patch`);
  if (content.$patch === 'delete') return objects.filter((object) => object !== found);
  for (const operation of content as Operation[]) applyOperation(found, operation);
  return objects;
}

/** An operation of RFC 6902. */
function applyOperation(object: object, { op, path, value }: Operation): void {
  const keys = path.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((place, key) => child(place, key, path), object);
  const there = (parent as Record<string, unknown>)[last];
  if (op === 'add' && Array.isArray(parent) && last === '-') parent.push(value);
  else if (op === 'add' && !Array.isArray(parent)) Object.assign(parent as object, { [last]: value });
  else if (op === 'replace' && there !== undefined) Object.assign(parent as object, { [last]: value });
  else if (op !== 'test' || there !== value) throw new Error(`${op} ${path} cannot be done`);
}

function child(place: unknown, key: string, path: string): unknown {
  const value = (place as Record<string, unknown>)[key];
  if (typeof value !== 'object' || value === null) throw new Error(`nothing is at ${path}`);
  return value;
}
