import type { IncomingHttpHeaders } from 'node:http';
import type { Masking } from './masking.ts';

/** A header of interest: which headers, and whether the report shows their values. */
interface HeaderKind {
  /** What the report calls the headers if none of them is present. */
  readonly label: string;
  readonly pattern: RegExp;
  /** The value identifies a request of this user, so only its presence is shown. */
  readonly isHidden?: true;
}

/** The headers that say who responded, when, and how many requests are allowed. */
const HEADERS: readonly HeaderKind[] = [
  { label: 'content-type', pattern: /^content-type$/ },
  { label: 'date', pattern: /^date$/ },
  { label: 'retry-after', pattern: /^retry-after$/ },
  { label: 'ratelimit-*', pattern: /^ratelimit(-[a-z-]+)?$/ },
  { label: 'x-ratelimit-*', pattern: /^x-ratelimit-[a-z-]+$/ },
  { label: 'server', pattern: /^server$/ },
  { label: 'via', pattern: /^via$/ },
  { label: 'cf-ray', pattern: /^cf-ray$/, isHidden: true },
];

/** Returns the present headers of interest as pairs of name and masked value, and the labels of those that are absent. */
export function describeHeaders(
  headers: IncomingHttpHeaders,
  masking: Masking,
): { readonly present: readonly (readonly [name: string, value: string])[]; readonly absent: readonly string[] } {
  const names = Object.keys(headers);
  const present: (readonly [string, string])[] = [];
  const absent: string[] = [];
  for (const { label, pattern, isHidden } of HEADERS) {
    const matching = names.filter((name) => pattern.test(name)).slice(0, MAX_OF_A_KIND);
    if (matching.length === 0) absent.push(label);
    for (const name of matching) {
      present.push([masking.text(name), isHidden ? 'present' : masking.text(String(headers[name]))]);
    }
  }
  return { present, absent };
}

const MAX_OF_A_KIND = 10;
