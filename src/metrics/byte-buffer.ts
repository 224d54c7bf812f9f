/**
 * Size of the first block in bytes. Each further block is as large as all previous blocks together, up to the maximum. V8
 * counts memory outside of the heap until it is collected, so unused space causes more full garbage collections.
 */
const FIRST_BLOCK_BYTES = 16 * 1024;
const FIRST_LARGE_BLOCK_BYTES = 64 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024;

/** A UTF-16 code unit needs at most three bytes in UTF-8. */
export const MAX_BYTES_PER_UTF16_UNIT = 3;

const MAX_ASCII = 0x7f;
const LINE_FEED = 0x0a;

/**
 * Collects UTF-8 text in buffers outside of the heap. It does not concatenate strings: V8 stores a concatenated string as
 * a tree of its parts, which the garbage collector has to trace until the string is flattened and encoded.
 */
export class ByteBuffer {
  readonly #fullBlocks: Uint8Array[] = [];
  #block = Buffer.of();
  #used = 0;
  #nextBlockBytes: number;
  #allocated = 0;

  constructor(isLarge = false) {
    this.#nextBlockBytes = isLarge ? FIRST_LARGE_BLOCK_BYTES : FIRST_BLOCK_BYTES;
  }

  appendBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Appends a short string. Writing each character in JavaScript is faster than one call into native code. */
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

  /** Yields the content in order. No chunk splits a character. */
  *chunks(): Generator<Uint8Array> {
    yield* this.#fullBlocks;
    if (this.#used > 0) yield this.#block.subarray(0, this.#used);
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return;
    if (this.#used > 0) this.#fullBlocks.push(this.#block.subarray(0, this.#used));
    // allocUnsafeSlow uses neither the shared pool nor zero-filled memory.
    this.#block = Buffer.allocUnsafeSlow(Math.max(this.#nextBlockBytes, bytes));
    this.#allocated += this.#block.length;
    this.#used = 0;
    this.#nextBlockBytes = Math.min(this.#allocated, MAX_BLOCK_BYTES);
  }
}
