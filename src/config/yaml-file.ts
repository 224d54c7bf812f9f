import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { type Parser, quoteForMessage } from './parsers.ts';
import type { Problem } from './problem.ts';

/** A value in the file: the way to it as most tools write it (`accounts[0].name`), and its line. */
export interface YamlValue {
  readonly path: string;
  readonly node: unknown;
  readonly line: number;
}

/** What the parser's codes mean. Its messages are not used: they quote the text, which may hold a token. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'an alias (*name) of nothing',
  BAD_DIRECTIVE: 'a directive (%) that is none',
  BAD_DQ_ESCAPE: 'an escape that double quotes do not know',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a text that begins with a reserved character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping or list where none can stand',
  BLOCK_IN_FLOW: 'a block inside brackets',
  DUPLICATE_KEY: 'the keys of a mapping must be unique',
  MISSING_CHAR: 'a character is missing, such as a quote, a colon, a comma or a bracket',
  MULTILINE_IMPLICIT_KEY: 'a key must stand in one line',
  MULTIPLE_DOCS: 'it holds multiple documents, separated by ---',
  TAB_AS_INDENT: 'tabs cannot indent',
  TAG_RESOLVE_FAILED: 'a tag (!name) that is not known',
  UNEXPECTED_TOKEN: 'a text or sign where none can stand',
};

/** Reads a YAML document strictly, notes every problem with its line, and goes on after each. */
export class YamlFile {
  readonly problems: Problem[] = [];
  readonly root: YamlValue;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document;

  /** @param file as it is to appear in messages */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    this.root = { path: '', node: this.#document.contents, line: 1 };
    // A tag or directive nobody knows is only a warning to the parser, which then reads past it.
    for (const { pos, code } of [...this.#document.errors, ...this.#document.warnings]) {
      this.#addProblemAt(
        this.#lines.linePos(pos[0]).line,
        `is not valid YAML: ${SYNTAX[code] ?? `it cannot be read (${code})`}`,
      );
    }
  }

  /** `file:line` of a place. */
  location({ line }: YamlValue): string {
    return `${this.#file}:${line}`;
  }

  addProblem(place: YamlValue, message: string): void {
    this.#addProblemAt(place.line, place.path === '' ? message : `${place.path}: ${message}`);
  }

  /** The values of a mapping by key; undefined when it is none. A key that is not among those accepted is a problem. */
  mapping<Key extends string>(place: YamlValue, accepted: readonly Key[]): Partial<Record<Key, YamlValue>> | undefined {
    const node = this.#resolve(place.node);
    if (!isMap(node)) {
      this.addProblem(place, `must be a mapping with ${accepted.join(', ')}`);
      return undefined;
    }
    const values: Partial<Record<Key, YamlValue>> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.#lineOf(key) ?? place.line;
      const known = accepted.find((one) => one === name);
      if (known === undefined)
        this.addProblem({ ...place, line }, `unknown key ${quoteForMessage(name)}; accepted: ${accepted.join(', ')}`);
      else
        values[known] = {
          path: place.path === '' ? name : `${place.path}.${name}`,
          node: value,
          line: this.#lineOf(value) ?? line,
        };
    }
    return values;
  }

  list(place: YamlValue, of: string): readonly YamlValue[] {
    const node = this.#resolve(place.node);
    if (!isSeq(node)) {
      this.addProblem(place, `must be a list of ${of}`);
      return [];
    }
    return node.items.map((item, index) => ({
      path: `${place.path}[${index}]`,
      node: item,
      line: this.#lineOf(item) ?? place.line,
    }));
  }

  /** A text, understood as the flags' values are; undefined, with a problem noted, when it is not accepted. */
  value<Value>(place: YamlValue, parser: Parser<Value>): Value | undefined {
    const node = this.#resolve(place.node);
    if (!isScalar(node) || typeof node.value !== 'string') {
      const type = isScalar(node) && node.value !== null ? typeof node.value : undefined;
      const found = type === undefined ? 'must be a text' : `is a ${type} to YAML, and must be a text in quotes`;
      this.addProblem(place, `${found}; expected ${parser.accepts}`);
      return undefined;
    }
    const parsed = parser.parse((node as Scalar<string>).value);
    if ('value' in parsed) return parsed.value;
    this.addProblem(place, parsed.problem);
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
    // One slip of the pen is often several errors to the parser.
    if (this.problems.some((problem) => problem.location === location && problem.message === message)) return;
    this.problems.push({ location, message });
  }
}
