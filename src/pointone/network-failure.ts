import { failedOutcome, type Outcome } from '../model/report.ts';
import { TunnelRefusedError } from './proxy.ts';

/** Describes the error codes of Node, its HTTP parser and OpenSSL to the operator. */
const CODE_MESSAGES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'temporary failure in name resolution',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection closed before the response was complete',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  HPE_HEADER_OVERFLOW: 'the response headers are too large',
  EPROTO: 'the peer does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port',
  CERT_HAS_EXPIRED: 'the server certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server (or of an HTTPS proxy) is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown certificate authority; add a private one with NODE_EXTRA_CA_CERTS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate; add a private authority with NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown certificate authority; add a private one with NODE_EXTRA_CA_CERTS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown certificate authority; add a private one with NODE_EXTRA_CA_CERTS',
};

/**
 * Converts an exception of the HTTP client to a failure. Only its code is used, because its message may quote a header or
 * the URL. The detail names the endpoint and the proxy, because each account can have its own.
 */
export function networkFailure(error: unknown, { host }: Pick<URL, 'host'>, proxy: string | undefined): Outcome {
  const where = `at ${host}${describeProxy(proxy)}`;
  if (error instanceof TunnelRefusedError) {
    const hint = error.status === 407 ? '; set the user and password in HTTPS_PROXY' : '';
    return failedOutcome('network', `the proxy refused the tunnel (HTTP ${error.status} ${where})${hint}`);
  }
  const code = errorCode(error);
  if (code === 'ETIMEDOUT')
    return failedOutcome('timeout', `the connection was not established in time (${code} ${where})`);
  const parserMessage = code?.startsWith('HPE_') ? 'the response is not HTTP' : undefined;
  const message = (code && CODE_MESSAGES[code]) ?? parserMessage ?? 'the request failed';
  return failedOutcome('network', `${message} (${code ?? 'no code'} ${where})`);
}

/** Returns the end of a detail that names the proxy, if there is one. */
export function describeProxy(proxy: string | undefined): string {
  return proxy === undefined ? '' : ` through the proxy ${proxy}`;
}

/** Returns the first code in the chain of causes. If all addresses of a host fail, the AggregateError has a code too. */
function errorCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return undefined;
}
