import { isAscii } from 'node:buffer';
import type { Token } from '../model/token.ts';
import { parseJson } from '../runtime/json.ts';
import { parseToken } from './token-parser.ts';

/** So many bytes of a list are read at once, at least: a fraction of a millisecond's work. */
const CHUNK_BYTES = 32 * 1024;

/** What stands before the first item of the list. */
const LIST_PREFIX = /^\s*\{\s*"data"\s*:\s*\{\s*"viewPersonalAccessTokens"\s*:\s*\[\s*(?=\{)/;

/** Where an item ends and the next one begins, unless it is part of a text or of a deeper list. */
const ITEM_SEPARATOR = '},{';

/**
 * The body of an answer while it arrives. The items of a long list become tokens piece by piece, so that nobody waits for
 * all of them, and what JSON.parse makes of them is garbage while it is young. What is left is an answer like any other
 * with a shorter list.
 *
 * Where a piece is cut is a guess that cannot do harm: the piece is a list by itself only where an item has ended, and
 * then the rest is JSON if and only if the whole was. Where nothing can be cut, as in JSON with spaces between the items,
 * the whole is left for the end. (Of an answer that names `data` or the list twice, which no GraphQL server does, some of
 * the first list may count as well.)
 */
export class StreamingResponse {
  /** What was read, in the order of the list. */
  readonly tokens: Token[] = [];
  readonly #chunkBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** A piece is cut when so many bytes are there. */
  #parseAt: number;
  /** Empty until the first piece is cut, since it is part of the bytes until then. */
  #listPrefix = '';

  constructor(pieceBytes = CHUNK_BYTES) {
    this.#chunkBytes = pieceBytes;
    this.#parseAt = pieceBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= this.#parseAt) this.#parseAvailable(Buffer.concat(this.#chunks));
  }

  /** The body, less the items that were read. */
  end(): string {
    return this.#listPrefix + decode(Buffer.concat(this.#chunks));
  }

  #parseAvailable(bytes: Buffer): void {
    const end = bytes.lastIndexOf(ITEM_SEPARATOR) + 1;
    const text = decode(bytes.subarray(0, end));
    const isFirst = this.#listPrefix === '';
    const beforeItems = isFirst ? LIST_PREFIX.exec(text)?.[0] : this.#listPrefix;
    const items = beforeItems === undefined ? [] : parseItems(isFirst ? text.slice(beforeItems.length) : text);
    if (beforeItems === undefined || items.length === 0) {
      // Twice as much each time, so that all that is in vain takes no longer than two more readings of the whole.
      this.#setPending(bytes, 2 * bytes.length);
      return;
    }
    for (const item of items) this.tokens.push(parseToken(item));
    this.#listPrefix = beforeItems;
    this.#setPending(bytes.subarray(end + 1), this.#chunkBytes);
  }

  #setPending(bytes: Buffer, due: number): void {
    this.#chunks = [bytes];
    this.#bytes = bytes.length;
    this.#parseAt = due;
  }
}

/** None where the text is no list of items. */
function parseItems(text: string): readonly unknown[] {
  const items = parseJson(`[${text}]`);
  return Array.isArray(items) ? items : [];
}

function decode(bytes: Buffer): string {
  // Most lists are plain ASCII, which needs no decoding but a copy.
  if (isAscii(bytes)) return bytes.toString('latin1');
  // A TextDecoder drops the byte order mark that JSON.parse would refuse.
  return new TextDecoder().decode(bytes);
}
