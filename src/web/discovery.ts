import type { Request, RequestHandler } from 'express';
import type { Collectors } from '../accounts/collectors.ts';
import { sendText } from '../server/text-responses.ts';

export interface DiscoveryOptions {
  /** Asked anew for each request, so that the accounts can be replaced. */
  readonly collectors: () => Collectors;
  /** Undefined: what a request says of itself. */
  readonly externalUrl: URL | undefined;
}

/**
 * Prometheus' HTTP service discovery (https://prometheus.io/docs/prometheus/latest/http_sd/): one target group for each
 * account, to be scraped through `/probe`. There is no label `account`: Prometheus would push aside the metrics' own as
 * `exported_account`. `instance` holds the account as well, so that `up` is told per account, and the exporter's
 * address, so that replicas stay apart.
 */
export function discoveryHandler({ collectors, externalUrl }: DiscoveryOptions): RequestHandler {
  return (request, response) => {
    const address = exporterAddress(request, externalUrl);
    if (address === undefined) {
      sendText(
        response,
        400,
        'the targets are made of the header Host, which is missing or odd; or give --web.external-url',
      );
      return;
    }
    const { scheme, host, prefix } = address;
    const groups = collectors().names.map((account) => ({
      targets: [host],
      labels: {
        __scheme__: scheme,
        __metrics_path__: `${prefix}/probe`,
        __param_account: account,
        instance: `${account}@${host}`,
      },
    }));
    response.json(groups);
  };
}

/** Where the exporter is, as whoever asks reaches it. */
interface ExporterAddress {
  readonly scheme: 'http' | 'https';
  /** `host:port`, the port always given, an IPv6 host in brackets. */
  readonly host: string;
  /** What stands in front of the exporter's own paths: empty, or `/prefix` without a slash at its end. */
  readonly prefix: string;
}

/** `host`, `host:port`, `[v6]` or `[v6]:port` (RFC 9112, 3.2); nothing that would lead anywhere else in an address. */
const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

/**
 * The address by which a request came, or the external one where it is given. `X-Forwarded-*` is not asked: anybody
 * may send it.
 *
 * @returns undefined when the request has no usable `Host`
 */
function exporterAddress(request: Request, externalUrl: URL | undefined): ExporterAddress | undefined {
  const scheme = externalUrl === undefined ? request.protocol : externalUrl.protocol.slice(0, -1);
  const [, host, port = scheme === 'https' ? '443' : '80'] =
    HOST.exec(externalUrl?.host ?? request.headers.host ?? '') ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', host: `${host}:${port}`, prefix: pathPrefix(externalUrl) };
}

/** What stands in front of the exporter's own paths in links. Two slashes at its start would name another host. */
export function pathPrefix(externalUrl: URL | undefined): string {
  return externalUrl?.pathname.replace(/\/+$/, '').replace(/^\/+/, '/') ?? '';
}
