import type { Request, RequestHandler } from 'express';
import type { Collectors } from '../accounts/collectors.ts';
import { sendText } from '../server/text-responses.ts';

export interface DiscoveryOptions {
  /** Called for each request, because a reload replaces the collectors. */
  readonly collectors: () => Collectors;
  /** Undefined: the address comes from the request. */
  readonly externalUrl: URL | undefined;
}

/**
 * Serves Prometheus HTTP service discovery (https://prometheus.io/docs/prometheus/latest/http_sd/): one target group per
 * account, scraped through `/probe`. Targets have no label `account`, because Prometheus would then rename the label of
 * the metrics to `exported_account`. `instance` contains the account, so that `up` is per account, and the exporter's
 * address, so that replicas stay apart.
 */
export function discoveryHandler({ collectors, externalUrl }: DiscoveryOptions): RequestHandler {
  return (request, response) => {
    const address = exporterAddress(request, externalUrl);
    if (address === undefined) {
      sendText(response, 400, 'missing or invalid Host header; send a valid one or set --web.external-url');
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

/** The address of the exporter from the client's point of view. */
interface ExporterAddress {
  readonly scheme: 'http' | 'https';
  /** `host:port`, always with a port, with an IPv6 host in brackets. */
  readonly host: string;
  /** Path prefix of the exporter: empty, or `/prefix` without a trailing slash. */
  readonly prefix: string;
}

/** `host`, `host:port`, `[v6]` or `[v6]:port` (RFC 9112, 3.2). No characters that could change the target of a URL. */
const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

/**
 * Returns the external address if it is configured, otherwise the address of the request. Ignores `X-Forwarded-*`
 * headers, because any client can send them.
 *
 * @returns undefined if the request has no valid `Host`
 */
function exporterAddress(request: Request, externalUrl: URL | undefined): ExporterAddress | undefined {
  const scheme = externalUrl === undefined ? request.protocol : externalUrl.protocol.slice(0, -1);
  const [, host, port = scheme === 'https' ? '443' : '80'] =
    HOST.exec(externalUrl?.host ?? request.headers.host ?? '') ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', host: `${host}:${port}`, prefix: pathPrefix(externalUrl) };
}

/** Returns the path prefix for links. Merges slashes at its start, because `//name` would link to another host. */
export function pathPrefix(externalUrl: URL | undefined): string {
  return externalUrl?.pathname.replace(/\/+$/, '').replace(/^\/+/, '/') ?? '';
}
