import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { urlToHttpOptions } from 'node:url';

/** Sends requests through an HTTP proxy. */
export class HttpProxy {
  /** `host:port`, without user and password. */
  readonly host: string;
  /** Whether the connection to the proxy itself uses TLS. */
  readonly isSecure: boolean;
  readonly #address: RequestOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: URL) {
    const { auth, ...address } = urlToHttpOptions(url);
    this.isSecure = url.protocol === 'https:';
    this.host = url.port === '' ? `${url.hostname}:${this.isSecure ? 443 : 80}` : url.host;
    // By default, Node would verify the certificate against the Host header, which names the endpoint. The server name of
    // an IP address is empty: SNI does not allow addresses, and Node verifies them anyway.
    const hostname = address.hostname ?? '';
    this.#address = { ...address, servername: isIP(hostname) === 0 ? hostname : '' };
    this.#headers = auth ? { 'proxy-authorization': `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  }

  /** Requests a tunnel to `host:port` (RFC 9110, 9.3.6). Any response, whatever its status, emits `connect`. */
  connect(authority: string, options: RequestOptions): ClientRequest {
    return this.#request(authority, { ...options, method: 'CONNECT' }, authority);
  }

  /** Sends a request for the proxy to forward. Its request target is the absolute URL (RFC 9112, 3.2.2). */
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

/** The proxy responded but did not open a tunnel. */
export class TunnelRefusedError extends Error {
  override readonly name = 'TunnelRefusedError';

  readonly status: number;

  constructor(status: number) {
    super(`the proxy responded with HTTP ${status}`);
    this.status = status;
  }
}

/**
 * Limits the CONNECT request and then the TLS handshake, in milliseconds. Aborting an API request does not end a tunnel
 * that is being established (since Node 24, the next request uses it). Without this limit, every request would leave a
 * connection open at a proxy that no longer responds.
 */
const TUNNEL_TIMEOUT_MS = 10_000;

/** Keeps TLS connections through an HTTP proxy and reuses them, like any agent. */
export class TunnelAgent extends HttpsAgent {
  readonly #proxy: HttpProxy;
  /** Holds the connections to the proxy until they become tunnels. */
  readonly #proxyAgent: HttpAgent;

  constructor(proxy: HttpProxy, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    const { autoSelectFamilyAttemptTimeout } = options;
    const proxyOptions = { keepAlive: true, autoSelectFamilyAttemptTimeout };
    this.#proxyAgent = proxy.isSecure ? new HttpsAgent(proxyOptions) : new HttpAgent(proxyOptions);
  }

  /** Opens a tunnel. Node calls this for every new connection; the callback gets the connection or the error. */
  override createConnection(
    options: RequestOptions,
    callback: (error: Error | null, connection: Duplex) => void,
  ): undefined {
    const fail = callback as (error: Error) => void;
    const { host, port } = options;
    const authority = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
    const request = this.#proxy.connect(authority, { agent: this.#proxyAgent });
    const timer = setTimeout(() => request.destroy(timeoutError()), TUNNEL_TIMEOUT_MS);
    request.once('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
    request.once('connect', ({ statusCode = 0 }, socket, earlyBytes) => {
      clearTimeout(timer);
      if (statusCode < 200 || statusCode >= 300) {
        socket.destroy();
        fail(new TunnelRefusedError(statusCode));
        return;
      }
      // In TLS the client sends first. A peer that has already sent bytes does not speak TLS.
      if (earlyBytes.length > 0) {
        socket.destroy();
        fail(Object.assign(new Error('unexpected bytes after the response of the proxy'), { code: 'EPROTO' }));
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
    // Node's types do not declare the option `socket`, which is passed on to tls.connect().
    const connection = super.createConnection({ ...options, socket: tunnel } as RequestOptions) as Duplex;
    const timer = setTimeout(() => connection.destroy(timeoutError()), TUNNEL_TIMEOUT_MS);
    for (const event of ['secureConnect', 'close']) connection.once(event, () => clearTimeout(timer));
    return connection;
  }
}

/** Creates an error with the code that the system uses for a connection timeout. */
function timeoutError(): Error {
  return Object.assign(new Error('the tunnel was not established in time'), { code: 'ETIMEDOUT' });
}
