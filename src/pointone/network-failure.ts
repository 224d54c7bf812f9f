import { failedOutcome, type Outcome } from '../model/report.ts';
import { TunnelRefusedError } from './proxy.ts';

/** What the codes of Node, its parser and OpenSSL mean for whoever has to act on them. */
const CODE_MESSAGES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name cannot be resolved for now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection ended before the answer did',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  HPE_HEADER_OVERFLOW: 'the headers of the answer are too large',
  EPROTO: 'what answers does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS there',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate, of the server or of a proxy behind TLS, is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed; NODE_EXTRA_CA_CERTS adds a private authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate authority is unknown; NODE_EXTRA_CA_CERTS adds a private one',
};

/**
 * The failure behind an exception of the HTTP client, told by its code: its message may quote header or URL. It says
 * where the call went, as a file may give each account an endpoint of its own, and the environment a proxy.
 */
export function networkFailure(error: unknown, { host }: Pick<URL, 'host'>, proxy: string | undefined): Outcome {
  const where = proxy === undefined ? `at ${host}` : `at ${host} through the proxy ${proxy}`;
  if (error instanceof TunnelRefusedError) {
    const hint = error.status === 407 ? '; it wants the user and password that HTTPS_PROXY can hold' : '';
    return failedOutcome('network', `the proxy does not let the call pass (HTTP ${error.status} ${where})${hint}`);
  }
  const code = errorCode(error);
  if (code === 'ETIMEDOUT') return failedOutcome('timeout', `no connection could be made in time (${code} ${where})`);
  const known = code?.startsWith('HPE_') ? 'the answer is not HTTP' : undefined;
  const meaning = (code && CODE_MESSAGES[code]) ?? known ?? 'the call failed on the way';
  return failedOutcome('network', `${meaning} (${code ?? 'no code'} ${where})`);
}

/** The first code along the causes; several addresses of one host fail as one AggregateError, which has a code itself. */
function errorCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return undefined;
}
