import type { ClientRequest, IncomingMessage } from 'node:http';
import { EventLoopYielder } from '../runtime/yielding.ts';
import type { Dispatcher } from './connections.ts';
import { needsBody } from './response.ts';
import type { StreamingResponse } from './streaming-response.ts';

/** The answer breaks a rule that makes it unreadable, whatever it holds. The message is ours alone. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidAnswerError';
}

export interface TransportOptions {
  readonly dispatcher: Dispatcher;
  /** Bytes of body read at most. */
  readonly maxResponseSize: number;
  /** Called when an answer has begun, before its body is read. */
  readonly onResponse?: () => void;
  /** Takes the body as it arrives. What it leaves over is the text of the answer. */
  readonly streamingResponse: StreamingResponse;
}

type FetchResponse = Pick<Response, 'ok' | 'status' | 'headers' | 'text'>;

/**
 * A `fetch` as far as graphql-request uses one, over Node's own client. Redirects are not followed and compression is
 * not asked for; a body is read where it matters, to its end or its largest size, under the caller's signal. Every answer
 * says `ok` and JSON, so that graphql-request parses all of them: what a status means is evaluated where status and body are
 * seen together (answer.ts).
 *
 * @throws InvalidAnswerError when the body is too large
 * @throws Node's errors when the network fails, and the signal's reason when it aborts
 */
export function createTransport({
  dispatcher: way,
  maxResponseSize,
  onResponse: onAnswer,
  streamingResponse: arriving,
}: TransportOptions): typeof fetch {
  const read = async (incoming: IncomingMessage): Promise<FetchResponse> => {
    onAnswer?.();
    const { statusCode: status = 0 } = incoming;
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of ['date', 'retry-after', 'content-encoding']) {
      const value = incoming.headers[name];
      if (value !== undefined) headers.set(name, String(value));
    }
    const text = needsBody({ status, headers })
      ? await readBody(incoming, maxResponseSize, arriving)
      : discardBody(incoming);
    return { ok: true, status, headers, text: () => Promise.resolve(text) };
  };

  const transport = async (url: string | URL, init: RequestInit): Promise<FetchResponse> => {
    const [endpoint, body] = [new URL(url), String(init.body)];
    const headers = { ...Object.fromEntries(new Headers(init.headers)), 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers };
    const request = way.send(endpoint, options);
    let answered = false;
    request.once('response', () => {
      answered = true;
    });
    try {
      return await sendRequest(request, body, init.signal, read);
    } catch (error) {
      // A connection that was kept may have been ended just now, before it could be seen: the call is made anew, once
      // (https://nodejs.org/docs/latest-v20.x/api/http.html#requestreusedsocket). It only reads, so that it may be.
      if (answered || !request.reusedSocket || !isConnectionClosed(error)) throw error;
      return await sendRequest(way.send(endpoint, options), body, init.signal, read);
    }
  };
  return transport as typeof fetch;
}

/** Sends a request, and has its answer read; both end with the signal. */
function sendRequest<Result>(
  request: ClientRequest,
  body: string,
  signal: AbortSignal | null | undefined,
  read: (incoming: IncomingMessage) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cut = (): void => {
      reject(signal?.reason);
      request.destroy();
    };
    let isAnswered = false;
    // Stays to the end: once the answer has begun, errors are told by it and by the request alike.
    request.on('error', reject);
    request.once('response', (incoming) => {
      isAnswered = true;
      // Whoever leaves before its end hears of that as an error.
      incoming.on('error', reject);
      read(incoming).then(resolve, reject);
    });
    request.once('close', () => {
      signal?.removeEventListener('abort', cut);
      // Not every end is an error: Node drops an answer that goes on in another protocol (101) without a word.
      if (!isAnswered) reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
    });
    signal?.addEventListener('abort', cut);
    if (signal?.aborted) cut();
    else request.end(body);
  });
}

function isConnectionClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** A body that is not wanted, and its connection with it. */
function discardBody(incoming: IncomingMessage): string {
  incoming.destroy();
  return '';
}

function readBody(incoming: IncomingMessage, limit: number, arriving: StreamingResponse): Promise<string> {
  return new Promise((resolve, reject) => {
    let size = 0;
    const refuse = (): void => {
      reject(new InvalidResponseError(`the body is larger than ${limit} bytes (--api.max-response-size)`));
      incoming.destroy();
    };
    if (Number(incoming.headers['content-length']) > limit) {
      refuse();
      return;
    }
    const slice = new EventLoopYielder();
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        refuse();
        return;
      }
      arriving.add(chunk);
      if (!slice.isDue) return;
      incoming.pause();
      void slice.yield().then(() => incoming.resume());
    });
    incoming.once('end', () => {
      const text = arriving.end();
      // To parse it will take longer still, where it is the whole.
      if (slice.isDue) void slice.yield().then(() => resolve(text));
      else resolve(text);
    });
    incoming.once('error', reject);
  });
}
