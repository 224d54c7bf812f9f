import { isAscii } from 'node:buffer';
import type { ClassifyStatus } from '../model/status.ts';
import type { Token } from '../model/token.ts';
import { parseJson } from '../runtime/json.ts';
import { parseToken } from './token-parser.ts';

/** Minimum number of bytes of a list to parse in one step, which takes a fraction of a millisecond. */
const CHUNK_BYTES = 32 * 1024;

/** Matches everything before the first item of the list. */
const LIST_PREFIX = /^\s*\{\s*"data"\s*:\s*\{\s*"viewPersonalAccessTokens"\s*:\s*\[\s*(?=\{)/;

/** Separates two items, unless it is part of a string or of a nested list. */
const ITEM_SEPARATOR = '},{';

/**
 * Parses the body of a response while it arrives. The items of a long list become tokens chunk by chunk, so that
 * parsing does not block the event loop for long, and the objects of JSON.parse are collected as young garbage. The
 * rest of the body is a response with a shorter list.
 *
 * A chunk is cut at its last separator, which may be inside an item. This is safe: the chunk parses as a list only if
 * an item ends there, and then the rest is JSON if and only if the whole body is. If no cut is possible, as with spaces
 * between the items, the whole body is parsed at the end. (If a response contains `data` or the list twice, which no
 * GraphQL server sends, some items of the first list may be included.)
 */
export class StreamingResponse {
  /** The tokens parsed so far, in the order of the list. */
  readonly tokens: Token[] = [];
  readonly #classifyStatus: ClassifyStatus;
  readonly #chunkBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** The number of pending bytes at which the next chunk is cut. */
  #parseAt: number;
  /** Empty until the first chunk is cut; until then it is part of the pending bytes. */
  #listPrefix = '';

  constructor(classifyStatus: ClassifyStatus, chunkBytes = CHUNK_BYTES) {
    this.#classifyStatus = classifyStatus;
    this.#chunkBytes = chunkBytes;
    this.#parseAt = chunkBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= this.#parseAt) this.#parseAvailable(Buffer.concat(this.#chunks));
  }

  /** Returns the body without the items that are already parsed. */
  end(): string {
    return this.#listPrefix + decode(Buffer.concat(this.#chunks));
  }

  #parseAvailable(bytes: Buffer): void {
    const end = bytes.lastIndexOf(ITEM_SEPARATOR) + 1;
    const text = decode(bytes.subarray(0, end));
    const isFirst = this.#listPrefix === '';
    const listPrefix = isFirst ? LIST_PREFIX.exec(text)?.[0] : this.#listPrefix;
    const items = listPrefix === undefined ? [] : parseItems(isFirst ? text.slice(listPrefix.length) : text);
    if (listPrefix === undefined || items.length === 0) {
      // Doubling limits the cost of failed attempts to that of parsing the whole body two more times.
      this.#setPending(bytes, 2 * bytes.length);
      return;
    }
    for (const item of items) this.tokens.push(parseToken(item, this.#classifyStatus));
    this.#listPrefix = listPrefix;
    this.#setPending(bytes.subarray(end + 1), this.#chunkBytes);
  }

  #setPending(bytes: Buffer, parseAt: number): void {
    this.#chunks = [bytes];
    this.#bytes = bytes.length;
    this.#parseAt = parseAt;
  }
}

/** Parses items separated by commas. Returns an empty list for any other string. */
function parseItems(text: string): readonly unknown[] {
  const items = parseJson(`[${text}]`);
  return Array.isArray(items) ? items : [];
}

function decode(bytes: Buffer): string {
  // Most lists are ASCII, which only needs a copy.
  if (isAscii(bytes)) return bytes.toString('latin1');
  // TextDecoder drops the byte order mark, which JSON.parse would reject.
  return new TextDecoder().decode(bytes);
}
