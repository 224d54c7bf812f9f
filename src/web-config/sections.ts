import { isMap, isScalar, type Pair, YAMLMap } from 'yaml';
import type { YamlFile, YamlValue } from '../config/yaml-file.ts';

/** The keys of the format that this exporter does not support. The value is appended to the message. */
export type UnsupportedKeys = Readonly<Record<string, string>>;

/**
 * Returns the values of a mapping by key, like `YamlFile.mapping`, but reports unsupported keys separately from unknown
 * keys. As in exporter-toolkit, an empty mapping or value counts as absent.
 */
export function readSection<Key extends string>(
  yaml: YamlFile,
  section: YamlValue | undefined,
  accepted: readonly Key[],
  unsupported: UnsupportedKeys,
): Partial<Record<Key, YamlValue>> {
  if (section === undefined || isEmpty(section)) return {};
  const entries = yaml.entries(section);
  if (entries === undefined) return yaml.mapping(section, accepted) ?? {};
  const isHash = ({ key }: Pair): boolean => keyString(key).startsWith('$2');
  if (entries.some(isHash)) yaml.addProblem(section, 'contains a password hash where a key is expected');
  const isUnsupported = ({ key }: Pair): boolean => Object.hasOwn(unsupported, keyString(key));
  const unsupportedValues =
    yaml.mapping(subset(section, entries.filter(isUnsupported)), Object.keys(unsupported)) ?? {};
  for (const [key, value] of Object.entries(unsupportedValues)) {
    if (value !== undefined) yaml.addProblem(value, `is not supported by this exporter${unsupported[key] ?? ''}`);
  }
  const rest = subset(
    section,
    entries.filter((pair) => !isUnsupported(pair) && !isHash(pair)),
  );
  const values = Object.entries<YamlValue | undefined>(yaml.mapping(rest, accepted) ?? {});
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && !isEmpty(value))) as Partial<
    Record<Key, YamlValue>
  >;
}

/** Returns the entries of a mapping with arbitrary keys. A key is the string as written, whatever its YAML type. */
export function readEntries(
  yaml: YamlFile,
  section: YamlValue | undefined,
  description: string,
): { key: string; value: YamlValue }[] {
  if (section === undefined || isEmpty(section)) return [];
  const entries = yaml.entries(section);
  if (entries === undefined) {
    yaml.addProblem(section, `must be a mapping of ${description}`);
    return [];
  }
  return entries.flatMap((pair) => {
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const value = yaml.mapping(subset(section, [pair]), [name])?.[name];
    return value === undefined ? [] : [{ key: keyString(pair.key), value: { ...value, path: section.path } }];
  });
}

/** Returns a YAML boolean. Adds a problem and returns undefined for anything else. */
export function readBoolean(yaml: YamlFile, value: YamlValue): boolean | undefined {
  const { node } = value;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  yaml.addProblem(value, 'must be true or false');
  return undefined;
}

function isEmpty({ node }: YamlValue): boolean {
  if (isScalar(node)) return node.value === null || node.value === '';
  return node === null || (isMap(node) && node.items.length === 0);
}

function keyString(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : '';
}

function subset(section: YamlValue, entries: readonly Pair[]): YamlValue {
  const node = new YAMLMap();
  node.items = [...entries];
  return { ...section, node };
}
