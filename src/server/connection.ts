import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseHeaders } from '../web-config/types.ts';
import type { Limits } from './limits.ts';
import { BODY_TOO_LARGE, type ErrorResponse, formatErrorResponse } from './text-responses.ts';

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly limits: Limits;
  /** Answers a request, whose body is over. */
  readonly handler: RequestListener;
  /** Asked anew for each refusal. */
  readonly headers: () => ResponseHeaders;
}

interface RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * The requests of one connection. Those that a client sends without waiting are handed on one at a time: Node would
 * begin all of them at once, thousands to a packet, to send the answers in order all the same.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #queue: RequestContext[] = [];
  #stage: 'idle' | 'body' | 'answer' | 'over' = 'idle';
  /** Whose body is being read. */
  #draining: IncomingMessage | undefined;
  /** What comes after the answers that are owed; nothing comes after it. */
  #errorResponse: ErrorResponse | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  add(exchange: RequestContext): void {
    const { socket, limits } = this.#options;
    if (this.#errorResponse !== undefined || this.#stage === 'over') return;
    if (this.#queue.length >= limits.maxPipelined) {
      this.#stage = 'over';
      socket.destroy();
      return;
    }
    this.#queue.push(exchange);
    if (this.#stage === 'idle') this.#next();
  }

  /** Answers what cannot be handed on, after the answers owed before it, and ends the connection. */
  reject(refusal: ErrorResponse): void {
    this.#errorResponse ??= refusal;
    const owesAnswer = this.#stage === 'answer' || this.#draining?.complete === true;
    if (!owesAnswer) this.#closeWith(this.#errorResponse);
  }

  #next(): void {
    const exchange = this.#queue.shift();
    if (exchange !== undefined) this.#drainBody(exchange);
    else if (this.#errorResponse !== undefined) this.#closeWith(this.#errorResponse);
    else this.#stage = 'idle';
  }

  /** Reads the body, if there is one, to its end and drops it. */
  #drainBody({ request, response }: RequestContext): void {
    const { maxBodyBytes: bodyBytes } = this.#options.limits;
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (length === '0' && encoding === undefined) {
      this.#handle({ request, response });
      return;
    }
    this.#stage = 'body';
    this.#draining = request;
    if (Number(length) > bodyBytes) {
      this.#closeWith(BODY_TOO_LARGE);
      return;
    }
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= bodyBytes) return;
      request.pause();
      this.#closeWith(BODY_TOO_LARGE);
    });
    request.once('end', () => {
      if (this.#stage === 'body') this.#handle({ request, response });
    });
  }

  #handle({ request, response }: RequestContext): void {
    this.#stage = 'answer';
    this.#draining = undefined;
    response.once('close', () => this.#onResponseClosed());
    this.#options.handler(request, response);
  }

  /** Before this, Node has begun to end the connection if the answer was to be its last. */
  #onResponseClosed(): void {
    if (this.#options.socket.writable) this.#next();
    else this.#stage = 'over';
  }

  #closeWith(refusal: ErrorResponse): void {
    if (this.#stage === 'over') return;
    const { socket, limits, headers } = this.#options;
    this.#stage = 'over';
    // A client that reads nothing, or sends on and on, is not waited for.
    const linger = setTimeout(() => socket.destroy(), limits.closeTimeoutMs).unref();
    socket.once('close', () => clearTimeout(linger));
    if (socket.writable) socket.end(formatErrorResponse(refusal, headers()));
  }
}
