import type { FailureReason } from '../model/report.ts';
import type { ExchangeTrace } from './exchange-trace.ts';
import type { Route, StepName } from './steps.ts';

/** What to do about a failed response, by the reason that a scrape would report. */
const RESPONSE_ADVICE: Readonly<Partial<Record<FailureReason, string>>> = {
  unauthenticated:
    "Check in Point One's interface that the token exists and is active, and that the exporter has its whole value. If a " +
    'token of another user is refused as well, it may be an outage of the API: see status.pointonenav.com.',
  forbidden:
    'Use a token whose role may list tokens. A read-only token is enough as far as is known: please report this.',
  http:
    'Check --api.endpoint. If a firewall, a gateway or a login page responds in place of the API, allow this machine to ' +
    'reach the API, or set HTTPS_PROXY. If the status is 5xx, wait, and see status.pointonenav.com.',
  graphql: 'The API may have changed. Look for a newer version of the exporter, and report this output.',
};

/** What to do about an HTTP status that has one usual cause. */
const STATUS_ADVICE: Readonly<Partial<Record<number, string>>> = {
  407: 'A proxy wants to know who uses it. Set its user and password in the address in HTTP_PROXY or HTTPS_PROXY, or add the host of the API to NO_PROXY.',
};

const REDIRECT_ADVICE =
  'The exporter does not follow redirects, because they could lead the token to another server. If --api.endpoint has http:// or ' +
  'another host or path than the API, correct it. Otherwise a login page or a firewall responds in place of the API: allow ' +
  'this machine to reach the API.';

const SCRAPE_ADVICE =
  'If it happens on a scrape, fewer exporters should use this token, or Prometheus should scrape less often.';

export interface AdviceOptions {
  readonly step: StepName;
  /** The reason that a scrape would report. */
  readonly reason: FailureReason;
  readonly route: Route;
  readonly host: string;
  readonly trace: Pick<ExchangeTrace, 'status' | 'headers' | 'bodyBytes'>;
  /** In bytes. */
  readonly maxResponseSize: number;
}

/** Returns what to do about a failed step, as sentences. */
export function stepAdvice(options: AdviceOptions): string {
  const { step, route, host } = options;
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
      return responseAdvice(options);
    case 'body':
      return 'The response broke off. Try again. If it happens again, raise --api.timeout, and check proxies and firewalls between this machine and the API.';
    case 'list':
      return isTooLarge(options)
        ? `The list is longer than the exporter accepts. Raise --api.max-response-size (now ${formatSize(options.maxResponseSize)}) for all uses of the exporter.`
        : 'Check --api.endpoint. If it is right, the API may have changed: look for a newer version of the exporter, and report this output.';
  }
}

function responseAdvice({ reason, host, trace: { status = 0, headers } }: AdviceOptions): string {
  if (reason === 'timeout' || reason === 'network') {
    return `No valid response came over the connection. Try again, raise --api.timeout, and check what is between this machine and ${host}.`;
  }
  if (reason === 'rate_limited') {
    const wait =
      headers['retry-after'] === undefined
        ? 'The response does not say for how long: wait some minutes, and report this.'
        : 'Wait for the time that the header retry-after gives, then run this command again.';
    return `${wait} ${SCRAPE_ADVICE}`;
  }
  if (status >= 300 && status < 400) return REDIRECT_ADVICE;
  return STATUS_ADVICE[status] ?? RESPONSE_ADVICE[reason] ?? 'Report this output.';
}

/** Reports whether the transport stopped because of the size, by the same comparison. */
function isTooLarge({ trace: { headers, bodyBytes }, maxResponseSize }: AdviceOptions): boolean {
  return bodyBytes > maxResponseSize || Number(headers['content-length']) > maxResponseSize;
}

/** Formats a size as the setting accepts it: `8MiB`. */
function formatSize(bytes: number): string {
  const [unit, size] = (
    [
      ['MiB', 1024 ** 2],
      ['KiB', 1024],
    ] as const
  ).find(([, one]) => bytes % one === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}
