import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { type Parser, quoteForMessage } from './parsers.ts';
import type { Problem } from './problem.ts';

/** A value in the file, with its path in the usual notation (`accounts[0].name`) and its line. */
export interface YamlValue {
  readonly path: string;
  readonly node: unknown;
  readonly line: number;
}

/** Messages by error code of the parser. The parser's own messages quote the file, which may contain a token. */
const SYNTAX_ERRORS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'undefined alias (*name)',
  BAD_DIRECTIVE: 'unknown directive (%)',
  BAD_DQ_ESCAPE: 'invalid escape sequence in double quotes',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'a string that begins with a reserved character must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'unexpected mapping or list',
  BLOCK_IN_FLOW: 'unexpected block inside brackets',
  DUPLICATE_KEY: 'the keys of a mapping must be unique',
  MISSING_CHAR: 'missing character, such as a quote, colon, comma or bracket',
  MULTILINE_IMPLICIT_KEY: 'a key must not span multiple lines',
  MULTIPLE_DOCS: 'the file must not contain multiple documents (separated by ---)',
  TAB_AS_INDENT: 'tabs are not allowed for indentation',
  TAG_RESOLVE_FAILED: 'unknown tag (!name)',
  UNEXPECTED_TOKEN: 'unexpected text or character',
};

/** Reads a YAML document strictly. Collects every problem with its line and continues after each. */
export class YamlFile {
  readonly problems: Problem[] = [];
  readonly root: YamlValue;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document;

  /** @param file the name of the file in messages */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    this.root = { path: '', node: this.#document.contents, line: 1 };
    // The parser only warns about unknown tags and directives, and ignores them.
    for (const { pos, code } of [...this.#document.errors, ...this.#document.warnings]) {
      this.#addProblemAt(
        this.#lines.linePos(pos[0]).line,
        `invalid YAML: ${SYNTAX_ERRORS[code] ?? `cannot be parsed (${code})`}`,
      );
    }
  }

  /** Returns the location of a value as `file:line`. */
  location({ line }: YamlValue): string {
    return `${this.#file}:${line}`;
  }

  addProblem({ line, path }: YamlValue, message: string): void {
    this.#addProblemAt(line, path === '' ? message : `${path}: ${message}`);
  }

  /** Returns the values of a mapping by key; undefined if it is not a mapping. Adds a problem for each unknown key. */
  mapping<Key extends string>(
    parent: YamlValue,
    accepted: readonly Key[],
  ): Partial<Record<Key, YamlValue>> | undefined {
    const node = this.#resolve(parent.node);
    if (!isMap(node)) {
      this.addProblem(parent, `must be a mapping with the keys ${accepted.join(', ')}`);
      return undefined;
    }
    const values: Partial<Record<Key, YamlValue>> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.#lineOf(key) ?? parent.line;
      const known = accepted.find((candidate) => candidate === name);
      if (known === undefined)
        this.addProblem({ ...parent, line }, `unknown key ${quoteForMessage(name)}; accepted: ${accepted.join(', ')}`);
      else
        values[known] = {
          path: parent.path === '' ? name : `${parent.path}.${name}`,
          node: value,
          line: this.#lineOf(value) ?? line,
        };
    }
    return values;
  }

  /** Returns the items of a list. Adds a problem and returns no items for anything else. */
  list(parent: YamlValue, itemDescription: string): readonly YamlValue[] {
    const node = this.#resolve(parent.node);
    if (!isSeq(node)) {
      this.addProblem(parent, `must be a list of ${itemDescription}`);
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
      const type = isScalar(node) && node.value !== null ? typeof node.value : undefined;
      const quoteHint = type === undefined ? '' : `; quote it (got ${type})`;
      this.addProblem(value, `must be a string${quoteHint}; expected ${parser.accepts}`);
      return undefined;
    }
    const parsed = parser.parse((node as Scalar<string>).value);
    if ('value' in parsed) return parsed.value;
    this.addProblem(value, parsed.problem);
    return undefined;
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
