import type { Instant } from '../model/instant.ts';
import { type ByteBuffer, MAX_BYTES_PER_UTF16_UNIT } from './byte-buffer.ts';
import type { Format } from './exposition.ts';
import { type Emit, type EncodedFamily, escapeLabel, type Row } from './family.ts';

const AFTER_NAME = Buffer.from(' ');
const AFTER_ROW_LABELS = Buffer.from('} ');
const AFTER_LABELS = Buffer.from('"} ');

/** Writes one family's samples, as of an instant, behind whatever the text holds. */
export class FamilyWriter<Subject> {
  readonly text: ByteBuffer;
  readonly #encoded: EncodedFamily<Subject>;
  readonly #at: Instant;
  readonly #header: string;
  #headerWritten = false;
  /** Of the row being written: the name with its suffix, and the labels after their opening brace. */
  #name: Uint8Array;
  #labels: Uint8Array = Buffer.of();

  constructor(encoded: EncodedFamily<Subject>, at: Instant, { openMetrics }: Format, text: ByteBuffer) {
    this.text = text;
    this.#encoded = encoded;
    this.#at = at;
    this.#header = openMetrics ? encoded.openMetricsHeader : encoded.header;
    this.#name = encoded.name;
  }

  add(rows: RowBatch<Subject>): void {
    const { family, name } = this.#encoded;
    for (let index = 0; index < rows.length; index += 1) {
      const { subject, suffix } = rows.row(index);
      this.#name = suffix ? Buffer.from(family.name + suffix) : name;
      this.#labels = rows.labels(index);
      family.collect(subject, this.#at, this.#emit);
    }
  }

  readonly #emit: Emit = (value, first = '', second = '') => {
    const { text } = this;
    // A family that has nothing to say is not announced either.
    if (!this.#headerWritten) text.appendString(this.#header);
    this.#headerWritten = true;
    text.appendBytes(this.#name);
    if (this.#encoded.family.labels.length === 0) this.#writeWithoutLabels();
    else this.#writeLabels(first, second);
    text.appendString(formatSampleValue(value));
    text.appendNewline();
  };

  #writeWithoutLabels(): void {
    // Nothing but the brace, which is left out then.
    if (this.#labels.length === 1) {
      this.text.appendBytes(AFTER_NAME);
      return;
    }
    this.text.appendBytes(this.#labels);
    this.text.appendBytes(AFTER_ROW_LABELS);
  }

  #writeLabels(first: string, second: string): void {
    const { text } = this;
    const { firstLabelPrefix: beforeFirst, secondLabelPrefix: beforeSecond, family } = this.#encoded;
    text.appendBytes(this.#labels);
    text.appendBytes(this.#labels.length === 1 ? beforeFirst.subarray(1) : beforeFirst);
    text.appendString(escapeLabel(first));
    if (family.labels.length === 2) {
      text.appendBytes(beforeSecond);
      text.appendString(escapeLabel(second));
    }
    text.appendBytes(AFTER_LABELS);
  }
}

const FIRST_SCRATCH_BYTES = 2048;

const OPENING_BRACE = 0x7b;

/** Some rows with their labels as bytes, for all families to write. */
export class RowBatch<Subject> {
  #rows: Row<Subject>[] = [];
  #labels: Uint8Array[] = [];
  #scratch = Buffer.allocUnsafe(FIRST_SCRATCH_BYTES);
  #used = 0;

  get length(): number {
    return this.#rows.length;
  }

  add(row: Row<Subject>): void {
    const most = 1 + row.labels.length * MAX_BYTES_PER_UTF16_UNIT;
    if (this.#used + most > this.#scratch.length) {
      // Labels that were encoded before stay where they are.
      this.#scratch = Buffer.allocUnsafe(Math.max(2 * this.#scratch.length, most));
      this.#used = 0;
    }
    const start = this.#used;
    this.#scratch[start] = OPENING_BRACE;
    this.#used = start + 1 + this.#scratch.write(row.labels, start + 1);
    this.#rows.push(row);
    this.#labels.push(this.#scratch.subarray(start, this.#used));
  }

  row(index: number): Row<Subject> {
    return this.#rows[index] as Row<Subject>;
  }

  /** An opening brace, and the labels. */
  labels(index: number): Uint8Array {
    return this.#labels[index] as Uint8Array;
  }

  /** Makes room for others. */
  clear(): void {
    this.#rows = [];
    this.#labels = [];
    this.#used = 0;
  }
}

/** As JavaScript writes numbers, which is as Go reads them, but for what has no digits. */
function formatSampleValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const whole = Math.trunc(value);
  if (whole === value || whole === 0 || Math.abs(whole) > MAX_WITH_THOUSANDTHS) return String(value);
  // Seconds from milliseconds, as most values are. JavaScript takes twice as long to find out that it is no more.
  const thousandths = Math.round(Math.abs(value - whole) * 1000);
  const isAll = (Math.abs(whole) * 1000 + thousandths) / 1000 === Math.abs(value);
  return isAll ? `${whole}.${THOUSANDTHS[thousandths]}` : String(value);
}

/** With three digits more, they are still few enough for each number to be written by one text alone. */
const MAX_WITH_THOUSANDTHS = 1e11;

/** `5` for 500, `05` for 50. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => String(count / 1000).slice('0.'.length));
