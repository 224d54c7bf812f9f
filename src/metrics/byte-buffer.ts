/**
 * Bytes of a text's first block; each further one has as much room as all before it, up to the longest. V8 counts what is
 * outside of the heap as well, until it is collected: room that nobody uses has it collect the whole heap more often.
 */
const FIRST_BLOCK_BYTES = 16 * 1024;
const FIRST_LARGE_BLOCK_BYTES = 64 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024;

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
export const MAX_BYTES_PER_UTF16_UNIT = 3;

const MAX_ASCII = 0x7f;
const LINE_FEED = 0x0a;

/**
 * A text that grows, as UTF-8 outside of the heap. It is put together of bytes: a string that is put together is kept as
 * its parts, for the garbage collector to follow, until it is copied into one piece and then turned into bytes.
 */
export class ByteBuffer {
  readonly #full: Uint8Array[] = [];
  #block = Buffer.of();
  #used = 0;
  #nextBlock: number;
  #room = 0;

  constructor(isLong = false) {
    this.#nextBlock = isLong ? FIRST_LARGE_BLOCK_BYTES : FIRST_BLOCK_BYTES;
  }

  appendBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** For short texts: one by one, their letters are faster to write than by a call that leaves V8. */
  appendString(text: string): void {
    this.#reserve(text.length * MAX_BYTES_PER_UTF16_UNIT);
    const block = this.#block;
    let used = this.#used;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > MAX_ASCII) {
        used += block.write(text.slice(index), used);
        break;
      }
      block[used] = unit;
      used += 1;
    }
    this.#used = used;
  }

  appendNewline(): void {
    this.#reserve(1);
    this.#block[this.#used] = LINE_FEED;
    this.#used += 1;
  }

  /** All of it, in order and never cut within a character. */
  *chunks(): Generator<Uint8Array> {
    yield* this.#full;
    if (this.#used > 0) yield this.#block.subarray(0, this.#used);
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return;
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    // Not shared with others, and not cleared before it is written.
    this.#block = Buffer.allocUnsafeSlow(Math.max(this.#nextBlock, bytes));
    this.#room += this.#block.length;
    this.#used = 0;
    this.#nextBlock = Math.min(this.#room, MAX_BLOCK_BYTES);
  }
}
