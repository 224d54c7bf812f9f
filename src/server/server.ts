import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResponseHeaders, WebConfig } from '../web-config/types.ts';
import { withBasicAuth } from './basic-auth.ts';
import { handleConnections, withResponseTimeout } from './connection-handler.ts';
import { LIMITS, type Limits } from './limits.ts';
import { formatErrorResponse, PLAINTEXT_REQUEST } from './text-responses.ts';

import { createTlsHandler } from './tls.ts';

const DEFAULT_WEB_CONFIG: WebConfig = { tls: undefined, headers: {}, users: new Map() };

export interface WebServerOptions {
  /** Undefined: plain HTTP for everybody. */
  readonly config?: WebConfig | undefined;
  /** What differs from `LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Told of a connection that was not let in, in a few words that repeat nothing a client sent. */
  readonly onConnectionRejected?: (reason: string) => void;
}

/**
 * A listening server that keeps within limits whatever clients do, and ends without cutting off an answer or waiting
 * for anybody who asks nothing.
 *
 * There is one server of Node's that listens and knows all connections, as only that one has Node's time-outs. Under
 * TLS a connection is handed to it when the handshake is done. So a new front door holds for new connections, and
 * those that are there go on.
 */
export class WebServer {
  readonly #server: Server;
  readonly #limits: Limits;
  readonly #onConnectionRejected: (reason: string) => void;
  readonly #handleHttp: (socket: Socket) => void;
  /** Every connection that was accepted, below TLS. */
  readonly #sockets = new Set<Socket>();
  /** When those of them began that have not asked for anything yet, by the client's address and port. */
  readonly #pendingConnections = new Map<string, { readonly raw: Socket; readonly since: number }>();
  #config: WebConfig = DEFAULT_WEB_CONFIG;
  #onConnection: (raw: Socket) => void = () => undefined;
  #inFlight = 0;

  private constructor(handler: RequestListener, limits: Limits, onTurnedAway: (reason: string) => void) {
    this.#limits = limits;
    this.#onConnectionRejected = onTurnedAway;
    this.#server = createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      // It is asked for all the same, but answered in words.
      requireHostHeader: false,
    });
    this.#server.maxConnections = limits.maxConnections;
    // Beyond a count, Node drops headers, and what they say of the body with them; their bytes are bounded.
    this.#server.maxHeadersCount = 0;
    const headers = (): ResponseHeaders => this.#config.headers;
    handleConnections(this.#server, {
      limits,
      handler: this.#trackInFlight(
        withResponseTimeout(
          withBasicAuth(handler, () => this.#config.users),
          headers,
          limits,
        ),
      ),
      headers,
      onDropped: () => {
        this.#evictConnections();
        onTurnedAway('too many connections');
      },
    });
    this.#handleHttp = this.#interceptConnections();
  }

  /**
   * @param host undefined for every interface
   * @param port 0 picks a free one
   * @throws the error of `listen`, with its `code`, when the address cannot be had
   */
  static async listen(
    handler: RequestListener,
    host: string | undefined,
    port: number,
    {
      config = DEFAULT_WEB_CONFIG,
      limits = {},
      onConnectionRejected: onTurnedAway = () => undefined,
    }: WebServerOptions = {},
  ): Promise<WebServer> {
    const web = new WebServer(handler, { ...LIMITS, ...limits }, onTurnedAway);
    web.updateConfig(config);
    const server = web.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        server.off('error', reject);
        // From here on, an error concerns one connection that could not be accepted.
        server.on('error', () => undefined);
        resolve();
      });
    });
    return web;
  }

  /** `host:port` as bound, an IPv6 host in brackets. */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Users and headers hold from the next request on, TLS from the next connection on. */
  updateConfig(config: WebConfig): void {
    this.#config = config;
    const { tls } = config;
    if (tls === undefined) {
      this.#onConnection = (raw) => this.#handleHttp(raw);
      return;
    }
    this.#onConnection = createTlsHandler(tls, this.#limits.handshakeTimeoutMs, {
      onHandshakeComplete: (socket) => this.#handleHttp(socket),
      onPlaintextRequest: (client) => this.#rejectPlaintext(client),
      onHandshakeError: (reason) => this.#onConnectionRejected(`TLS handshake: ${reason}`),
    });
  }

  /** Accepts nothing more, lets answers under way finish within 5 s, then cuts what is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closeIdle();
    const grace = new AbortController();
    await Promise.race([
      closed,
      sleep(this.#limits.shutdownTimeoutMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    this.#closeAll();
    await closed;
  }

  /** Puts itself between the system and Node's handling of a connection as HTTP, which is returned. */
  #interceptConnections(): (socket: Socket) => void {
    const [asHttp] = this.#server.listeners('connection');
    this.#server.removeAllListeners('connection');
    this.#server.on('connection', (raw) => {
      const client = remoteEndpoint(raw);
      this.#sockets.add(raw);
      this.#pendingConnections.set(client, { raw, since: performance.now() });
      raw.once('close', () => {
        this.#sockets.delete(raw);
        if (this.#pendingConnections.get(client)?.raw === raw) this.#pendingConnections.delete(client);
      });
      this.#onConnection(raw);
    });
    return (socket) => {
      // Node listens for errors itself, but not at all times, as after CONNECT. Unheard, one would end the process.
      socket.on('error', () => undefined);
      asHttp?.call(this.#server, socket);
    };
  }

  #trackInFlight(handler: RequestListener): RequestListener {
    return (request, response) => {
      this.#pendingConnections.delete(remoteEndpoint(request.socket));
      this.#inFlight += 1;
      response.once('close', () => {
        this.#inFlight -= 1;
        // A request that waited behind this one on its connection is under way by now.
        if (!this.#server.listening) this.#closeIdle();
      });
      handler(request, response);
    };
  }

  #rejectPlaintext({ address, port }: { address: string | undefined; port: number | undefined }): void {
    for (const raw of this.#sockets) {
      if (raw.remotePort === port && raw.remoteAddress === address)
        raw.write(formatErrorResponse(PLAINTEXT_REQUEST, this.#config.headers));
    }
  }

  /**
   * Ends connections for those who come: first those that had time to ask and did not, so that a scraper's own, idle
   * between two scrapes, goes on where others hold connections to shut it out.
   */
  #evictConnections(): void {
    const before = performance.now() - this.#limits.firstRequestTimeoutMs;
    const silent = Array.from(this.#pendingConnections.values()).filter(({ since }) => since < before);
    for (const { raw } of silent) raw.destroy();
    if (silent.length === 0 && this.#pendingConnections.size * 2 < this.#limits.maxConnections)
      this.#server.closeIdleConnections();
  }

  /** Idle connections end as soon as they are idle, silent ones once nothing is under way. */
  #closeIdle(): void {
    if (this.#inFlight === 0) this.#closeAll();
    else this.#server.closeIdleConnections();
  }

  #closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function remoteEndpoint({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
