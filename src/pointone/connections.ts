import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { limitConnectionAge } from './connection-age.ts';
import { HttpProxy, TunnelAgent } from './proxy.ts';
import { isLoopback, type NoProxy } from './proxy-bypass.ts';

/** The proxy settings from the standard environment variables. A string is empty if its variable is not set. */
export interface ProxySettings {
  /** The proxy for `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** The proxy for `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** The hosts to connect to directly. */
  readonly noProxy: NoProxy;
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

/** Limits on connections, in milliseconds. */
interface ConnectionLimits {
  /**
   * How long an attempt to connect to one address may take before the next address of the host is tried (RFC 8305). By
   * default, Node ends an attempt after 250 ms and never repeats it, so that a host whose only reachable address is
   * further away cannot be reached (https://github.com/nodejs/node/issues/54359).
   */
  readonly attemptMs: number;
  /** How long a connection is used, so that a changed DNS record takes effect. */
  readonly maxAgeMs: number;
}

const DEFAULT_LIMITS: ConnectionLimits = { attemptMs: 2_000, maxAgeMs: 10 * 60_000 };

/** Holds the connections to the API. All accounts share them. */
export class Connections {
  readonly #agents: HttpAgent[];
  readonly #direct: Dispatcher;
  readonly #https: Dispatcher;
  readonly #http: Dispatcher;
  readonly #noProxy: NoProxy;

  constructor({ https, http, noProxy }: ProxySettings, { attemptMs, maxAgeMs } = DEFAULT_LIMITS) {
    const agentOptions = { keepAlive: true, timeout: KEEP_ALIVE_MS, autoSelectFamilyAttemptTimeout: attemptMs };
    const plain = new HttpAgent(agentOptions);
    const secure = new HttpsAgent(agentOptions);
    const limitPlain = limitConnectionAge(plain, maxAgeMs);
    const limitSecure = limitConnectionAge(secure, maxAgeMs);
    this.#agents = [plain, secure];
    this.#direct = {
      send: (endpoint, options) =>
        endpoint.protocol === 'https:'
          ? limitSecure(httpsRequest(endpoint, { ...options, agent: secure }))
          : limitPlain(httpRequest(endpoint, { ...options, agent: plain })),
      proxy: undefined,
    };
    this.#https = this.#direct;
    this.#http = this.#direct;
    this.#noProxy = noProxy;
    if (https !== '') {
      const proxy = new HttpProxy(new URL(https));
      const agent = new TunnelAgent(proxy, agentOptions);
      const limit = limitConnectionAge(agent, maxAgeMs);
      this.#agents.push(agent);
      this.#https = {
        send: (endpoint, options) => limit(httpsRequest(endpoint, { ...options, agent })),
        proxy: proxy.host,
      };
    }
    if (http !== '') {
      const proxy = new HttpProxy(new URL(http));
      const [agent, limit] = proxy.isSecure ? [secure, limitSecure] : [plain, limitPlain];
      // Forward plain HTTP instead of tunneling it: many proxies allow CONNECT only to port 443.
      this.#http = {
        send: (endpoint, options) => limit(proxy.forward(endpoint, { ...options, agent })),
        proxy: proxy.host,
      };
    }
  }

  /** Returns the dispatcher for an endpoint. Loopback never uses a proxy, which would connect to its own machine. */
  dispatcherFor(endpoint: URL): Dispatcher {
    if (isLoopback(endpoint.hostname) || this.#noProxy.includes(endpoint)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  /** Closes all connections, including those still being established. */
  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }
}
