import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { TimeSlice } from '../time-slice.ts';
import { needsBody } from './answer.ts';

/** The answer breaks a rule that makes it unreadable, whatever it holds. The message is ours alone. */
export class InvalidAnswerError extends Error {
  override readonly name = 'InvalidAnswerError';
}

export interface TransportOptions {
  readonly dispatcher: Dispatcher;
  /** Bytes of body read at most. */
  readonly maxResponseSize: number;
  /** Called when an answer has begun, before its body is read. */
  readonly onAnswer?: () => void;
}

/**
 * A `fetch` as far as graphql-request uses one, over undici's request(). Redirects are not followed and compression is
 * not asked for; a body is read where it matters, to its end or its largest size, under the caller's signal. Every answer
 * says `ok` and JSON, so that graphql-request parses all of them: what a status means is judged where status and body are
 * seen together (answer.ts).
 *
 * @throws InvalidAnswerError when the body is too large
 * @throws undici's errors when the network fails or the signal aborts
 */
export function createTransport({ dispatcher, maxResponseSize, onAnswer }: TransportOptions): typeof fetch {
  const transport = async (
    url: string | URL,
    init: RequestInit,
  ): Promise<Pick<Response, 'ok' | 'status' | 'headers' | 'text'>> => {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body as string,
      signal: init.signal ?? null,
    });
    onAnswer?.();
    const answered = new Headers({ 'content-type': 'application/json' });
    for (const name of ['date', 'retry-after', 'content-encoding']) {
      const value = headers[name];
      if (value !== undefined) answered.set(name, String(value));
    }
    // Leaving before the end destroys the stream, which says so in an event of its own.
    body.on('error', () => undefined);
    const wanted = needsBody({ status: statusCode, headers: answered });
    if (!wanted) body.destroy();
    const text = wanted ? await readText(body, headers, maxResponseSize) : '';
    return { ok: true, status: statusCode, headers: answered, text: () => Promise.resolve(text) };
  };
  return transport as typeof fetch;
}

type Body = Dispatcher.ResponseData['body'];

async function readText(body: Body, headers: IncomingHttpHeaders, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(headers['content-length']) > limit) {
    body.destroy();
    throw tooLarge(limit);
  }
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const slice = new TimeSlice();
  const text = decode(Buffer.concat(chunks, size));
  // To parse it will take longer still.
  if (slice.isOver) await slice.yield();
  return text;
}

function decode(bytes: Buffer): string {
  // Most lists are plain ASCII, which needs no decoding but a copy.
  if (isAscii(bytes)) return bytes.toString('latin1');
  // A TextDecoder drops the byte order mark that JSON.parse would refuse.
  return new TextDecoder().decode(bytes);
}

function tooLarge(limit: number): InvalidAnswerError {
  return new InvalidAnswerError(`the body is larger than ${limit} bytes (--api.max-response-size)`);
}
