import type { Instant } from '../tokens/instant.ts';
import { type Emit, escapeLabel, type Family, type Row } from './family.ts';
import type { Format } from './format.ts';
import { Utf8Text } from './utf8-text.ts';

/**
 * Rows that one family writes before the next does: a text under way is then in the processor's caches. They are about a
 * millisecond's work, after which others may have their turn.
 */
const ROWS_A_TURN = 128;

/** Bytes of small families gathered before they are handed on. */
const CHUNK_BYTES = 64 * 1024;

const NOTHING_YET = new Uint8Array();

/** Families with the rows they speak of. Yields nothing while it writes, to give others their turn, and then its text. */
export type Group = (at: Instant, format: Format) => Generator<Utf8Text | undefined>;

/**
 * All families are written in one pass over the rows: the text of a row's labels is made once and dropped soon, before it
 * could become a burden to the garbage collector.
 */
export function group<Subject>(families: readonly Family<Subject>[], rows: Iterable<Row<Subject>>): Group {
  // Not itself a generator function: V8 makes a hidden class for each one that is created, which keeps what it refers to,
  // here all tokens of a scrape, until the next full collection.
  return (at, format) => writeGroup(families, rows, at, format);
}

function* writeGroup<Subject>(
  families: readonly Family<Subject>[],
  rows: Iterable<Row<Subject>>,
  at: Instant,
  format: Format,
): ReturnType<Group> {
  const writers = families.map((family) => new FamilyWriter(family, at, format));
  let some: Row<Subject>[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < ROWS_A_TURN) continue;
    for (const writer of writers) writer.add(some);
    some = [];
    yield undefined;
  }
  for (const writer of writers) writer.add(some);
  for (const { text } of writers) yield text;
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

/**
 * One family's text, row by row. What its samples share is put together once: V8 keeps a text that was made of others as a
 * tree of them, and each node is work for the garbage collector.
 */
class FamilyWriter<Subject> {
  readonly text = new Utf8Text();
  readonly #family: Family<Subject>;
  readonly #at: Instant;
  readonly #header: string;
  readonly #emit: Emit;
  /** Up to the labels of the row, then up to the values of the family's own labels. */
  readonly #opening: string;
  readonly #beforeFirst: string;
  readonly #beforeSecond: string;
  #isAnnounced = false;
  /** What all samples of the current row begin with, and what comes before the value where they have no more labels. */
  #start = '';
  #end = '';

  constructor(family: Family<Subject>, at: Instant, format: Format) {
    const [first, second] = family.labels;
    this.#family = family;
    this.#at = at;
    this.#header = describe(family, format);
    this.#opening = `${family.name}{`;
    this.#beforeFirst = `${first}="`;
    this.#beforeSecond = `",${second}="`;
    this.#emit = first === undefined ? this.#plain : second === undefined ? this.#withOne : this.#withTwo;
  }

  add(rows: readonly Row<Subject>[]): void {
    for (const row of rows) this.#addRow(row);
  }

  #addRow({ subject, labels, suffix }: Row<Subject>): void {
    const opening = suffix === undefined ? this.#opening : `${this.#family.name}${suffix}{`;
    if (this.#emit === this.#plain) {
      // Without any label there is no brace either.
      this.#start = labels === '' ? opening.slice(0, -1) : opening + labels;
      this.#end = labels === '' ? ' ' : '} ';
    } else this.#start = labels === '' ? opening : `${opening}${labels},`;
    this.#family.each(subject, this.#at, this.#emit);
  }

  readonly #plain: Emit = (value) => {
    const rest = `${this.#end}${formatValue(value)}\n`;
    this.#write(this.#start + rest);
  };

  readonly #withOne: Emit = (value, first = '') => {
    const label = this.#beforeFirst + escapeLabel(first);
    const rest = `"} ${formatValue(value)}\n`;
    this.#write(this.#start + label + rest);
  };

  readonly #withTwo: Emit = (value, first = '', second = '') => {
    const labels = this.#beforeFirst + escapeLabel(first) + this.#beforeSecond + escapeLabel(second);
    const rest = `"} ${formatValue(value)}\n`;
    this.#write(this.#start + labels + rest);
  };

  #write(sample: string): void {
    // A family that has nothing to say is not announced either.
    if (!this.#isAnnounced) this.text.add(this.#header);
    this.#isAnnounced = true;
    this.text.add(sample);
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

/** As JavaScript writes numbers, which is as Go reads them, but for what has no digits. */
function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const whole = Math.trunc(value);
  if (whole === value || whole === 0 || Math.abs(whole) > LARGEST_WITH_THOUSANDTHS) return String(value);
  // Seconds from milliseconds, as most values are. JavaScript takes twice as long to find out that it is no more.
  const thousandths = Math.round(Math.abs(value - whole) * 1000);
  const isAll = (Math.abs(whole) * 1000 + thousandths) / 1000 === Math.abs(value);
  return isAll ? `${whole}.${THOUSANDTHS[thousandths]}` : String(value);
}

/** With three digits more, they are still few enough for each number to be written by one text alone. */
const LARGEST_WITH_THOUSANDTHS = 1e11;

/** `5` for 500, `05` for 50. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => String(count / 1000).slice('0.'.length));
