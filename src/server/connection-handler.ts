import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseHeaders } from '../web-config/types.ts';
import { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import { errorResponseFor, INVALID_HOST, NOT_A_PROXY, UNSUPPORTED_EXPECTATION } from './text-responses.ts';

export interface ConnectionHandlerOptions {
  readonly limits: Limits;
  /** Answers requests that kept within the limits. */
  readonly handler: RequestListener;
  /** Headers for refusals, asked anew for each. */
  readonly headers: () => ResponseHeaders;
  /** A connection was not accepted, as there are too many. */
  readonly onDropped: () => void;
}

/** Answers all that clients may do, well-formed or not, and hands on what is a request. */
export function handleConnections(
  server: Server,
  { limits, handler, headers, onDropped }: ConnectionHandlerOptions,
): void {
  const connections = new WeakMap<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    const connection = connections.get(socket) ?? new Connection({ socket, limits, handler, headers });
    connections.set(socket, connection);
    return connection;
  };
  const accept = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connectionOf(request.socket);
    const hosts = request.headersDistinct['host']?.length ?? 0;
    if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) connection.reject(INVALID_HOST);
    else connection.add({ request, response });
  };

  server.on('request', accept);
  server.on('checkContinue', (request, response) => {
    const { 'content-length': length = '0' } = request.headers;
    if (Number(length) <= limits.maxBodyBytes) response.writeContinue();
    accept(request, response);
  });
  server.on('checkExpectation', ({ socket }) => connectionOf(socket).reject(UNSUPPORTED_EXPECTATION));
  server.on('connect', ({ socket }) => connectionOf(socket).reject(NOT_A_PROXY));
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    const refusal = errorResponseFor(code);
    if (refusal === undefined) socket.destroy();
    else connectionOf(socket as Socket).reject(refusal);
  });
  server.on('drop', onDropped);
}

/**
 * Hands requests on, sees to it that each answer has the headers that all have, and that a client who takes its answer
 * too slowly, or not at all, is cut off: an answer under way keeps its place among those that are allowed at once.
 *
 * @param headers asked anew for each answer; they win over the handler's own, as it was a person who asked for them
 */
export function withResponseTimeout(
  handler: RequestListener,
  headers: () => ResponseHeaders,
  limits: Limits,
): RequestListener {
  return (request, response) => {
    onWriteHead(response, () => {
      for (const [name, value] of Object.entries(headers())) response.setHeader(name, value);
      const late = setTimeout(() => request.socket.destroy(), limits.responseTimeoutMs).unref();
      response.once('close', () => clearTimeout(late));
    });
    handler(request, response);
  };
}

/** Node has no event for it; every way to begin an answer leads through `writeHead`. */
function onWriteHead(response: ServerResponse, act: () => void): void {
  const writeHead = response.writeHead;
  response.writeHead = (...head: unknown[]) => {
    if (!response.headersSent) act();
    return Reflect.apply(writeHead, response, head);
  };
}
