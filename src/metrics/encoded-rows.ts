import { BYTES_A_UNIT } from './byte-buffer.ts';
import type { Row } from './family.ts';

const FIRST_SCRATCH_BYTES = 2048;

const OPENING_BRACE = 0x7b;

/** Some rows with their labels as bytes, for all families to write. */
export class EncodedRows<Subject> {
  #rows: Row<Subject>[] = [];
  #labels: Uint8Array[] = [];
  #scratch = Buffer.allocUnsafe(FIRST_SCRATCH_BYTES);
  #used = 0;

  get length(): number {
    return this.#rows.length;
  }

  add(row: Row<Subject>): void {
    const most = 1 + row.labels.length * BYTES_A_UNIT;
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
