import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HttpProxy, TunnelAgent } from './proxy.ts';
import { bypassesProxy, isLoopback } from './proxy-bypass.ts';

/** The proxy settings from the standard environment variables. A string is empty if its variable is not set. */
export interface ProxySettings {
  /** The proxy for `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** The proxy for `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** Hosts to connect to directly, separated by commas. */
  readonly noProxy: string;
}

/** Sends requests to an endpoint, either directly or through a proxy. */
export interface Dispatcher {
  /** Starts a request. */
  readonly send: (endpoint: URL, options: RequestOptions) => ClientRequest;
  /** The `host:port` of the proxy; undefined for a direct connection. */
  readonly proxy: string | undefined;
}

/**
 * Maximum idle time of a connection, in milliseconds. The server can announce a shorter time. 90 s covers the usual
 * scrape intervals.
 */
const KEEP_ALIVE_MS = 90_000;

const AGENT_OPTIONS = { keepAlive: true, timeout: KEEP_ALIVE_MS } as const;

/** Holds the connections to the API. All accounts share them. */
export class Connections {
  readonly #agents = { http: new HttpAgent(AGENT_OPTIONS), https: new HttpsAgent(AGENT_OPTIONS) };
  readonly #tunnels: TunnelAgent | undefined;
  readonly #direct: Dispatcher;
  readonly #https: Dispatcher;
  readonly #http: Dispatcher;
  readonly #noProxy: string;

  constructor({ https, http, noProxy }: ProxySettings) {
    const { http: httpAgent, https: httpsAgent } = this.#agents;
    this.#direct = {
      send: (endpoint, options) =>
        endpoint.protocol === 'https:'
          ? httpsRequest(endpoint, { ...options, agent: httpsAgent })
          : httpRequest(endpoint, { ...options, agent: httpAgent }),
      proxy: undefined,
    };
    this.#https = this.#direct;
    this.#http = this.#direct;
    this.#noProxy = noProxy;
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
      const agent = proxy.isSecure ? httpsAgent : httpAgent;
      // Forward plain HTTP instead of tunneling it: many proxies allow CONNECT only to port 443.
      this.#http = { send: (endpoint, options) => proxy.forward(endpoint, { ...options, agent }), proxy: proxy.host };
    }
  }

  /** Returns the dispatcher for an endpoint. Loopback never uses a proxy, which would connect to its own machine. */
  dispatcherFor(endpoint: URL): Dispatcher {
    if (isLoopback(endpoint.hostname) || bypassesProxy(endpoint, this.#noProxy)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  /** Closes all connections, including those still being established. */
  close(): void {
    for (const agent of [this.#agents.http, this.#agents.https, this.#tunnels]) agent?.destroy();
  }
}
