import { isIPv6 } from 'node:net';
import { isLoopback } from '../pointone/proxy-bypass.ts';
import { looksLikeToken, type Parser, rejectValue } from './parsers.ts';

/**
 * Parses the URL of a GraphQL API. Problems never quote the value, because a URL may contain a password.
 * `plaintextProblem` checks plain HTTP separately, because whether it is allowed depends on another setting.
 */
export const endpointUrl: Parser<URL> = {
  accepts: 'a URL such as https://graphql.pointonenav.com/graphql',
  parse(text) {
    if (!URL.canParse(text)) return { problem: `not a valid URL; expected ${endpointUrl.accepts}` };
    if (looksLikeToken(text)) return { problem: 'must not contain a token; the token is sent in a header' };
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      return { problem: 'must begin with https:// (or http:// to a loopback host)' };
    }
    if (url.username !== '' || url.password !== '') {
      return { problem: 'must not contain a user name or password; the only credential is the personal access token' };
    }
    if (url.hash !== '') return { problem: 'must not contain a fragment (#…), which is never sent' };
    return { value: url };
  },
};

/** Returns a problem if calls to the endpoint would send the credential unencrypted over a network. */
export function plaintextProblem({ protocol, hostname }: URL): string | undefined {
  if (protocol !== 'http:' || isLoopback(hostname)) return undefined;
  return 'would send the token in plaintext; use https:// or set --api.allow-http';
}

/** Parses the external URL of this exporter. Its path is the prefix that a reverse proxy removes. */
export const externalUrl: Parser<URL> = {
  accepts: 'a URL such as https://metrics.example.com/pointone',
  parse(text) {
    if (!URL.canParse(text)) return { problem: `not a valid URL; expected ${externalUrl.accepts}` };
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return { problem: 'must begin with https:// or http://' };
    if (url.username !== '' || url.password !== '') {
      return { problem: 'must not contain a user name or password; /sd publishes this URL' };
    }
    if (url.search !== '' || url.hash !== '') return { problem: 'must not contain a query (?…) or a fragment (#…)' };
    if (looksLikeToken(text)) return { problem: 'must not contain a token; /sd publishes this URL' };
    return { value: url };
  },
};

export interface ListenAddress {
  /** Undefined for all interfaces, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 for any free port. */
  readonly port: number;
}

/** Parses `host:port`, `[v6]:port` or `:port`. */
export const listenAddress: Parser<ListenAddress> = {
  accepts: 'host:port, [IPv6]:port or :port with a port from 0 to 65535, such as :10210',
  parse(text) {
    const match = /^(?:\[([0-9a-fA-F:.]+(?:%\w+)?)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    const v6 = match?.[1];
    if (match === null || port > 65_535 || (v6 !== undefined && !isIPv6(v6)))
      return rejectValue(text, listenAddress.accepts);
    return { value: { host: v6 ?? (match[2] || undefined), port } };
  },
};

/** Matches paths that other endpoints use. */
const RESERVED_PATHS = /^\/(probe|sd|runbooks|-)(\/|$)/;

/** Parses a path on this server. Only letters, digits and `._~-` are allowed, which need no escaping in a URL. */
export const urlPath: Parser<string> = {
  accepts: 'a path that begins with /, such as /metrics',
  parse(text) {
    if (!/^(\/[\w.~-]+)+\/?$|^\/$/.test(text) || /\/\.{1,2}(\/|$)/.test(text))
      return rejectValue(text, urlPath.accepts);
    if (RESERVED_PATHS.test(text))
      return { problem: `${text} is used by another endpoint; expected ${urlPath.accepts}` };
    return { value: text };
  },
};
