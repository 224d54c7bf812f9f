import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { isLoopback } from './loopback.ts';
import { OpenSockets } from './open-sockets.ts';

/** The proxy settings in force, as the standard variables give them; empty texts where there are none. */
export interface ProxySettings {
  /** For `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** For `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** Hosts to reach directly, separated by commas. */
  readonly none: string;
}

/** The abort signal of a call bounds it, once it is connected; undici's own 300 s would cut off longer ones. */
const DEADLINES_ARE_OURS = { headersTimeout: 0, bodyTimeout: 0 } as const;

/**
 * For what the signal of a call does not reach, a connection that is being made and a proxy's answer to CONNECT: without
 * a bound, each fetch would leave one behind at a server that has stopped answering.
 */
const CONNECTED_WITHIN_MS = 10_000;

/**
 * Connections by the way they take, shared by all accounts that take it, and kept alive as long as the other side says
 * (4 s where it says nothing): long enough for the accounts of one scrape, not from one scrape to the next.
 */
export class Connections {
  /** Reaches the connections that are still being made, which a dispatcher's end leaves alone for up to 10 s. */
  readonly #sockets = new OpenSockets();
  readonly #direct: Dispatcher;
  readonly #https: Dispatcher;
  readonly #http: Dispatcher;

  constructor(proxy: ProxySettings) {
    const connect = this.#sockets.tracked(buildConnector({ timeout: CONNECTED_WITHIN_MS }));
    this.#direct = new Agent({ ...DEADLINES_ARE_OURS, connect });
    this.#https = proxied({ httpsProxy: proxy.https, httpProxy: '', noProxy: proxy.none }, this.#sockets);
    this.#http = proxied({ httpProxy: proxy.http, httpsProxy: '', noProxy: proxy.none }, this.#sockets);
  }

  /** A proxy never applies to loopback: it would look for the API on its own machine. */
  to(endpoint: URL): Dispatcher {
    if (isLoopback(endpoint.hostname)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  async close(): Promise<void> {
    const destroyed = [this.#direct, this.#https, this.#http].map((dispatcher) => dispatcher.destroy());
    this.#sockets.destroy();
    await Promise.all(destroyed);
  }
}

/**
 * Connections to a proxy. When one ends before it becomes a tunnel, undici takes that for a socket to be replaced and
 * connects anew at once, over and over, so fast that no timer gets its turn; under any other code it gives up.
 */
function proxyPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, { ...options, headersTimeout: CONNECTED_WITHIN_MS });
  const once: (to: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> = pool.connect;
  const connect = async (to: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    try {
      return await once.call(pool, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'UND_ERR_SOCKET') throw error;
      throw Object.assign(new Error('the proxy ended the connection', { cause: error }), { code: 'ECONNRESET' });
    }
  };
  return Object.assign(pool, { connect });
}

/** One scheme each: left to itself, undici would send https through the http proxy where only that one is set. */
function proxied(settings: EnvHttpProxyAgent.Options, sockets: OpenSockets): Dispatcher {
  const timeout = { timeout: CONNECTED_WITHIN_MS };
  /** Whatever ProxyAgent makes connects by a function of its own, to the proxy or through it. */
  const tracked = (options: Pool.Options): Pool.Options =>
    typeof options.connect === 'function' ? { ...options, connect: sockets.tracked(options.connect) } : options;
  // Plain http is forwarded rather than tunnelled: proxies commonly refuse CONNECT to anything but port 443.
  return new EnvHttpProxyAgent({
    ...settings,
    ...DEADLINES_ARE_OURS,
    connect: buildConnector(timeout),
    proxyTls: timeout,
    requestTls: timeout,
    proxyTunnel: false,
    factory: (origin, options) => new Pool(origin, { ...DEADLINES_ARE_OURS, ...tracked(options) }),
    clientFactory: (origin, options) => proxyPool(origin, tracked(options)),
  });
}
