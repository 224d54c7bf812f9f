import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';

export interface MergeOptions {
  /** Returns the node that an alias refers to, and any other node unchanged. */
  readonly resolve: (node: unknown) => unknown;
  /** Called for a merge key (`<<`) that cannot be resolved. */
  readonly onProblem: (key: unknown, message: string) => void;
}

const EXPECTED = 'expected <<: *name, with the anchor &name at a mapping, or a list of these';

/** Resolves merge keys (https://yaml.org/type/merge.html), which the parser resolves only when it converts a document. */
export class MergeKeys {
  readonly #options: MergeOptions;
  /** The entries of each mapping. Undefined while they are being collected. */
  readonly #entries = new Map<YAMLMap, readonly Pair[] | undefined>();

  constructor(options: MergeOptions) {
    this.#options = options;
  }

  /** Returns the entries of a mapping with those that it merges: its own take precedence, then the first of a list. */
  entries(map: YAMLMap): readonly Pair[] {
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    this.#entries.set(map, undefined);
    const entries = new Map<unknown, Pair>();
    for (const pair of [...map.items.filter((item) => !isMergeKey(item.key)), ...this.#merged(map)]) {
      const name = isScalar(pair.key) ? pair.key.value : pair.key;
      if (!entries.has(name)) entries.set(name, pair);
    }
    const result = [...entries.values()];
    this.#entries.set(map, result);
    return result;
  }

  #merged(map: YAMLMap): Pair[] {
    const { resolve } = this.#options;
    return map.items.flatMap(({ key, value }) => {
      if (!isMergeKey(key)) return [];
      const source = resolve(value);
      return (isSeq(source) ? source.items : [source]).flatMap((item) => this.#entriesOf(resolve(item), key));
    });
  }

  #entriesOf(source: unknown, key: unknown): readonly Pair[] {
    if (isMap(source) && !(this.#entries.has(source) && this.#entries.get(source) === undefined))
      return this.entries(source);
    const problem = isMap(source) ? 'must not include the mapping that contains it' : 'takes a mapping';
    this.#options.onProblem(key, `the merge key << ${problem}; ${EXPECTED}`);
    return [];
  }
}

/** In quotes, `<<` is an ordinary key. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}
