import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Scrapes in flight get so long to finish once shutdown has begun. */
const GRACE_MS = 5_000;

/** A listening server that ends without cutting off an answer, and without waiting for anybody who asks nothing. */
export class WebServer {
  readonly #server: Server;
  #inFlight = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param host undefined for every interface
   * @param port 0 picks a free one
   * @throws the error of `listen`, with its `code`, when the address cannot be had
   */
  static async listen(handler: RequestListener, host: string | undefined, port: number): Promise<WebServer> {
    const server = createServer(handler);
    const web = new WebServer(server);
    server.on('request', (_request, response) => {
      web.#inFlight += 1;
      response.once('close', () => {
        web.#inFlight -= 1;
        if (!server.listening) web.#closeUnused();
      });
    });
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

  /** Accepts nothing more, lets answers under way finish within 5 s, then cuts what is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closeUnused();
    const grace = new AbortController();
    await Promise.race([closed, sleep(GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Idle connections end as soon as they are idle, silent ones once nothing is under way. */
  #closeUnused(): void {
    if (this.#inFlight === 0) this.#server.closeAllConnections();
    else this.#server.closeIdleConnections();
  }
}
