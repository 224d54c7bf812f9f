import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
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
