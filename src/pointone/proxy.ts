import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { urlToHttpOptions } from 'node:url';

/** An HTTP proxy, and what has to be said to it. */
export class HttpProxy {
  /** `host:port`, without what may be secret. */
  readonly host: string;
  /** Whether it is itself spoken to over TLS. */
  readonly isSecure: boolean;
  readonly #address: RequestOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: URL) {
    const { auth, ...address } = urlToHttpOptions(url);
    this.isSecure = url.protocol === 'https:';
    this.host = url.port === '' ? `${url.hostname}:${this.isSecure ? 443 : 80}` : url.host;
    // Left to itself, Node would expect a certificate for the host that the request names, which is the endpoint's. An
    // address of IP is not named in the handshake, and verified all the same.
    const hostname = address.hostname ?? '';
    this.#address = { ...address, servername: isIP(hostname) === 0 ? hostname : '' };
    this.#headers = auth ? { 'proxy-authorization': `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  }

  /** Asks for a tunnel to `host:port` (RFC 9110, 9.3.6); the answer is an event `connect`, whatever its status. */
  connect(authority: string, options: RequestOptions): ClientRequest {
    return this.#request(authority, { ...options, method: 'CONNECT' }, authority);
  }

  /** Has a request forwarded, which is given the whole address for its target (RFC 9112, 3.2.2). */
  forward(endpoint: URL, options: RequestOptions): ClientRequest {
    return this.#request(endpoint.href, options, endpoint.host);
  }

  #request(path: string, options: RequestOptions, host: string): ClientRequest {
    const request = this.isSecure ? httpsRequest : httpRequest;
    return request({
      ...options,
      ...this.#address,
      path,
      headers: { ...options.headers, ...this.#headers, host },
    });
  }
}

/** The proxy answered, and opened no tunnel. */
export class TunnelRefusedError extends Error {
  override readonly name = 'TunnelRefusedError';

  readonly status: number;

  constructor(status: number) {
    super(`the proxy answered HTTP ${status}`);
    this.status = status;
  }
}

/**
 * For what the end of a call does not reach: a tunnel that is being made, first by the proxy and then by TLS (from Node 24
 * on, the next call has it). Without a bound, each call would leave one behind at a proxy that has stopped answering.
 */
const TUNNEL_TIMEOUT_MS = 10_000;

/** Connections over TLS through an HTTP proxy, kept and used again as those of any agent. */
export class TunnelAgent extends HttpsAgent {
  readonly #proxy: HttpProxy;
  /** Holds the connections that are no tunnels yet. */
  readonly #proxyAgent: HttpAgent;

  constructor(proxy: HttpProxy, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#proxyAgent = proxy.isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  /** Called by Node for every new connection; whatever comes of it reaches the callback. */
  override createConnection(
    options: RequestOptions,
    callback: (error: Error | null, connection: Duplex) => void,
  ): undefined {
    const fail = callback as (error: Error) => void;
    const { host, port } = options;
    const authority = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
    const request = this.#proxy.connect(authority, { agent: this.#proxyAgent });
    const late = setTimeout(() => request.destroy(timeoutError()), TUNNEL_TIMEOUT_MS);
    request.once('error', (error) => {
      clearTimeout(late);
      fail(error);
    });
    request.once('connect', ({ statusCode = 0 }, socket, early) => {
      clearTimeout(late);
      if (statusCode < 200 || statusCode >= 300) {
        socket.destroy();
        fail(new TunnelRefusedError(statusCode));
        return;
      }
      // In TLS the client speaks first: whatever answers already is no server.
      if (early.length > 0) {
        socket.destroy();
        fail(Object.assign(new Error('bytes behind the answer of the proxy'), { code: 'EPROTO' }));
        return;
      }
      callback(null, this.#startTls(options, socket));
    });
    request.end();
  }

  override destroy(): void {
    this.#proxyAgent.destroy();
    super.destroy();
  }

  #startTls(options: RequestOptions, tunnel: Duplex): Duplex {
    // Node's types do not know that it takes a socket to go on with, as tls.connect() does.
    const secure = super.createConnection({ ...options, socket: tunnel } as RequestOptions) as Duplex;
    const late = setTimeout(() => secure.destroy(timeoutError()), TUNNEL_TIMEOUT_MS);
    for (const event of ['secureConnect', 'close']) secure.once(event, () => clearTimeout(late));
    return secure;
  }
}

/** As the system says it of a connection. */
function timeoutError(): Error {
  return Object.assign(new Error('no tunnel in time'), { code: 'ETIMEDOUT' });
}
