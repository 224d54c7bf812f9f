import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseHeaders } from '../web-config/types.ts';
import { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import { errorResponseFor, INVALID_HOST, NOT_A_PROXY, UNSUPPORTED_EXPECTATION } from './text-responses.ts';

export interface ConnectionHandlerOptions {
  readonly limits: Limits;
  /** Handles requests within the limits. */
  readonly handler: RequestListener;
  /** Returns the configured headers. Called for each error response. */
  readonly headers: () => ResponseHeaders;
  /** Called when a connection is dropped because there are too many. */
  readonly onDropped: () => void;
}

/** Registers the event handlers of the HTTP server. They reject malformed input and pass valid requests on. */
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
    const errorResponse = errorResponseFor(code);
    if (errorResponse === undefined) socket.destroy();
    else connectionOf(socket as Socket).reject(errorResponse);
  });
  server.on('drop', onDropped);
}

/**
 * Wraps a handler so that each response has the configured headers and a deadline. Without the deadline, a client that
 * does not read its response would occupy one of the concurrent requests forever.
 *
 * @param headers is called for each response; configured headers override the headers of the handler
 */
export function withResponseTimeout(
  handler: RequestListener,
  headers: () => ResponseHeaders,
  limits: Limits,
): RequestListener {
  return (request, response) => {
    onWriteHead(response, () => {
      for (const [name, value] of Object.entries(headers())) response.setHeader(name, value);
      const timer = setTimeout(() => request.socket.destroy(), limits.responseTimeoutMs).unref();
      response.once('close', () => clearTimeout(timer));
    });
    handler(request, response);
  };
}

/** Calls back before the headers are sent. Node has no such event, but every response goes through `writeHead`. */
function onWriteHead(response: ServerResponse, callback: () => void): void {
  const writeHead = response.writeHead;
  response.writeHead = (...head: unknown[]) => {
    if (!response.headersSent) callback();
    return Reflect.apply(writeHead, response, head);
  };
}
