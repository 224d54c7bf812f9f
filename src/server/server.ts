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
  /** Undefined: plain HTTP without authentication. */
  readonly config?: WebConfig | undefined;
  /** Overrides of `LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Called when a connection is rejected. The reason contains no data from the client. */
  readonly onConnectionRejected?: (reason: string) => void;
}

/**
 * An HTTP server that enforces `LIMITS` and shuts down gracefully: it finishes responses in progress and closes
 * connections without a request.
 *
 * A single `http.Server` listens and owns all connections, because only a listening server enforces Node's timeouts.
 * With TLS, it gets a connection after the handshake. A new TLS configuration therefore applies to new connections, and
 * existing connections continue.
 */
export class WebServer {
  readonly #server: Server;
  readonly #limits: Limits;
  readonly #onConnectionRejected: (reason: string) => void;
  readonly #handleHttp: (socket: Socket) => void;
  /** All accepted connections, as raw sockets below TLS. */
  readonly #sockets = new Set<Socket>();
  /** Connections that have not sent a request yet, by the client's address and port. */
  readonly #pendingConnections = new Map<string, { readonly raw: Socket; readonly since: number }>();
  #config: WebConfig = DEFAULT_WEB_CONFIG;
  #onConnection: (raw: Socket) => void = () => undefined;
  #inFlight = 0;

  private constructor(handler: RequestListener, limits: Limits, onConnectionRejected: (reason: string) => void) {
    this.#limits = limits;
    this.#onConnectionRejected = onConnectionRejected;
    this.#server = createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      // `handleConnections` rejects requests without a Host header, with a response that explains the error.
      requireHostHeader: false,
    });
    this.#server.maxConnections = limits.maxConnections;
    // No maximum count: Node would drop further headers, including Content-Length. Their total size is limited.
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
        onConnectionRejected('too many connections');
      },
    });
    this.#handleHttp = this.#interceptConnections();
  }

  /**
   * Starts a server.
   *
   * @param host undefined for all interfaces
   * @param port 0 for any free port
   * @throws the error of `listen`, with its `code`, if the address is not available
   */
  static async listen(
    handler: RequestListener,
    host: string | undefined,
    port: number,
    { config = DEFAULT_WEB_CONFIG, limits = {}, onConnectionRejected = () => undefined }: WebServerOptions = {},
  ): Promise<WebServer> {
    const web = new WebServer(handler, { ...LIMITS, ...limits }, onConnectionRejected);
    web.updateConfig(config);
    const server = web.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        server.off('error', reject);
        // Later errors affect only a connection that could not be accepted.
        server.on('error', () => undefined);
        resolve();
      });
    });
    return web;
  }

  /** The bound address as `host:port`, with an IPv6 host in brackets. */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Applies users and headers to new requests, and TLS settings to new connections. */
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

  /** Stops accepting connections, waits up to `shutdownTimeoutMs` for responses, then closes all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closeIdle();
    const timeout = new AbortController();
    await Promise.race([
      closed,
      sleep(this.#limits.shutdownTimeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
    this.#closeAll();
    await closed;
  }

  /** Replaces Node's connection listener with `#onConnection`. Returns a function that handles a socket as HTTP. */
  #interceptConnections(): (socket: Socket) => void {
    const [nodeListener] = this.#server.listeners('connection');
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
      // Node does not always listen for errors, such as after CONNECT. An unhandled 'error' event crashes the process.
      socket.on('error', () => undefined);
      nodeListener?.call(this.#server, socket);
    };
  }

  #trackInFlight(handler: RequestListener): RequestListener {
    return (request, response) => {
      this.#pendingConnections.delete(remoteEndpoint(request.socket));
      this.#inFlight += 1;
      response.once('close', () => {
        this.#inFlight -= 1;
        // The next pipelined request of this connection has already started and is counted.
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
   * Closes connections to make room for new ones. It starts with connections that never sent a request,
   * so that an attack that opens many connections does not close the idle connection of a scraper.
   */
  #evictConnections(): void {
    const cutoff = performance.now() - this.#limits.firstRequestTimeoutMs;
    const inactive = Array.from(this.#pendingConnections.values()).filter(({ since }) => since < cutoff);
    for (const { raw } of inactive) raw.destroy();
    if (inactive.length === 0 && this.#pendingConnections.size * 2 < this.#limits.maxConnections)
      this.#server.closeIdleConnections();
  }

  /** Closes idle connections, and those without a request once no response is in progress. */
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
