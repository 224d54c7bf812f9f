import type { ProxySettings } from '../pointone/connections.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue } from './resolve.ts';

/**
 * The standard proxy variables, the lower-case name first, as curl and Go read them. What they hold is never repeated,
 * as it may be a password.
 */
export function readProxySettings(environment: Environment): { proxy: ProxySettings; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = (name: string): { variable: string; value: string } => {
    const variable = environmentValue(environment, name.toLowerCase()) === '' ? name : name.toLowerCase();
    return { variable, value: environmentValue(environment, variable) };
  };
  const address = (name: string): string => {
    const { variable, value } = read(name);
    if (value === '') return '';
    // A host and port alone mean plain http, as everywhere.
    const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
    const url = URL.canParse(absolute) ? new URL(absolute) : undefined;
    if (url !== undefined && isProxy(url)) return url.href;
    problems.push({
      location: variable,
      message: 'is not the address of a proxy; expected http://host:port or https://user:password@host:port',
    });
    return '';
  };
  const proxy = { https: address('HTTPS_PROXY'), http: address('HTTP_PROXY'), noProxy: read('NO_PROXY').value };
  return { proxy, problems };
}

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (!['http:', 'https:'].includes(protocol) || pathname !== '/' || search !== '' || hash !== '') return false;
  // A password that is nobody's is half of an address. A name alone is what some proxies want.
  if (username === '' && password !== '') return false;
  // User name and password are sent decoded; a stray per cent sign would only fail then.
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
