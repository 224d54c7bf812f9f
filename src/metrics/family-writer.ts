import type { Instant } from '../model/instant.ts';
import { type ByteBuffer, MAX_BYTES_PER_UTF16_UNIT } from './byte-buffer.ts';
import type { Format } from './family.ts';
import { type Emit, type EncodedFamily, escapeLabel, type Row } from './family.ts';

const AFTER_NAME = Buffer.from(' ');
const AFTER_ROW_LABELS = Buffer.from('} ');
const AFTER_LABELS = Buffer.from('"} ');

/** Appends the samples of one family, with their values at one instant, to a buffer. */
export class FamilyWriter<Subject> {
  readonly output: ByteBuffer;
  readonly #encoded: EncodedFamily<Subject>;
  readonly #at: Instant;
  readonly #header: string;
  #headerWritten = false;
  /** The name of the current row, with its suffix. */
  #name: Uint8Array;
  /** The labels of the current row, starting with the opening brace. */
  #labels: Uint8Array = Buffer.of();

  constructor(encoded: EncodedFamily<Subject>, at: Instant, { openMetrics }: Format, output: ByteBuffer) {
    this.output = output;
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
    const { output } = this;
    // A family without samples has no header.
    if (!this.#headerWritten) output.appendString(this.#header);
    this.#headerWritten = true;
    output.appendBytes(this.#name);
    if (this.#encoded.family.labels.length === 0) this.#writeWithoutLabels();
    else this.#writeLabels(first, second);
    output.appendString(formatSampleValue(value));
    output.appendNewline();
  };

  #writeWithoutLabels(): void {
    // A sample without labels has no braces.
    if (this.#labels.length === 1) {
      this.output.appendBytes(AFTER_NAME);
      return;
    }
    this.output.appendBytes(this.#labels);
    this.output.appendBytes(AFTER_ROW_LABELS);
  }

  #writeLabels(first: string, second: string): void {
    const { output } = this;
    const { firstLabelPrefix, secondLabelPrefix, family } = this.#encoded;
    output.appendBytes(this.#labels);
    output.appendBytes(this.#labels.length === 1 ? firstLabelPrefix.subarray(1) : firstLabelPrefix);
    output.appendString(escapeLabel(first));
    if (family.labels.length === 2) {
      output.appendBytes(secondLabelPrefix);
      output.appendString(escapeLabel(second));
    }
    output.appendBytes(AFTER_LABELS);
  }
}

const INITIAL_SCRATCH_BYTES = 2048;

const OPENING_BRACE = 0x7b;

/** A batch of rows with their labels encoded once for all families. */
export class RowBatch<Subject> {
  #rows: Row<Subject>[] = [];
  #labels: Uint8Array[] = [];
  #scratch = Buffer.allocUnsafe(INITIAL_SCRATCH_BYTES);
  #scratchUsed = 0;

  get length(): number {
    return this.#rows.length;
  }

  add(row: Row<Subject>): void {
    const maxBytes = 1 + row.labels.length * MAX_BYTES_PER_UTF16_UNIT;
    if (this.#scratchUsed + maxBytes > this.#scratch.length) {
      // Labels that are already encoded stay in the previous buffer.
      this.#scratch = Buffer.allocUnsafe(Math.max(2 * this.#scratch.length, maxBytes));
      this.#scratchUsed = 0;
    }
    const start = this.#scratchUsed;
    this.#scratch[start] = OPENING_BRACE;
    this.#scratchUsed = start + 1 + this.#scratch.write(row.labels, start + 1);
    this.#rows.push(row);
    this.#labels.push(this.#scratch.subarray(start, this.#scratchUsed));
  }

  row(index: number): Row<Subject> {
    return this.#rows[index] as Row<Subject>;
  }

  /** Returns the encoded labels of a row, starting with the opening brace. */
  labels(index: number): Uint8Array {
    return this.#labels[index] as Uint8Array;
  }

  /** Removes all rows and reuses the buffer for the next batch. */
  clear(): void {
    this.#rows = [];
    this.#labels = [];
    this.#scratchUsed = 0;
  }
}

/** Formats a value as JavaScript does, which Go's `ParseFloat` accepts. Infinities are `+Inf` and `-Inf`. */
function formatSampleValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const whole = Math.trunc(value);
  if (whole === value || whole === 0 || Math.abs(whole) > MAX_WITH_THOUSANDTHS) return String(value);
  // Most values are milliseconds converted to seconds. For these, String(value) takes twice as long as this path.
  const thousandths = Math.round(Math.abs(value - whole) * 1000);
  const isExact = (Math.abs(whole) * 1000 + thousandths) / 1000 === Math.abs(value);
  return isExact ? `${whole}.${THOUSANDTHS[thousandths]}` : String(value);
}

/** Up to this value, a number with three decimal places has at most 15 digits, which identify it uniquely. */
const MAX_WITH_THOUSANDTHS = 1e11;

/** The decimal places of each number of thousandths: `5` for 500, `05` for 50. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => String(count / 1000).slice('0.'.length));
