import type { Instant } from '../model/instant.ts';
import type { Utf8Text } from './byte-buffer.ts';
import type { EncodedFamily } from './encoded-family.ts';
import type { EncodedRows } from './encoded-rows.ts';
import { type Emit, escapeLabel } from './family.ts';
import type { Format } from './format.ts';
import { formatValue } from './sample-value.ts';

const AFTER_NAME = Buffer.from(' ');
const AFTER_ROW_LABELS = Buffer.from('} ');
const AFTER_OWN_LABELS = Buffer.from('"} ');

/** Writes one family's samples, as of an instant, behind whatever the text holds. */
export class FamilyWriter<Subject> {
  readonly text: Utf8Text;
  readonly #encoded: EncodedFamily<Subject>;
  readonly #at: Instant;
  readonly #header: string;
  #isAnnounced = false;
  /** Of the row being written: the name with its suffix, and the labels after their opening brace. */
  #name: Uint8Array;
  #labels: Uint8Array = Buffer.of();

  constructor(encoded: EncodedFamily<Subject>, at: Instant, { openMetrics }: Format, text: Utf8Text) {
    this.text = text;
    this.#encoded = encoded;
    this.#at = at;
    this.#header = openMetrics ? encoded.openMetricsHeader : encoded.header;
    this.#name = encoded.name;
  }

  add(rows: EncodedRows<Subject>): void {
    const { family, name } = this.#encoded;
    for (let index = 0; index < rows.length; index += 1) {
      const { subject, suffix } = rows.row(index);
      this.#name = suffix ? Buffer.from(family.name + suffix) : name;
      this.#labels = rows.labels(index);
      family.each(subject, this.#at, this.#emit);
    }
  }

  readonly #emit: Emit = (value, first = '', second = '') => {
    const { text } = this;
    // A family that has nothing to say is not announced either.
    if (!this.#isAnnounced) text.add(this.#header);
    this.#isAnnounced = true;
    text.addBytes(this.#name);
    if (this.#encoded.family.labels.length === 0) this.#endLabels();
    else this.#addOwnLabels(first, second);
    text.add(formatValue(value));
    text.endLine();
  };

  #endLabels(): void {
    // Nothing but the brace, which is left out then.
    if (this.#labels.length === 1) {
      this.text.addBytes(AFTER_NAME);
      return;
    }
    this.text.addBytes(this.#labels);
    this.text.addBytes(AFTER_ROW_LABELS);
  }

  #addOwnLabels(first: string, second: string): void {
    const { text } = this;
    const { beforeFirst, beforeSecond, family } = this.#encoded;
    text.addBytes(this.#labels);
    text.addBytes(this.#labels.length === 1 ? beforeFirst.subarray(1) : beforeFirst);
    text.add(escapeLabel(first));
    if (family.labels.length === 2) {
      text.addBytes(beforeSecond);
      text.add(escapeLabel(second));
    }
    text.addBytes(AFTER_OWN_LABELS);
  }
}
