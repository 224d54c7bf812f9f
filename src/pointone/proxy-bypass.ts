import { isIP } from 'node:net';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Whether `NO_PROXY` names an endpoint: hosts separated by commas or blanks, each with all its subdomains (a leading `.`
 * or `*.` makes no difference), or addresses, with a port or for all ports; `*` is every host. Ranges of addresses, which
 * some other programs know, are not read.
 */
export function bypassesProxy(endpoint: URL, noProxy: string): boolean {
  const host = endpoint.hostname.toLowerCase();
  const port = endpoint.port || DEFAULT_PORTS[endpoint.protocol];
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      if (entry === '*') return true;
      if (isIP(entry) === 6) return host === `[${entry}]`;
      const [, name = '', wantedPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
      return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
    });
}

/** A host name as in URL#hostname that stays on this machine: 127.0.0.0/8, ::1, localhost (RFC 6761, 6.3). */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])\.?$/.test(hostname);
}
