import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseHeaders } from '../web-config/types.ts';
import type { Limits } from './limits.ts';
import { BODY_TOO_LARGE, printRefusal, type Refusal } from './text-responses.ts';

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly limits: Limits;
  /** Answers a request, whose body is over. */
  readonly handler: RequestListener;
  /** Asked anew for each refusal. */
  readonly headers: () => ResponseHeaders;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * The requests of one connection. Those that a client sends without waiting are handed on one at a time: Node would
 * begin all of them at once, thousands to a packet, to send the answers in order all the same.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #waiting: Exchange[] = [];
  #stage: 'idle' | 'body' | 'answer' | 'over' = 'idle';
  /** Whose body is being read. */
  #taking: IncomingMessage | undefined;
  /** What comes after the answers that are owed; nothing comes after it. */
  #refusal: Refusal | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  add(exchange: Exchange): void {
    const { socket, limits } = this.#options;
    if (this.#refusal !== undefined || this.#stage === 'over') return;
    if (this.#waiting.length >= limits.pipelined) {
      this.#stage = 'over';
      socket.destroy();
      return;
    }
    this.#waiting.push(exchange);
    if (this.#stage === 'idle') this.#next();
  }

  /** Answers what cannot be handed on, after the answers owed before it, and ends the connection. */
  refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
    const owesAnswer = this.#stage === 'answer' || this.#taking?.complete === true;
    if (!owesAnswer) this.#end(this.#refusal);
  }

  #next(): void {
    const exchange = this.#waiting.shift();
    if (exchange !== undefined) this.#takeBody(exchange);
    else if (this.#refusal !== undefined) this.#end(this.#refusal);
    else this.#stage = 'idle';
  }

  /** Reads the body, if there is one, to its end and drops it. */
  #takeBody({ request, response }: Exchange): void {
    const { bodyBytes } = this.#options.limits;
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (length === '0' && encoding === undefined) {
      this.#answer({ request, response });
      return;
    }
    this.#stage = 'body';
    this.#taking = request;
    if (Number(length) > bodyBytes) {
      this.#end(BODY_TOO_LARGE);
      return;
    }
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= bodyBytes) return;
      request.pause();
      this.#end(BODY_TOO_LARGE);
    });
    request.once('end', () => {
      if (this.#stage === 'body') this.#answer({ request, response });
    });
  }

  #answer({ request, response }: Exchange): void {
    this.#stage = 'answer';
    this.#taking = undefined;
    response.once('close', () => this.#proceed());
    this.#options.handler(request, response);
  }

  /** Before this, Node has begun to end the connection if the answer was to be its last. */
  #proceed(): void {
    if (this.#options.socket.writable) this.#next();
    else this.#stage = 'over';
  }

  #end(refusal: Refusal): void {
    if (this.#stage === 'over') return;
    const { socket, limits, headers } = this.#options;
    this.#stage = 'over';
    // A client that reads nothing, or sends on and on, is not waited for.
    const linger = setTimeout(() => socket.destroy(), limits.lingerMs).unref();
    socket.once('close', () => clearTimeout(linger));
    if (socket.writable) socket.end(printRefusal(refusal, headers()));
  }
}
