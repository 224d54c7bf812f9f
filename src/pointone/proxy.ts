import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from './loopback.ts';

/** The proxy settings in force, as the standard variables give them; empty texts where there are none. */
export interface ProxySettings {
  /** For `https://` endpoints: an absolute URL. */
  readonly https: string;
  /** For `http://` endpoints: an absolute URL. */
  readonly http: string;
  /** Hosts to reach directly, separated by commas. */
  readonly none: string;
}

/** The abort signal of each call bounds it from end to end; undici's own 300 s would only be a second truth. */
const DEADLINES_ARE_OURS = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Connections by the way they take, each kept alive and shared by all accounts that take it. */
export class Connections {
  readonly #direct = new Agent(DEADLINES_ARE_OURS);
  readonly #https: Dispatcher;
  readonly #http: Dispatcher;

  constructor(proxy: ProxySettings) {
    this.#https = proxied({ httpsProxy: proxy.https, httpProxy: '', noProxy: proxy.none });
    this.#http = proxied({ httpProxy: proxy.http, httpsProxy: '', noProxy: proxy.none });
  }

  /** A proxy never applies to loopback: it would look for the API on its own machine. */
  to(endpoint: URL): Dispatcher {
    if (isLoopback(endpoint.hostname)) return this.#direct;
    return endpoint.protocol === 'https:' ? this.#https : this.#http;
  }

  async close(): Promise<void> {
    await Promise.all([this.#direct, this.#https, this.#http].map((dispatcher) => dispatcher.destroy()));
  }
}

/** One scheme each: left to itself, undici would send https through the http proxy where only that one is set. */
function proxied(settings: EnvHttpProxyAgent.Options): Dispatcher {
  // Plain http is forwarded rather than tunnelled: proxies commonly refuse CONNECT to anything but port 443.
  return new EnvHttpProxyAgent({ ...settings, ...DEADLINES_ARE_OURS, proxyTunnel: false });
}
