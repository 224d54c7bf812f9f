import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answer, dateHeader, send } from './answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { CallCounter, type Calls } from './calls.ts';
import { CONTROL_PREFIX, control } from './control.ts';
import { deliver } from './fault-delivery.ts';
import { type Fault, FaultBook, type FaultScope } from './faults.ts';
import { answerGraphql } from './graphql-http.ts';
import { readBody } from './request-body.ts';
import { World } from './world.ts';

/** How to run a simulator. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback by default: the control interface gives away every credential. */
  readonly host?: string;
  /** An empty one by default. */
  readonly world?: World;
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
  readonly world: World;
  readonly calls: Calls;
  /** Puts a fault in force; a user's own comes before one for everybody. */
  setFault(fault: Fault, scope?: FaultScope): void;
  clearFaults(): void;
  /** Destroys every connection and stops. May be called again. */
  close(): Promise<void>;
}

/** Starts a simulator. Rejects when it cannot listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', world = new World(), cacheAnswers = false } = options;
  const faults = new FaultBook();
  const calls = new CallCounter();
  const cache = cacheAnswers ? new AnswerCache() : undefined;

  async function graphql(req: IncomingMessage, res: ServerResponse, search: URLSearchParams): Promise<void> {
    const { authorization } = req.headers;
    const caller = world.authenticate(authorization);
    calls.arrived(res, authorization, caller?.user.id);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const body = await readBody(req);
    const request = { method: req.method ?? 'GET', headers: req.headers, search, body };
    const real = () => answerGraphql(request, world, caller, cache);
    const fault = faults.take(caller?.user.id);
    if (fault !== undefined) calls.met(fault.kind, caller?.user.id);
    await deliver(fault, { req, res, gone: gone.signal, real, change: () => faults.change() });
  }

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.setHeader('Date', dateHeader(world));
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://simulator.invalid');
    if (pathname === '/graphql') return graphql(req, res, searchParams);
    if (pathname.startsWith(CONTROL_PREFIX)) {
      const request = {
        method: req.method ?? 'GET',
        pathname,
        search: searchParams,
        body: await readBody(req),
      };
      return send(res, control(request, { world, faults, calls }));
    }
    return send(res, answer(404, 'Not Found\n', { 'Content-Type': 'text/plain; charset=utf-8' }));
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    route(req, res).catch((error: unknown) => fail(res, error));
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
    const gone = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await gone;
  };
  const address = server.address() as AddressInfo;
  const origin = `http://${hostInUrl(address)}:${address.port}`;
  return {
    url: `${origin}/graphql`,
    controlUrl: `${origin}${CONTROL_PREFIX}`,
    port: address.port,
    world,
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
function fail(res: ServerResponse, error: unknown): void {
  if (res.destroyed || res.closed) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`The simulator itself failed: ${text}\n`);
}
