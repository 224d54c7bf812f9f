import { looksLikeSecret } from './shape.ts';

/** Matches a part of a path that is a word, two words or a version. Anything else may be a key. */
const PLAIN_PART = /^(?:[a-z]{1,20}(?:-[a-z]{1,20})?|v\d{1,2})$/i;

/** Formats the endpoint without its query, and without its path if that is more than words: each may contain a key. */
export function endpointText(endpoint: URL): string {
  return `${endpoint.origin}${pathText(endpoint)}${endpoint.search === '' ? '' : '?…'}`;
}

/** Replaces the endpoint's path in a text of the exporter. */
export function hideEndpointPath(text: string, endpoint: URL): string {
  const { origin, pathname } = endpoint;
  return pathname === '/' ? text : text.replaceAll(`${origin}${pathname}`, `${origin}${pathText(endpoint)}`);
}

function pathText({ pathname }: URL): string {
  const parts = pathname.split('/').filter((part) => part !== '');
  return parts.every((part) => PLAIN_PART.test(part)) && !looksLikeSecret(pathname) ? pathname : '/…';
}
