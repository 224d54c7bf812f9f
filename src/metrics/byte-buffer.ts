/**
 * Bytes of a text's first block; each further one has as much room as all before it, up to the longest. V8 counts what is
 * outside of the heap as well, until it is collected: room that nobody uses has it collect the whole heap more often.
 */
const FIRST_BLOCK = 16 * 1024;
const FIRST_OF_LONG = 64 * 1024;
const LONGEST_BLOCK = 256 * 1024;

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
export const BYTES_A_UNIT = 3;

const LAST_OF_ASCII = 0x7f;
const LINE_FEED = 0x0a;

/**
 * A text that grows, as UTF-8 outside of the heap. It is put together of bytes: a string that is put together is kept as
 * its parts, for the garbage collector to follow, until it is copied into one piece and then turned into bytes.
 */
export class Utf8Text {
  readonly #full: Uint8Array[] = [];
  #block = Buffer.of();
  #used = 0;
  #nextBlock: number;
  #room = 0;

  constructor(isLong = false) {
    this.#nextBlock = isLong ? FIRST_OF_LONG : FIRST_BLOCK;
  }

  addBytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** For short texts: one by one, their letters are faster to write than by a call that leaves V8. */
  add(text: string): void {
    this.#makeRoom(text.length * BYTES_A_UNIT);
    const block = this.#block;
    let used = this.#used;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > LAST_OF_ASCII) {
        used += block.write(text.slice(index), used);
        break;
      }
      block[used] = unit;
      used += 1;
    }
    this.#used = used;
  }

  endLine(): void {
    this.#makeRoom(1);
    this.#block[this.#used] = LINE_FEED;
    this.#used += 1;
  }

  /** All of it, in order and never cut within a character. */
  *chunks(): Generator<Uint8Array> {
    yield* this.#full;
    if (this.#used > 0) yield this.#block.subarray(0, this.#used);
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return;
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    // Not shared with others, and not cleared before it is written.
    this.#block = Buffer.allocUnsafeSlow(Math.max(this.#nextBlock, bytes));
    this.#room += this.#block.length;
    this.#used = 0;
    this.#nextBlock = Math.min(this.#room, LONGEST_BLOCK);
  }
}
