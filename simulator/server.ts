import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CallCounter, type CallStatistics } from './call-counter.ts';
import { CONTROL_PREFIX, handleControlRequest } from './control.ts';
import { respond } from './fault-injection.ts';
import { type Fault, FaultRegistry, type FaultScope } from './faults.ts';
import { handleGraphql } from './graphql-http.ts';
import { dateHeader, readBody, sendResponse, textResponse } from './http.ts';
import { ResponseCache } from './response-cache.ts';
import { SimulatorState } from './state.ts';

/** How to run a simulator. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback by default: the control interface gives away every credential. */
  readonly host?: string;
  /** An empty one by default. */
  readonly state?: SimulatorState;
  /**
   * Keeps each user's last answer until something changes, so that large lists cost GraphQL's work only once.
   * A token changed in place then needs `world.touch()`. Off by default.
   */
  readonly cacheAnswers?: boolean;
}

/** A running simulator. */
export interface Simulator {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** The control interface, with a slash at its end. */
  readonly controlUrl: string;
  readonly port: number;
  readonly state: SimulatorState;
  readonly calls: CallStatistics;
  /** Puts a fault in force; a user's own comes before one for everybody. */
  setFault(fault: Fault, scope?: FaultScope): void;
  clearFaults(): void;
  /** Destroys every connection and stops. May be called again. */
  close(): Promise<void>;
}

/** Starts a simulator. Rejects when it cannot listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', state = new SimulatorState(), cacheAnswers = false } = options;
  const faults = new FaultRegistry();
  const calls = new CallCounter();
  const cache = cacheAnswers ? new ResponseCache() : undefined;

  async function serveGraphql(req: IncomingMessage, res: ServerResponse, search: URLSearchParams): Promise<void> {
    const { authorization } = req.headers;
    const caller = state.authenticate(authorization);
    calls.recordCall(res, authorization, caller?.user.id);
    const disconnect = new AbortController();
    res.once('close', () => disconnect.abort());
    const body = await readBody(req);
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
    if (pathname === '/graphql') return serveGraphql(req, res, searchParams);
    if (pathname.startsWith(CONTROL_PREFIX)) {
      const request = {
        method: req.method ?? 'GET',
        pathname,
        search: searchParams,
        body: await readBody(req),
      };
      return sendResponse(res, handleControlRequest(request, { state, faults, calls }));
    }
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

/**
 * A client that left is what many faults are for; everything else is a defect of the simulator and is shown.
 */
function sendInternalError(res: ServerResponse, error: unknown): void {
  if (res.destroyed || res.closed) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`The simulator itself failed: ${text}\n`);
}
