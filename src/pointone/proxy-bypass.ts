import { isIP } from 'node:net';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Reports whether `NO_PROXY` excludes an endpoint from the proxy. Entries are separated by commas or white space:
 * - a host name, which includes its subdomains; a leading `.` or `*.` makes no difference
 * - an IP address
 * - `*` for all hosts
 *
 * A host name or address can have a port. Address ranges (CIDR), which some other programs support, are not.
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

/** Reports whether a host name (as in URL#hostname) is loopback: 127.0.0.0/8, ::1 or localhost (RFC 6761, 6.3). */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])\.?$/.test(hostname);
}
