import { failed, type Outcome } from '../report.ts';

/** What the codes of Node, OpenSSL and undici mean for whoever has to act on them. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name cannot be resolved for now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_SOCKET: 'the connection ended before the answer did',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body is not as long as it was said to be',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS there',
  UND_ERR_ABORTED: 'the connection, or the proxy on the way, gave up',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed; NODE_EXTRA_CA_CERTS adds a private authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
};

/** A connection, or a tunnel through a proxy, that takes 10 s to establish is late, not broken. */
const LATE = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']);

/** The failure behind an exception of the HTTP client, told by its code: its message may quote header or URL. */
export function networkFailure(error: unknown): Outcome {
  const code = codeOf(error);
  if (code !== undefined && LATE.has(code)) return failed('timeout', `no connection could be made in time (${code})`);
  if (code?.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return failed('network', `the answer is not HTTP (${code ?? 'no code'})`);
  const meaning = code === undefined ? undefined : MEANINGS[code];
  return failed('network', `${meaning ?? 'the call failed on the way'} (${code ?? 'no code'})`);
}

/** The first code along the causes; several addresses of one host fail as one AggregateError, which has a code itself. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return undefined;
}
