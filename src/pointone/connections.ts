import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HttpProxy, TunnelAgent } from './proxy.ts';
import { bypassesProxy, isLoopback } from './proxy-bypass.ts';

/** The proxy settings in force, as the standard variables give them; empty texts where there are none. */
export interface ProxySettings {
  /** For `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** For `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** Hosts to reach directly, separated by commas. */
  readonly noProxy: string;
}

/** A way to an endpoint. */
export interface Dispatcher {
  /** Begins a request. */
  readonly send: (endpoint: URL, options: RequestOptions) => ClientRequest;
  /** The `host:port` of the proxy on the way. */
  readonly proxy: string | undefined;
}

/**
 * How long a connection is kept for the next call, in milliseconds, unless the other side says less: from one scrape to
 * the next, at the usual intervals.
 */
const KEEP_ALIVE_MS = 90_000;

const AGENT_OPTIONS = { keepAlive: true, timeout: KEEP_ALIVE_MS } as const;

/** Connections by the way they take, shared by all accounts that take it. */
export class Connections {
  readonly #agents = { http: new HttpAgent(AGENT_OPTIONS), https: new HttpsAgent(AGENT_OPTIONS) };
  readonly #tunnels: TunnelAgent | undefined;
  readonly #direct: Dispatcher;
  readonly #https: Dispatcher;
  readonly #http: Dispatcher;
  readonly #none: string;

  constructor({ https, http, noProxy: none }: ProxySettings) {
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
      const agent = new TunnelAgent(proxy, AGENT_OPTIONS);
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
  dispatcherFor(endpoint: URL): Dispatcher {
    if (isLoopback(endpoint.hostname) || bypassesProxy(endpoint, this.#none)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  /** Ends all of them, those as well that are still being made. */
  close(): void {
    for (const agent of [this.#agents.http, this.#agents.https, this.#tunnels]) agent?.destroy();
  }
}
