import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import { type Parser, quoteForMessage } from './parsers.ts';
import type { Problem } from './problem.ts';
import { nearest } from './suggestions.ts';
import { MergeKeys } from './yaml-merge.ts';
import { syntaxProblems } from './yaml-syntax.ts';

/** A value in the file, with its path in the usual notation (`accounts[0].name`) and its line. */
export interface YamlValue {
  readonly path: string;
  readonly node: unknown;
  readonly line: number;
}

/** A key that is a mistake for an accepted one, and what to do instead. */
interface Mistake<Key extends string> {
  readonly key: Key;
  readonly advice: string;
}

export interface MappingOptions<Key extends string> {
  readonly mistakes?: ReadonlyMap<string, Mistake<Key>>;
  /** Keys that are ignored. */
  readonly ignored?: RegExp;
}

/** Reads a YAML document strictly. Collects every problem with its line and continues after each. */
export class YamlFile {
  readonly problems: Problem[] = [];
  readonly root: YamlValue;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document;
  readonly #mergeKeys: MergeKeys;
  /** The values of shared nodes are read once for each reference, but their problems are reported once. */
  readonly #reported = new Map<unknown, Set<string>>();
  readonly #misspelled = new Map<unknown, Set<string>>();

  /** @param file the name of the file in messages */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    this.#mergeKeys = new MergeKeys({
      resolve: (node) => this.#resolve(node),
      onProblem: (key, message) => this.#addProblemAt(this.#lineOf(key) ?? 1, message),
    });
    this.root = { path: '', node: this.#document.contents, line: 1 };
    // The parser only warns about unknown tags and directives, and ignores them.
    for (const { position, message } of syntaxProblems([...this.#document.errors, ...this.#document.warnings])) {
      this.#addProblemAt(this.#lines.linePos(position).line, message);
    }
  }

  /** Whether the file has no content but comments. */
  get isEmpty(): boolean {
    const { contents } = this.#document;
    return contents === null || (isScalar(contents) && contents.value === null);
  }

  /** Returns the location of a value as `file:line`. */
  location({ line }: YamlValue): string {
    return `${this.#file}:${line}`;
  }

  addProblem({ line, path, node }: YamlValue, message: string): void {
    const reported = this.#reported.get(node) ?? new Set();
    // A value that several aliases share has several paths.
    if (isNode(node) && reported.has(`${line} ${message}`)) return;
    this.#reported.set(node, reported.add(`${line} ${message}`));
    this.#addProblemAt(line, path === '' ? message : `${path}: ${message}`);
  }

  /** Whether a mapping has an unknown key that is probably a misspelling of one of these keys. */
  isMisspelled({ node }: YamlValue, ...keys: readonly string[]): boolean {
    return keys.some((key) => this.#misspelled.get(this.#resolve(node))?.has(key));
  }

  /** Returns the values of a mapping by key; undefined if it is not a mapping. Adds a problem for each unknown key. */
  mapping<Key extends string>(
    parent: YamlValue,
    accepted: readonly Key[],
    { mistakes, ignored }: MappingOptions<Key> = {},
  ): Partial<Record<Key, YamlValue>> | undefined {
    const entries = this.entries(parent);
    if (entries === undefined) {
      const keys = `${accepted.length === 1 ? 'key' : 'keys'} ${accepted.join(', ')}`;
      this.addProblem(parent, `must be a mapping with the ${keys}${this.#colonHint(parent)}`);
      return undefined;
    }
    const values: Partial<Record<Key, YamlValue>> = {};
    for (const { key, value } of entries) {
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.#lineOf(key) ?? parent.line;
      const known = accepted.find((candidate) => candidate === name);
      if (known !== undefined)
        values[known] = {
          path: parent.path === '' ? name : `${parent.path}.${name}`,
          node: value,
          line: this.#lineOf(value) ?? line,
        };
      else if (!ignored?.test(name))
        this.#addUnknownKey({ ...parent, node: key, line }, parent, accepted, mistakes?.get(name));
    }
    return values;
  }

  /** Returns the entries of a mapping, its own before those that it merges (`<<`); undefined if it is not a mapping. */
  entries({ node }: YamlValue): readonly Pair[] | undefined {
    const map = this.#resolve(node);
    return isMap(map) ? this.#mergeKeys.entries(map) : undefined;
  }

  /** Returns the items of a list. Adds a problem and returns no items for anything else. */
  list(parent: YamlValue, itemDescription: string): readonly YamlValue[] {
    const node = this.#resolve(parent.node);
    if (!isSeq(node)) {
      this.addProblem(parent, `must be a list of ${itemDescription}; begin each item with a dash`);
      return [];
    }
    return node.items.map((item, index) => ({
      path: `${parent.path}[${index}]`,
      node: item,
      line: this.#lineOf(item) ?? parent.line,
    }));
  }

  /** Parses a string with the parser of a flag. Adds a problem and returns undefined if it is invalid. */
  parse<Value>(value: YamlValue, parser: Parser<Value>): Value | undefined {
    const node = this.#resolve(value.node);
    if (!isScalar(node) || typeof node.value !== 'string') {
      this.addProblem(value, `must be a string${typeHint(node, parser)}; expected ${parser.accepts}`);
      return undefined;
    }
    const parsed = parser.parse((node as Scalar<string>).value);
    if ('value' in parsed) return parsed.value;
    this.addProblem(value, parsed.problem);
    return undefined;
  }

  #addUnknownKey<Key extends string>(
    key: YamlValue,
    parent: YamlValue,
    accepted: readonly Key[],
    mistake: Mistake<Key> | undefined,
  ): void {
    const name = isScalar(key.node) ? String(key.node.value) : '';
    const suggestion = mistake?.key ?? nearest(name, accepted);
    const expected = suggestion === undefined ? `accepted: ${accepted.join(', ')}` : `did you mean ${suggestion}?`;
    this.addProblem(key, `unknown key ${quoteForMessage(name)}; ${mistake?.advice ?? expected}`);
    if (suggestion === undefined) return;
    const map = this.#resolve(parent.node);
    this.#misspelled.set(map, (this.#misspelled.get(map) ?? new Set()).add(suggestion));
  }

  /** Returns a hint for a string that was probably meant as a mapping. */
  #colonHint({ node }: YamlValue): string {
    const scalar = this.#resolve(node);
    if (!isScalar(scalar) || scalar.type !== 'PLAIN' || typeof scalar.value !== 'string') return '';
    return '; write a colon and a space between key and value';
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #lineOf(node: unknown): number | undefined {
    const range = isNode(node) ? (node as Node).range : undefined;
    return range ? this.#lines.linePos(range[0]).line : undefined;
  }

  #addProblemAt(line: number, message: string): void {
    const location = `${this.#file}:${line}`;
    // The parser often reports one mistake several times.
    if (this.problems.some((problem) => problem.location === location && problem.message === message)) return;
    this.problems.push({ location, message });
  }
}

/** Describes a scalar that YAML does not read as a string, and suggests quotes if these alone make it valid. */
function typeHint(node: unknown, { parse }: Parser<unknown>): string {
  if (!isScalar(node) || node.value === null) return '';
  const type = typeof node.value;
  return 'value' in parse(node.source ?? '') ? `; quote it (got ${type})` : ` (got ${type})`;
}
