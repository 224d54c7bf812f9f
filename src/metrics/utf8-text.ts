/** A text this long is turned into bytes. Longer ones would outlive the youngest generation of the garbage collector. */
const TEXT_CHARACTERS = 16 * 1024;

const BUFFER_BYTES = 256 * 1024;

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const BYTES_A_CHARACTER = 3;

/** A text that grows, most of it as UTF-8 outside of the heap. */
export class Utf8Text {
  readonly #full: Uint8Array[] = [];
  #fullBytes = 0;
  #buffer = Buffer.of();
  #used = 0;
  /** What is not written yet. */
  #text = '';

  /** Those written so far; what is still a text comes on top. */
  get bytes(): number {
    return this.#fullBytes + this.#used;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= TEXT_CHARACTERS) this.#write();
  }

  /** Puts another text behind this one, which must not grow any more. */
  append(other: Utf8Text): void {
    if (other.bytes > 0) {
      this.#closeBuffer();
      other.#closeBuffer();
      this.#full.push(...other.#full);
      this.#fullBytes += other.#fullBytes;
    }
    this.add(other.#text);
  }

  /** All of it, in order. */
  *chunks(): Generator<Uint8Array> {
    this.#closeBuffer();
    yield* this.#full;
  }

  #write(): void {
    if (this.#used + this.#text.length * BYTES_A_CHARACTER > this.#buffer.length) {
      this.#keepBuffer();
      // Not shared with others, and not cleared before it is written.
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, this.#text.length * BYTES_A_CHARACTER));
    }
    this.#used += this.#buffer.write(this.#text, this.#used);
    this.#text = '';
  }

  #keepBuffer(): void {
    if (this.#used > 0) this.#full.push(this.#buffer.subarray(0, this.#used));
    this.#fullBytes += this.#used;
    this.#buffer = Buffer.of();
    this.#used = 0;
  }

  #closeBuffer(): void {
    if (this.#text !== '') {
      // The last piece is often small, as with few tokens all of it is: it gets no more room than it needs.
      if (this.#used === 0) {
        const last = Buffer.from(this.#text);
        this.#full.push(last);
        this.#fullBytes += last.length;
        this.#text = '';
      } else this.#write();
    }
    this.#keepBuffer();
  }
}
