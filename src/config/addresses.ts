import { isIPv6 } from 'node:net';
import { isLoopback } from '../pointone/proxy-bypass.ts';
import { looksLikeToken, type Parser, rejectValue } from './parsers.ts';

/**
 * The address of a GraphQL API. What was written is never repeated: an address may hold a password.
 * Whether plain http is acceptable depends on another setting: see sendsInClear.
 */
export const endpointUrl: Parser<URL> = {
  accepts: 'an address such as https://graphql.pointonenav.com/graphql',
  parse(text) {
    if (!URL.canParse(text)) return { problem: `is not an address; expected ${endpointUrl.accepts}` };
    if (looksLikeToken(text)) return { problem: 'must not hold a token; it is sent in a header' };
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      return { problem: 'must begin with https:// (or http:// to a loopback host)' };
    }
    if (url.username !== '' || url.password !== '') {
      return { problem: 'must not hold a user name or password; the credential is the personal access token alone' };
    }
    if (url.hash !== '') return { problem: 'must not hold a fragment (#…), which would never be sent' };
    return { value: url };
  },
};

/** Says so when calls to the endpoint would show the credential to whoever listens on the way. */
export function plaintextProblem({ protocol, hostname }: URL): string | undefined {
  if (protocol !== 'http:' || isLoopback(hostname)) return undefined;
  return 'would send the token in clear; use https://, or allow it with --api.allow-http';
}

/** Where this exporter is reached from outside; the path in front of its own, if any, is what a proxy takes off. */
export const externalUrl: Parser<URL> = {
  accepts: 'an address such as https://metrics.example.com/pointone',
  parse(text) {
    if (!URL.canParse(text)) return { problem: `is not an address; expected ${externalUrl.accepts}` };
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return { problem: 'must begin with https:// or http://' };
    if (url.username !== '' || url.password !== '') {
      return { problem: 'must not hold a user name or password; it is published by /sd' };
    }
    if (url.search !== '' || url.hash !== '') return { problem: 'must not hold a query (?…) or a fragment (#…)' };
    if (looksLikeToken(text)) return { problem: 'must not hold a token; it is published by /sd' };
    return { value: url };
  },
};

export interface ListenAddress {
  /** Undefined: every interface, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 picks a free one. */
  readonly port: number;
}

/** `host:port`, `[v6]:port` or `:port`. */
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

/** Paths that the exporter needs for something else. */
const RESERVED_PATHS = /^\/(probe|sd|-)(\/|$)/;

/** A path on our own server. Letters, digits and `._~-` only: nothing that a URL would have to escape. */
export const urlPath: Parser<string> = {
  accepts: 'a path that begins with /, such as /metrics',
  parse(text) {
    if (!/^(\/[\w.~-]+)+\/?$|^\/$/.test(text) || /\/\.{1,2}(\/|$)/.test(text))
      return rejectValue(text, urlPath.accepts);
    if (RESERVED_PATHS.test(text))
      return { problem: `${text} is taken by another endpoint; expected ${urlPath.accepts}` };
    return { value: text };
  },
};
