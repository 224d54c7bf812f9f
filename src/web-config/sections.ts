import { isMap, isScalar, type Pair, YAMLMap } from 'yaml';
import type { YamlFile, YamlValue } from '../config/yaml-file.ts';

/** What the format knows and this exporter does not do, by key; the text is to be read after "is not supported". */
export type Unsupported = Readonly<Record<string, string>>;

/**
 * The values of a mapping by key, as `YamlFile.mapping` gives them, but that a key of the format which is not supported
 * is told apart from one that nobody knows. A mapping or value that is empty counts as left out, as with the toolkit.
 */
export function readSection<Key extends string>(
  yaml: YamlFile,
  place: YamlValue | undefined,
  accepted: readonly Key[],
  unsupported: Unsupported,
): Partial<Record<Key, YamlValue>> {
  if (place === undefined || isEmpty(place)) return {};
  if (!isMap(place.node)) return yaml.mapping(place, accepted) ?? {};
  const isHash = ({ key }: Pair): boolean => keyString(key).startsWith('$2');
  if (place.node.items.some(isHash)) yaml.addProblem(place, 'holds a password hash where a key is expected');
  const isUnsupported = ({ key }: Pair): boolean => Object.hasOwn(unsupported, keyString(key));
  const refused = yaml.mapping(subset(place, isUnsupported), Object.keys(unsupported)) ?? {};
  for (const [key, where] of Object.entries(refused)) {
    if (where !== undefined) yaml.addProblem(where, `is not supported by this exporter${unsupported[key] ?? ''}`);
  }
  const rest = subset(place, (pair) => !isUnsupported(pair) && !isHash(pair));
  const places = Object.entries<YamlValue | undefined>(yaml.mapping(rest, accepted) ?? {});
  return Object.fromEntries(places.filter(([, value]) => value !== undefined && !isEmpty(value))) as Partial<
    Record<Key, YamlValue>
  >;
}

/** A mapping whose keys anybody may choose. A key is what was written, whatever type YAML takes it for. */
export function readEntries(
  yaml: YamlFile,
  place: YamlValue | undefined,
  of: string,
): { key: string; value: YamlValue }[] {
  if (place === undefined || isEmpty(place)) return [];
  if (!isMap(place.node)) {
    yaml.addProblem(place, `must be a mapping of ${of}`);
    return [];
  }
  return place.node.items.flatMap((pair) => {
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const value = yaml.mapping(
      subset(place, (other) => other === pair),
      [name],
    )?.[name];
    return value === undefined ? [] : [{ key: keyString(pair.key), value: { ...value, path: place.path } }];
  });
}

/** A truth value of YAML's own. */
export function readBoolean(yaml: YamlFile, { node, ...place }: YamlValue): boolean | undefined {
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  yaml.addProblem({ ...place, node }, 'must be true or false');
  return undefined;
}

function isEmpty({ node }: YamlValue): boolean {
  if (isScalar(node)) return node.value === null || node.value === '';
  return node === null || (isMap(node) && node.items.length === 0);
}

function keyString(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : '';
}

function subset(place: YamlValue, belongs: (pair: Pair) => boolean): YamlValue {
  const node = new YAMLMap();
  if (isMap(place.node)) node.items = place.node.items.filter(belongs);
  return { ...place, node };
}
