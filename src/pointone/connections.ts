import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HttpProxy, TunnelAgent } from './proxy.ts';
import { isExcepted, isLoopback } from './proxy-bypass.ts';

/** The proxy settings in force, as the standard variables give them; empty texts where there are none. */
export interface ProxySettings {
  /** For `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** For `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** Hosts to reach directly, separated by commas. */
  readonly none: string;
}

/** A way to an endpoint. */
export interface Way {
  /** Begins a request. */
  readonly send: (endpoint: URL, options: RequestOptions) => ClientRequest;
  /** The `host:port` of the proxy on the way. */
  readonly proxy: string | undefined;
}

/**
 * How long a connection is kept for the next call, in milliseconds, unless the other side says less: from one scrape to
 * the next, at the usual intervals.
 */
const KEPT_MS = 90_000;

const POOL = { keepAlive: true, timeout: KEPT_MS } as const;

/** Connections by the way they take, shared by all accounts that take it. */
export class Connections {
  readonly #agents = { http: new HttpAgent(POOL), https: new HttpsAgent(POOL) };
  readonly #tunnels: TunnelAgent | undefined;
  readonly #direct: Way;
  readonly #https: Way;
  readonly #http: Way;
  readonly #none: string;

  constructor({ https, http, none }: ProxySettings) {
    const { http: plain, https: secure } = this.#agents;
    this.#direct = {
      send: (endpoint, options) =>
        endpoint.protocol === 'https:'
          ? httpsRequest(endpoint, { ...options, agent: secure })
          : httpRequest(endpoint, { ...options, agent: plain }),
      proxy: undefined,
    };
    this.#https = this.#direct;
    this.#http = this.#direct;
    this.#none = none;
    if (https !== '') {
      const proxy = new HttpProxy(new URL(https));
      const agent = new TunnelAgent(proxy, POOL);
      this.#tunnels = agent;
      this.#https = {
        send: (endpoint, options) => httpsRequest(endpoint, { ...options, agent }),
        proxy: proxy.host,
      };
    }
    if (http !== '') {
      const proxy = new HttpProxy(new URL(http));
      const agent = proxy.isSecure ? secure : plain;
      // Forwarded rather than tunnelled: proxies commonly refuse CONNECT to anything but port 443.
      this.#http = { send: (endpoint, options) => proxy.forward(endpoint, { ...options, agent }), proxy: proxy.host };
    }
  }

  /** A proxy never applies to loopback: it would look for the API on its own machine. */
  to(endpoint: URL): Way {
    if (isLoopback(endpoint.hostname) || isExcepted(endpoint, this.#none)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  /** Ends all of them, those as well that are still being made. */
  close(): void {
    for (const agent of [this.#agents.http, this.#agents.https, this.#tunnels]) agent?.destroy();
  }
}
