const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * Whether `NO_PROXY` names an endpoint, as curl and others read it: hosts separated by commas or blanks, each with all
 * its subdomains (a leading `.` or `*.` makes no difference), with a port or for all ports; `*` is every host.
 */
export function isExcepted(endpoint: URL, noProxy: string): boolean {
  const host = endpoint.hostname.toLowerCase();
  const port = endpoint.port || DEFAULT_PORTS[endpoint.protocol];
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wantedPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
      return host === name || host.endsWith(`.${name}`) || host === `[${name}]`;
    });
}
