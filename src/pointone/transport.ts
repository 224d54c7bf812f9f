import type { ClientRequest, IncomingMessage } from 'node:http';
import { EventLoopYielder } from '../runtime/yielding.ts';
import type { Dispatcher } from './connections.ts';
import { needsBody } from './response.ts';
import type { StreamingResponse } from './streaming-response.ts';

/** Thrown for a response that cannot be used, whatever its content. The message never quotes the response. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidResponseError';
}

/**
 * Observes the requests on the wire, for the command `diagnose`. Its methods must not throw, and must not change what they
 * receive.
 */
export interface ExchangeObserver {
  /** Called before a request is sent. A request on a reused connection may be sent again, as a new request. */
  onRequest(request: ClientRequest): void;
  /** Called with the status and all headers, before the body is read. */
  onResponse(incoming: IncomingMessage): void;
  /** Called with each part of the body. A body on which the outcome does not depend is not read. */
  onBody(chunk: Buffer): void;
}

export interface TransportOptions {
  readonly dispatcher: Dispatcher;
  /** Maximum size of a response body, in bytes. */
  readonly maxResponseSize: number;
  /**
   * Called when the headers of a response have arrived, before its body is read.
   *
   * @returns the pause that the response asks for, in milliseconds
   */
  readonly onResponse: (response: Pick<Response, 'status' | 'headers'>) => number;
  /** Parses the body while it arrives. Only the part that is not parsed becomes the text of the response. */
  readonly streamingResponse: StreamingResponse;
  readonly observer?: ExchangeObserver | undefined;
}

type FetchResponse = Pick<Response, 'ok' | 'status' | 'headers' | 'text'>;

/**
 * Creates a `fetch` for graphql-request on top of Node's HTTP client. It does not follow redirects or request
 * compression, and it reads a body only if the outcome depends on it. It reports every response as `ok` with the
 * content type JSON, so that graphql-request parses all of them: `interpretResponse` evaluates status and body together.
 *
 * @throws InvalidResponseError if the body is too large
 * @throws Node's error if the network fails, or the signal's reason if it aborts
 */
export function createTransport({
  dispatcher,
  maxResponseSize,
  onResponse,
  streamingResponse,
  observer,
}: TransportOptions): typeof fetch {
  const read = async (incoming: IncomingMessage): Promise<FetchResponse> => {
    const { statusCode: status = 0 } = incoming;
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of ['date', 'retry-after', 'content-encoding']) {
      const value = incoming.headers[name];
      if (value !== undefined) headers.set(name, String(value));
    }
    observer?.onResponse(incoming);
    const pauseMs = onResponse({ status, headers });
    const text = needsBody({ status, headers, pauseMs }, incoming.headers['content-type'])
      ? await readBody(incoming, maxResponseSize, streamingResponse, observer)
      : discardBody(incoming);
    return { ok: true, status, headers, text: () => Promise.resolve(text) };
  };

  const transport = async (url: string | URL, init: RequestInit): Promise<FetchResponse> => {
    const [endpoint, body] = [new URL(url), String(init.body)];
    const headers = { ...Object.fromEntries(new Headers(init.headers)), 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers };
    const send = (): ClientRequest => {
      const request = dispatcher.send(endpoint, options);
      observer?.onRequest(request);
      return request;
    };
    const request = send();
    let hasResponse = false;
    request.once('response', () => {
      hasResponse = true;
    });
    try {
      return await sendRequest(request, body, init.signal, read);
    } catch (error) {
      // The server may have closed a kept-alive connection just before the request was sent. The query only reads, so
      // it is safe to retry once (https://nodejs.org/docs/latest-v20.x/api/http.html#requestreusedsocket).
      if (hasResponse || !request.reusedSocket || !isConnectionClosed(error)) throw error;
      return await sendRequest(send(), body, init.signal, read);
    }
  };
  return transport as typeof fetch;
}

/** Sends a request and reads its response. The signal aborts both. */
function sendRequest<Result>(
  request: ClientRequest,
  body: string,
  signal: AbortSignal | null | undefined,
  read: (incoming: IncomingMessage) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal?.reason);
      request.destroy();
    };
    let hasResponse = false;
    // Stays registered: after the response has started, both the request and the response can emit an error.
    request.on('error', reject);
    request.once('response', (incoming) => {
      hasResponse = true;
      // A response that is destroyed before its end emits an error.
      incoming.on('error', reject);
      read(incoming).then(resolve, reject);
    });
    request.once('close', () => {
      signal?.removeEventListener('abort', abort);
      // Node does not always emit an error: it drops a response that switches protocols (101) silently.
      if (!hasResponse) reject(Object.assign(new Error('closed without a response'), { code: 'ECONNRESET' }));
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    else request.end(body);
  });
}

function isConnectionClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Closes the connection instead of reading a body that is not needed. */
function discardBody(incoming: IncomingMessage): string {
  incoming.destroy();
  return '';
}

function readBody(
  incoming: IncomingMessage,
  limit: number,
  streamingResponse: StreamingResponse,
  observer: ExchangeObserver | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let size = 0;
    const rejectTooLarge = (): void => {
      reject(new InvalidResponseError(`the body is larger than ${limit} bytes (--api.max-response-size)`));
      incoming.destroy();
    };
    if (Number(incoming.headers['content-length']) > limit) {
      rejectTooLarge();
      return;
    }
    const yielder = new EventLoopYielder();
    incoming.on('data', (chunk: Buffer) => {
      observer?.onBody(chunk);
      size += chunk.length;
      if (size > limit) {
        rejectTooLarge();
        return;
      }
      streamingResponse.add(chunk);
      if (!yielder.isDue) return;
      incoming.pause();
      void yielder.yield().then(() => incoming.resume());
    });
    incoming.once('end', () => {
      const text = streamingResponse.end();
      // Yield before the caller parses the text, which may be the whole body.
      if (yielder.isDue) void yielder.yield().then(() => resolve(text));
      else resolve(text);
    });
    incoming.once('error', reject);
  });
}
