import type { FailureReason } from '../model/report.ts';
import type { Route, StepName } from './steps.ts';

/** What to do about a failed response, by the reason that a scrape would report. */
const RESPONSE_ADVICE: Readonly<Partial<Record<FailureReason, string>>> = {
  unauthenticated:
    "Check in Point One's interface that the token exists and is active, and that the exporter has its whole value. If a " +
    'token of another user is refused as well, it may be an outage of the API: see status.pointonenav.com.',
  forbidden:
    'Use a token whose role may list tokens. A read-only token is enough as far as is known: please report this.',
  rate_limited:
    'Wait for the time that the header retry-after gives, then run this command again. If it happens on a scrape, fewer ' +
    'exporters should use this token, or Prometheus should scrape less often.',
  http:
    'Check --api.endpoint. If a firewall, a gateway or a login page responds in place of the API, allow this machine to ' +
    'reach the API, or set HTTPS_PROXY. If the status is 5xx, wait, and see status.pointonenav.com.',
  graphql: 'The API may have changed. Look for a newer version of the exporter, and report this output.',
};

/** Returns what to do about a failed step, as sentences. */
export function stepAdvice(step: StepName, reason: FailureReason, route: Route, host: string): string {
  switch (step) {
    case 'credential':
      return 'Correct the file or the variable. The exporter reads a file again before each call.';
    case 'resolve':
      return route === 'direct'
        ? `Check the name in --api.endpoint, and the DNS server of this machine. If only a proxy can reach ${host}, set HTTPS_PROXY.`
        : 'Check the name of the proxy in HTTP_PROXY, and the DNS server of this machine.';
    case 'connect':
      return route === 'direct'
        ? `Check that a firewall allows connections from this machine to ${host}. If only a proxy may connect, set HTTPS_PROXY.`
        : 'Check the address and port of the proxy in HTTP_PROXY, and that it is running.';
    case 'proxy':
      return `Check address, port, user and password in HTTPS_PROXY, and that the proxy allows tunnels (CONNECT) to ${host}. If ${host} is reachable without it, add it to NO_PROXY.`;
    case 'TLS':
      return "If the certificate is from an authority of your organization, write that authority's certificate to a file and name it in NODE_EXTRA_CA_CERTS. Otherwise something else responds in place of the API: do not trust it.";
    case 'response':
      return reason === 'timeout' || reason === 'network'
        ? `No valid response came over the connection. Try again, raise --api.timeout, and check what is between this machine and ${host}.`
        : (RESPONSE_ADVICE[reason] ?? 'Report this output.');
    case 'body':
      return 'The response broke off. Try again. If it happens again, raise --api.timeout, and check proxies and firewalls between this machine and the API.';
    case 'list':
      return 'Check --api.endpoint. If it is right, the API may have changed: look for a newer version of the exporter, and report this output.';
  }
}
