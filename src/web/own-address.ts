import type { Request } from 'express';

/** Where the exporter is, as whoever asks reaches it. */
export interface OwnAddress {
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
export function ownAddress(request: Request, externalUrl: URL | undefined): OwnAddress | undefined {
  const scheme = externalUrl === undefined ? request.protocol : externalUrl.protocol.slice(0, -1);
  const [, host, port = scheme === 'https' ? '443' : '80'] =
    HOST.exec(externalUrl?.host ?? request.headers.host ?? '') ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', host: `${host}:${port}`, prefix: prefixOf(externalUrl) };
}

/** What stands in front of the exporter's own paths in links. Two slashes at its start would name another host. */
export function prefixOf(externalUrl: URL | undefined): string {
  return externalUrl?.pathname.replace(/\/+$/, '').replace(/^\/+/, '/') ?? '';
}
