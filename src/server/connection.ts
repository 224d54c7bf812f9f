import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseHeaders } from '../web-config/types.ts';
import type { Limits } from './limits.ts';
import { BODY_TOO_LARGE, type ErrorResponse, formatErrorResponse } from './text-responses.ts';

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly limits: Limits;
  /** Handles a request after its body was read. */
  readonly handler: RequestListener;
  /** Returns the configured headers. Called for each error response. */
  readonly headers: () => ResponseHeaders;
}

interface RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Handles the requests of one connection, one at a time. Node would start all pipelined requests concurrently, thousands
 * per packet, although their responses must be sent in order.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #queue: RequestContext[] = [];
  #stage: 'idle' | 'body' | 'response' | 'closed' = 'idle';
  /** The request whose body is being read. */
  #draining: IncomingMessage | undefined;
  /** The last response of the connection, sent after the pending ones. */
  #errorResponse: ErrorResponse | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  add(context: RequestContext): void {
    const { socket, limits } = this.#options;
    if (this.#errorResponse !== undefined || this.#stage === 'closed') return;
    if (this.#queue.length >= limits.maxPipelined) {
      this.#stage = 'closed';
      socket.destroy();
      return;
    }
    this.#queue.push(context);
    if (this.#stage === 'idle') this.#next();
  }

  /** Sends an error response after the pending responses, then closes the connection. */
  reject(errorResponse: ErrorResponse): void {
    this.#errorResponse ??= errorResponse;
    const isResponding = this.#stage === 'response' || this.#draining?.complete === true;
    if (!isResponding) this.#closeWith(this.#errorResponse);
  }

  #next(): void {
    const context = this.#queue.shift();
    if (context !== undefined) this.#drainBody(context);
    else if (this.#errorResponse !== undefined) this.#closeWith(this.#errorResponse);
    else this.#stage = 'idle';
  }

  /** Reads and discards the body, if there is one. */
  #drainBody({ request, response }: RequestContext): void {
    const { maxBodyBytes } = this.#options.limits;
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (length === '0' && encoding === undefined) {
      this.#handle({ request, response });
      return;
    }
    this.#stage = 'body';
    this.#draining = request;
    if (Number(length) > maxBodyBytes) {
      this.#closeWith(BODY_TOO_LARGE);
      return;
    }
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= maxBodyBytes) return;
      request.pause();
      this.#closeWith(BODY_TOO_LARGE);
    });
    request.once('end', () => {
      if (this.#stage === 'body') this.#handle({ request, response });
    });
  }

  #handle({ request, response }: RequestContext): void {
    this.#stage = 'response';
    this.#draining = undefined;
    response.once('close', () => this.#onResponseClosed());
    this.#options.handler(request, response);
  }

  /** Starts the next request. After the last response of the connection, Node has already begun to close the socket. */
  #onResponseClosed(): void {
    if (this.#options.socket.writable) this.#next();
    else this.#stage = 'closed';
  }

  #closeWith(errorResponse: ErrorResponse): void {
    if (this.#stage === 'closed') return;
    const { socket, limits, headers } = this.#options;
    this.#stage = 'closed';
    // Do not wait for a client that reads nothing or never stops sending.
    const timer = setTimeout(() => socket.destroy(), limits.closeTimeoutMs).unref();
    socket.once('close', () => clearTimeout(timer));
    if (socket.writable) socket.end(formatErrorResponse(errorResponse, headers()));
  }
}
