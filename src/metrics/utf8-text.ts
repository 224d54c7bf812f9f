/** A text this long is turned into bytes. Longer ones would outlive the youngest generation of the garbage collector. */
const TEXT_CHARACTERS = 16 * 1024;

const BUFFER_BYTES = 256 * 1024;

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const BYTES_A_CHARACTER = 3;

/** Whether a text takes one byte a character, which is written about twice as fast. */
export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** A text that grows, most of it as UTF-8 outside of the heap. */
export class Utf8Text {
  readonly #full: Uint8Array[] = [];
  #fullBytes = 0;
  #buffer = Buffer.of();
  #used = 0;
  /** What is not written yet. */
  #text = '';
  #isAscii = true;

  /** Those written so far; what is still a text comes on top. */
  get bytes(): number {
    return this.#fullBytes + this.#used;
  }

  /** @param ascii whether the text is ASCII, for whoever adds many with much in common knows it at less cost */
  add(text: string, ascii: boolean): void {
    this.#text += text;
    this.#isAscii &&= ascii;
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
    this.add(other.#text, other.#isAscii);
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
    this.#used += this.#buffer.write(this.#text, this.#used, this.#isAscii ? 'latin1' : 'utf8');
    this.#text = '';
    this.#isAscii = true;
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
        const last = Buffer.from(this.#text, this.#isAscii ? 'latin1' : 'utf8');
        this.#full.push(last);
        this.#fullBytes += last.length;
        this.#text = '';
        this.#isAscii = true;
      } else this.#write();
    }
    this.#keepBuffer();
  }
}
