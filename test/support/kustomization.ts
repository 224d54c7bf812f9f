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
  /** The patched object, for patches that are lists of operations. Other patches name their object. */
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

/** Every shipped kustomization, as its folder in deploy/kubernetes/. */
export const KUSTOMIZATIONS = ['base', ...readdirSync(`${root}overlays`).map((overlay) => `overlays/${overlay}`)];

/** Returns the folder of a kustomization such as `overlays/several-accounts`. */
export function kustomizationFolder(name: string): string {
  return `${root}${name}/`;
}

/** Reads a kustomization. Throws if it contains a key that `build` does not support. */
export function readKustomization(folder: string): Kustomization {
  const kustomization: Kustomization = parse(readFileSync(`${folder}kustomization.yaml`, 'utf8'));
  for (const key of Object.keys(kustomization)) if (!KEYS.includes(key)) throw new Error(`unsupported key ${key}`);
  return kustomization;
}

/** Returns the files of the folder that its kustomization refers to. */
export function referencedFiles({ resources, configMapGenerator = [] }: Kustomization): string[] {
  return [...resources.filter(isFile), ...configMapGenerator.flatMap(({ files }) => files)];
}

/** Returns all files of the folder except the kustomization. */
export function filesInFolder(folder: string): string[] {
  return readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
}

/**
 * Builds the objects of a kustomization like kustomize, but without the hash suffix of generated names. Supports only
 * the features that deploy/kubernetes/ uses. A stack test compares the result with kubectl's, if that is installed.
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

/** Returns the objects of one kind, with their type. */
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
  if (found === undefined) throw new Error(`no ${kind} ${name} to patch`);
  if (content.$patch === 'delete') return objects.filter((object) => object !== found);
  for (const operation of content as Operation[]) applyOperation(found, operation);
  return objects;
}

/** Applies an operation of RFC 6902. */
function applyOperation(object: object, { op, path, value }: Operation): void {
  const keys = path.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((object, key) => child(object, key, path), object);
  const current = (parent as Record<string, unknown>)[last];
  if (op === 'add' && Array.isArray(parent) && last === '-') parent.push(value);
  else if (op === 'add' && !Array.isArray(parent)) Object.assign(parent as object, { [last]: value });
  else if (op === 'replace' && current !== undefined) Object.assign(parent as object, { [last]: value });
  else if (op !== 'test' || current !== value) throw new Error(`cannot apply ${op} ${path}`);
}

function child(object: unknown, key: string, path: string): unknown {
  const value = (object as Record<string, unknown>)[key];
  if (typeof value !== 'object' || value === null) throw new Error(`no object at ${path}`);
  return value;
}
