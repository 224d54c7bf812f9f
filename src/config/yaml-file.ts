import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { type Parser, quoted } from './parsed.ts';
import type { Problem } from './problem.ts';

/** A value in the file: the way to it as most tools write it (`accounts[0].name`), and its line. */
export interface Place {
  readonly path: string;
  readonly node: unknown;
  readonly line: number;
}

/** Reads a YAML document strictly, notes every problem with its line, and goes on after each. */
export class YamlFile {
  readonly problems: Problem[] = [];
  readonly root: Place;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document;

  /** @param file as it is to appear in messages */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    this.root = { path: '', node: this.#document.contents, line: 1 };
    // The parser's message goes on to quote the text.
    for (const { pos, message } of this.#document.errors) {
      this.#note(this.#lines.linePos(pos[0]).line, `is not valid YAML: ${message.split(/ at line|:?\n/, 1)[0]}`);
    }
  }

  /** `file:line` of a place. */
  where({ line }: Place): string {
    return `${this.#file}:${line}`;
  }

  problem(place: Place, what: string): void {
    this.#note(place.line, place.path === '' ? what : `${place.path}: ${what}`);
  }

  /** The values of a mapping by key; undefined when it is none. A key that is not among those accepted is a problem. */
  mapping<Key extends string>(place: Place, accepted: readonly Key[]): Partial<Record<Key, Place>> | undefined {
    const node = this.#resolve(place.node);
    if (!isMap(node)) {
      this.problem(place, `must be a mapping with ${accepted.join(', ')}`);
      return undefined;
    }
    const values: Partial<Record<Key, Place>> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.#lineOf(key) ?? place.line;
      const known = accepted.find((one) => one === name);
      if (known === undefined)
        this.problem({ ...place, line }, `unknown key ${quoted(name)}; accepted: ${accepted.join(', ')}`);
      else
        values[known] = {
          path: place.path === '' ? name : `${place.path}.${name}`,
          node: value,
          line: this.#lineOf(value) ?? line,
        };
    }
    return values;
  }

  list(place: Place, of: string): readonly Place[] {
    const node = this.#resolve(place.node);
    if (!isSeq(node)) {
      this.problem(place, `must be a list of ${of}`);
      return [];
    }
    return node.items.map((item, index) => ({
      path: `${place.path}[${index}]`,
      node: item,
      line: this.#lineOf(item) ?? place.line,
    }));
  }

  /** A text, understood as the flags' values are; undefined, with a problem noted, when it is not accepted. */
  value<Value>(place: Place, parser: Parser<Value>): Value | undefined {
    const node = this.#resolve(place.node);
    if (!isScalar(node) || typeof node.value !== 'string') {
      const hint = isScalar(node) && node.value !== null ? ' in quotes' : '';
      this.problem(place, `must be a text${hint}; expected ${parser.accepts}`);
      return undefined;
    }
    const parsed = parser.parse((node as Scalar<string>).value);
    if ('value' in parsed) return parsed.value;
    this.problem(place, parsed.problem);
    return undefined;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #lineOf(node: unknown): number | undefined {
    const range = isNode(node) ? (node as Node).range : undefined;
    return range ? this.#lines.linePos(range[0]).line : undefined;
  }

  #note(line: number, what: string): void {
    this.problems.push({ where: `${this.#file}:${line}`, what });
  }
}
