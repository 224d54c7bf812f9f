import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CallCounter, type CallStatistics } from './call-counter.ts';
import { CONTROL_PREFIX, handleControlRequest } from './control.ts';
import type { Dialect } from './dialects.ts';
import { respond } from './fault-injection.ts';
import { type Fault, FaultRegistry, type FaultScope } from './faults.ts';
import { Gateway } from './gateway.ts';
import { handleGraphql } from './graphql-http.ts';
import { dateHeader, type HttpResponse, readBody, sendResponse, textResponse } from './http.ts';
import { ResponseCache } from './response-cache.ts';
import { SimulatorState } from './state.ts';

/** Options of a simulator. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default loopback, because the control API exposes all credentials. */
  readonly host?: string;
  /** Default: no users. */
  readonly state?: SimulatorState;
  /** Sets the dialect of the state. */
  readonly dialect?: Dialect;
  /**
   * Caches the last response of each user until something changes, so that GraphQL processes a large list only once.
   * After changing a token in place, call `state.touch()`. Off by default.
   */
  readonly cacheResponses?: boolean;
}

/** A running simulator. */
export interface Simulator {
  /** The URL of the GraphQL endpoint. */
  readonly url: string;
  /** The URL of the control API, with a trailing slash. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: SimulatorState;
  readonly calls: CallStatistics;
  /** Sets a fault. The fault of a user takes precedence over the fault for all users. */
  setFault(fault: Fault, scope?: FaultScope): void;
  clearFaults(): void;
  /** Closes all connections and stops. You can call it more than once. */
  close(): Promise<void>;
}

/** Starts a simulator. Rejects if it cannot listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', state = new SimulatorState(), cacheResponses = false } = options;
  if (options.dialect !== undefined) state.dialect = options.dialect;
  const gateway = new Gateway();
  const faults = new FaultRegistry();
  const calls = new CallCounter();
  const cache = cacheResponses ? new ResponseCache() : undefined;

  async function serveGraphql(
    req: IncomingMessage,
    res: ServerResponse,
    search: URLSearchParams,
    rejection: HttpResponse | undefined,
  ): Promise<void> {
    const { authorization } = req.headers;
    const caller = state.authenticate(authorization);
    calls.recordCall(res, authorization, caller?.user.id);
    const disconnect = new AbortController();
    res.once('close', () => disconnect.abort());
    const body = await readBody(req);
    if (rejection !== undefined) return sendResponse(res, rejection);
    const request = { method: req.method ?? 'GET', headers: req.headers, search, body };
    const realResponse = () => handleGraphql(request, state, caller, cache);
    const fault = faults.take(caller?.user.id);
    if (fault !== undefined) calls.recordFault(fault.kind, caller?.user.id);
    await respond(fault, {
      req,
      res,
      disconnected: disconnect.signal,
      realResponse,
      faultChange: () => faults.nextChange(),
    });
  }

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.setHeader('Date', dateHeader(state));
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://simulator.invalid');
    if (pathname.startsWith(CONTROL_PREFIX)) {
      const request = {
        method: req.method ?? 'GET',
        pathname,
        search: searchParams,
        body: await readBody(req),
      };
      return sendResponse(res, handleControlRequest(request, { state, faults, calls }));
    }
    const client = { headers: req.headers, address: req.socket.remoteAddress ?? '' };
    const { headers, rejection } = gateway.admit(state.dialect, client, state.clock.now());
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (pathname === '/graphql') return serveGraphql(req, res, searchParams, rejection);
    if (rejection !== undefined) return sendResponse(res, rejection);
    return sendResponse(res, textResponse(404, 'Not Found\n', { 'Content-Type': 'text/plain; charset=utf-8' }));
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    route(req, res).catch((error: unknown) => sendInternalError(res, error));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const serverClosed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await serverClosed;
  };
  const address = server.address() as AddressInfo;
  const origin = `http://${hostInUrl(address)}:${address.port}`;
  return {
    url: `${origin}/graphql`,
    controlUrl: `${origin}${CONTROL_PREFIX}`,
    port: address.port,
    state,
    calls,
    setFault: (fault, scope) => faults.set(fault, scope),
    clearFaults: () => faults.clear(),
    close() {
      closed ??= close();
      return closed;
    },
  };
}

function hostInUrl({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return family === 'IPv6' ? `[${address}]` : address;
}

/** Reports a failure of the simulator. Ignores disconnected clients, because many faults cause them. */
function sendInternalError(res: ServerResponse, error: unknown): void {
  if (res.destroyed || res.closed) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`Internal error of the simulator: ${text}\n`);
}
