import type { ProxySettings } from '../pointone/connections.ts';
import { NoProxy } from '../pointone/proxy-bypass.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue } from './resolve.ts';

/**
 * Reads the standard proxy variables, preferring the lower-case name as curl does. Problems never quote a string
 * that may contain a password.
 */
export function readProxySettings(environment: Environment): { proxy: ProxySettings; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const readVariable = (name: string): { variable: string; value: string } => {
    const variable = environmentValue(environment, name.toLowerCase()) === '' ? name : name.toLowerCase();
    return { variable, value: environmentValue(environment, variable) };
  };
  const readProxyUrl = (name: string): string => {
    const { variable, value } = readVariable(name);
    if (value === '') return '';
    // Without a scheme, the proxy is reached over plain HTTP, as in curl and Go.
    const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
    const url = URL.canParse(absolute) ? new URL(absolute) : undefined;
    if (url !== undefined && isProxy(url)) return url.href;
    problems.push({
      location: variable,
      message: 'invalid proxy URL; expected http://host:port or https://user:password@host:port',
    });
    return '';
  };
  const [https, http] = [readProxyUrl('HTTPS_PROXY'), readProxyUrl('HTTP_PROXY')];
  const { variable, value } = readVariable('NO_PROXY');
  const { noProxy, invalid } = NoProxy.parse(value);
  for (const { entry, position } of invalid) {
    // Only an entry without letters cannot be part of a password.
    const quoted = /^[\d.:/*[\]-]+$/.test(entry) ? ` (${JSON.stringify(entry)})` : '';
    problems.push({ location: variable, message: `invalid entry ${position}${quoted}; expected ${NO_PROXY_ENTRIES}` });
  }
  return { proxy: { https, http, noProxy }, problems };
}

const NO_PROXY_ENTRIES =
  'host names, .suffixes or IP addresses, each with or without a port, ranges such as 10.0.0.0/8 or fd00::/8, or *';

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (!['http:', 'https:'].includes(protocol) || pathname !== '/' || search !== '' || hash !== '') return false;
  // A password without a user name is a mistake. Some proxies require a user name only.
  if (username === '' && password !== '') return false;
  // A stray percent sign would otherwise fail only later, when the client decodes the user name and password.
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
