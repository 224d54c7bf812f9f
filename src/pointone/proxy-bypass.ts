import { BlockList, type IPVersion, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** The host and port of an endpoint. */
interface Target {
  /** In lower case, without brackets and without a final dot. */
  readonly host: string;
  readonly port: string | undefined;
  /** Undefined for a host name. */
  readonly ipVersion: IPVersion | undefined;
}

/** Reports whether an entry of `NO_PROXY` matches an endpoint. */
type Rule = (target: Target) => boolean;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * The hosts that `NO_PROXY` excludes from the proxy. Entries are separated by commas or white space, and are read as
 * curl and Go read them:
 * - a host name, which includes its subdomains; a leading `.` or `*.` makes no difference
 * - an IP address, or a range of addresses such as `10.0.0.0/8` or `fd00::/8`
 * - `*` for all hosts
 *
 * A host name or address can have a port. Addresses and ranges apply to endpoints that are given by address: a host name
 * is not resolved.
 */
export class NoProxy {
  readonly #rules: readonly Rule[];

  private constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** Parses the value of `NO_PROXY`. `invalid` holds the entries that cannot be understood, with their position from 1. */
  static parse(list: string): {
    readonly noProxy: NoProxy;
    readonly invalid: readonly { readonly entry: string; readonly position: number }[];
  } {
    const entries = list.split(/[,\s]+/).filter((entry) => entry !== '');
    const rules = entries.map(parseEntry);
    return {
      noProxy: new NoProxy(rules.filter((rule) => rule !== undefined)),
      invalid: entries
        .map((entry, index) => ({ entry, position: index + 1 }))
        .filter((_entry, index) => rules[index] === undefined),
    };
  }

  /** Reports whether to connect to an endpoint directly. */
  includes({ hostname, port, protocol }: URL): boolean {
    const host = hostname.toLowerCase().replace(/^\[(.*)\]$|\.$/, '$1');
    const target = { host, port: port || DEFAULT_PORTS[protocol], ipVersion: ipVersion(host) };
    return this.#rules.some((rule) => rule(target));
  }
}

/** Returns undefined for an entry that cannot be understood. */
function parseEntry(entry: string): Rule | undefined {
  if (entry === '*') return () => true;
  const [, network, prefix] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? [];
  if (network !== undefined) return rangeRule(network, Number(prefix));
  if (isIP(entry) === 6) return rangeRule(entry, 128);
  const [, bracketed, plain = '', port] = /^(?:\[([\da-f.:]+)\]|([^:[\]/?#@%\\]+))(?::(\d{1,5}))?$/i.exec(entry) ?? [];
  if (Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return undefined;
  const rule = bracketed === undefined ? (rangeRule(plain, 32) ?? nameRule(plain)) : rangeRule(bracketed, 128);
  if (rule === undefined || port === undefined) return rule;
  return (target) => target.port === String(Number(port)) && rule(target);
}

/** Matches the addresses of a range. Returns undefined if it is not one. */
function rangeRule(network: string, prefix: number): Rule | undefined {
  const version = network.includes('%') ? undefined : ipVersion(network);
  if (version === undefined || prefix > (version === 'ipv4' ? 32 : 128)) return undefined;
  const range = new BlockList();
  range.addSubnet(network, prefix, version);
  // BlockList takes an IPv4 address for ::ffff:a.b.c.d, which ::/0 contains. Go and curl do not.
  const isForIPv4 = version === 'ipv4' || prefix >= 96;
  return ({ host, ipVersion }) =>
    ipVersion !== undefined && (ipVersion === 'ipv6' || isForIPv4) && range.check(host, ipVersion);
}

/** Matches the labels of a host name. The underscore is not allowed in DNS host names, but common in internal ones. */
const HOST_NAME = /^(?:[a-z\d_](?:[a-z\d_-]*[a-z\d_])?\.)*(?![\d]+$)[a-z\d_](?:[a-z\d_-]*[a-z\d_])?$/;

/** Matches a host and its subdomains. Returns undefined for anything but a host name, such as `10.` or `api.*`. */
function nameRule(entry: string): Rule | undefined {
  const name = domainToASCII(entry.replace(/^\*?\.|\.$/g, '')).toLowerCase();
  if (!HOST_NAME.test(name)) return undefined;
  return ({ host, ipVersion }) => ipVersion === undefined && (host === name || host.endsWith(`.${name}`));
}

function ipVersion(host: string): IPVersion | undefined {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(host)];
}

/** Reports whether a host name (as in URL#hostname) is loopback: 127.0.0.0/8, ::1 or localhost (RFC 6761, 6.3). */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])\.?$/.test(hostname);
}
