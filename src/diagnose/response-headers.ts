import type { IncomingHttpHeaders } from 'node:http';
import { formatCount } from '../health/formats.ts';
import { parseInstant } from '../model/instant.ts';
import { parseHttpDate } from '../pointone/headers.ts';
import type { Masking } from './masking.ts';

/** The headers that say who responded, and when. */
const HEADERS = ['content-type', 'date', 'server', 'via'] as const;

/** Identifies a request of this user to Cloudflare, so only its presence is shown. */
const RAY_ID = 'cf-ray';

/** Matches every header about the number of requests. Its name or value may identify the user or a plan. */
const LIMIT = /^(?:x-)?rate-?limit(?:-|$)|^retry-after$/;

/** Matches the ones whose meaning is known: those of the IETF drafts, of GitHub and of Kong. */
const KNOWN_LIMIT =
  /^(?:retry-after|ratelimit|(?:x-)?rate-?limit-(?:limit|remaining|reset|used|policy)(?:-(?:second|minute|hour|day|month))?)$/;

/** Maximum number of limit headers whose values are shown. */
const MAX_LIMITS = 12;

interface HeaderTexts {
  readonly present: readonly (readonly [name: string, value: string])[];
  /** The labels of the headers of interest that the response does not have. */
  readonly absent: readonly string[];
}

/** Describes the headers of interest: who responded, when, and how many requests are allowed. */
export function describeHeaders(headers: IncomingHttpHeaders, masking: Masking): HeaderTexts {
  const { known, others } = limitHeaders(headers);
  const hasRay = headers[RAY_ID] !== undefined;
  const present = HEADERS.filter((name) => headers[name] !== undefined);
  return {
    present: [
      ...present.map((name) => [name, masking.text(String(headers[name]))] as const),
      ...(hasRay ? [[RAY_ID, 'present'] as const] : []),
      ...known.map((name) => [name, limitText(String(headers[name]), masking)] as const),
      ...(others > 0 ? [['other limits', `${formatCount(others, 'header')}, not shown`] as const] : []),
    ],
    absent: [
      ...HEADERS.filter((name) => headers[name] === undefined),
      ...(hasRay ? [] : [RAY_ID]),
      ...(headers['retry-after'] === undefined ? ['retry-after'] : []),
      ...(known.some((name) => name !== 'retry-after') || others > 0 ? [] : ['ratelimit-*, x-ratelimit-*']),
    ],
  };
}

/** Returns the names of the known headers that limit requests, and the number of others. */
export function limitHeaders(headers: IncomingHttpHeaders): {
  readonly known: readonly string[];
  readonly others: number;
} {
  const limits = Object.keys(headers).filter((name) => LIMIT.test(name));
  const known = limits.filter((name) => KNOWN_LIMIT.test(name)).slice(0, MAX_LIMITS);
  return { known, others: limits.length - known.length };
}

const NUMBER = String.raw`\d{1,16}(?:\.\d{1,6})?`;
/** Such as `100;w=60` and `"default";q=100;w=60` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/). */
const POLICY = `(?:${NUMBER}|"[A-Za-z]{1,20}")(?:; ?[a-z]{1,10}=${NUMBER})*`;
/** Such as `6m0s`. */
const DURATION = `(?:${NUMBER}(?:ms|s|m|h|d))+`;
const LIMIT_VALUE = new RegExp(`^(?:${POLICY}(?:, ?${POLICY})*|${DURATION})$`);

/** Shows a value only if it is a number, a duration, a date or a policy: anything else could name the user. */
function limitText(value: string, masking: Masking): string {
  const isDate = parseHttpDate(value) !== undefined || parseInstant(value) !== undefined;
  return value.length <= 200 && (isDate || LIMIT_VALUE.test(value))
    ? masking.text(value)
    : '(hidden: not a number, a date or a policy)';
}
