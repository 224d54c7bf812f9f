import type { Instant } from '../tokens/instant.ts';
import { type Emit, escapeLabel, type Family, type Row } from './family.ts';
import type { Format } from './format.ts';
import { Utf8Text } from './utf8-text.ts';

/** Rows written before others have their turn: about a millisecond's work. */
const ROWS_A_TURN = 128;

/** Bytes of small families gathered before they are handed on. */
const CHUNK_BYTES = 64 * 1024;

const NOTHING_YET = new Uint8Array();

/** Families with the rows they speak of. Yields nothing while it writes, to give others their turn, and then its text. */
export type Group = (at: Instant, format: Format) => Generator<Utf8Text | undefined>;

/**
 * All families are written in one pass over the rows: a row is looked at once, and the text of its labels is made once
 * and dropped at once, before it could become a burden to the garbage collector.
 */
export function group<Subject>(families: readonly Family<Subject>[], rows: Iterable<Row<Subject>>): Group {
  return function* (at, format) {
    const writers = families.map((family) => new FamilyWriter(family, at, format));
    let left = ROWS_A_TURN;
    for (const row of rows) {
      for (const writer of writers) writer.add(row);
      left -= 1;
      if (left > 0) continue;
      yield undefined;
      left = ROWS_A_TURN;
    }
    for (const { text } of writers) yield text;
  };
}

/**
 * The one writer of the exposition: everything the exporter prints for Prometheus passes here. It yields UTF-8 as of one
 * instant, never a part of a character; the empty chunks between are pauses, for whoever has others waiting.
 */
export function* exposition(groups: readonly Group[], at: Instant, format: Format): Generator<Uint8Array> {
  let gathered = new Utf8Text();
  for (const write of groups) {
    for (const text of write(at, format)) {
      if (text === undefined) {
        yield NOTHING_YET;
        continue;
      }
      gathered.append(text);
      if (gathered.bytes < CHUNK_BYTES) continue;
      yield* gathered.chunks();
      gathered = new Utf8Text();
    }
  }
  if (format.openMetrics) gathered.add('# EOF\n');
  yield* gathered.chunks();
}

/** One family's text, row by row. */
class FamilyWriter<Subject> {
  readonly text = new Utf8Text();
  readonly #family: Family<Subject>;
  readonly #at: Instant;
  readonly #format: Format;
  readonly #emit: Emit;
  /** What the samples of the current row have in common. */
  #name = '';
  #labels = '';

  constructor(family: Family<Subject>, at: Instant, format: Format) {
    this.#family = family;
    this.#at = at;
    this.#format = format;
    this.#emit = family.labels.length === 0 ? this.#plain : this.#labelled;
  }

  add({ subject, labels, suffix }: Row<Subject>): void {
    this.#name = suffix === undefined ? this.#family.name : `${this.#family.name}${suffix}`;
    this.#labels = labels;
    this.#family.each(subject, this.#at, this.#emit);
  }

  readonly #plain: Emit = (value) => this.#sample(this.#labels, value);

  readonly #labelled: Emit = (value, ...values) => {
    let labels = this.#labels;
    const names = this.#family.labels;
    for (let index = 0; index < names.length; index += 1) {
      labels += `${labels === '' ? '' : ','}${names[index]}="${escapeLabel(values[index] ?? '')}"`;
    }
    this.#sample(labels, value);
  };

  #sample(labels: string, value: number): void {
    // A family that has nothing to say is not announced either.
    if (this.text.isEmpty) this.text.add(describe(this.#family, this.#format));
    this.text.add(
      labels === '' ? `${this.#name} ${formatValue(value)}\n` : `${this.#name}{${labels}} ${formatValue(value)}\n`,
    );
  }
}

function describe({ name, type, unit, help }: Family<never>, { openMetrics }: Format): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  if (!openMetrics) return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n`;
  // OpenMetrics names a counter's family without the suffix that its samples carry.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# HELP ${family} ${escaped.replaceAll('"', '\\"')}\n# TYPE ${family} ${type}\n${unitLine}`;
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
