import type { Instant } from '../model/instant.ts';
import { failedOutcome, type Outcome } from '../model/report.ts';
import type { ClassifyStatus } from '../model/status.ts';
import type { Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';
import { EventLoopYielder } from '../runtime/yielding.ts';
import { applyFieldErrors } from './field-errors.ts';
import { errorCode, graphqlErrors } from './graphql-errors.ts';
import { parseRetryAfter } from './headers.ts';
import { parseToken } from './token-parser.ts';

/** A complete HTTP response, whose body is already parsed. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The pause that the response asks for, in milliseconds; 0 for none. See `requestedPauseMs`. */
  readonly pauseMs: number;
  /** The first items of a long list, parsed while the body arrived. */
  readonly tokens: readonly Token[];
  /** The body without these items, parsed as JSON; undefined if it is not JSON. */
  readonly json: unknown;
  readonly bodyKind: BodyKind;
}

/** What a body consists of. A body that was not read is empty. */
export type BodyKind = 'json' | 'empty' | 'html' | 'other';

/** Determines the kind of a body from its text and the result of parsing it as JSON. */
export function bodyKind(text: string, json: unknown): BodyKind {
  if (json !== undefined) return 'json';
  const start = text.trimStart();
  if (start === '') return 'empty';
  // A document, an element or a comment of HTML, or the declaration of XHTML.
  return /^<[!?a-z]/i.test(start) ? 'html' : 'other';
}

/**
 * Lists the error codes of Apollo Server (https://www.apollographql.com/docs/apollo-server/data/errors). Only these can
 * appear in the log: any other string of a response might quote the credential.
 */
const LOGGABLE_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'INTERNAL_SERVER_ERROR',
]);

/** What is known of a response before its body. */
export type ResponseHead = Pick<ApiResponse, 'status' | 'headers' | 'pauseMs'>;

/**
 * Returns the pause that a response asks for with `Retry-After`, on 403, 429 and every server error.
 *
 * @param now the local time, used if the response has no `Date`
 * @returns milliseconds; 0 for no pause
 */
export function requestedPauseMs({ status, headers }: Omit<ResponseHead, 'pauseMs'>, now: Instant): number {
  return status === 403 || status === 429 || status >= 500 ? parseRetryAfter(headers, now) : 0;
}

/**
 * Reports whether the response means that there were too many requests. A 403 counts only if a pause follows: it must not
 * hide a rejected credential.
 */
export function isRateLimited({ status, headers, pauseMs }: ResponseHead): boolean {
  if (status === 403) return pauseMs > 0;
  return status === 429 || (status === 503 && headers.has('retry-after'));
}

/**
 * Reports whether the outcome depends on the body. If it does not, the caller must not read the body: a slow, broken or
 * very large body must not hide the status or the requested pause. The body of a 401 is read only if its content type is
 * HTML, which the API does not send.
 */
export function needsBody(response: ResponseHead, contentType: string | undefined): boolean {
  const { status, pauseMs } = response;
  if (status === 401) return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '');
  return !isRateLimited(response) && pauseMs === 0 && (status < 300 || status >= 400);
}

/** Converts a response to an outcome: the list, or one failure reason. */
export async function interpretResponse(response: ApiResponse, classifyStatus: ClassifyStatus): Promise<Outcome> {
  const errors = graphqlErrors(response.json);
  const partial = errors.length === 0 ? undefined : await interpretPartialResult(response, errors, classifyStatus);
  return partial ?? findFailure(response, errors.map(errorCode)) ?? (await interpretList(response, classifyStatus));
}

/** Returns the failure that the status or the errors of a response mean. The first matching rule applies. */
function findFailure(response: ApiResponse, codes: readonly (string | undefined)[]): Outcome | undefined {
  const { status } = response;
  const http = `HTTP ${status}`;

  if (status === 407) return failedOutcome('http', `${http}: ${PROXY_AUTHENTICATION_REQUIRED}`);
  if (isRateLimited(response)) return failedOutcome('rate_limited', `${http}: the API requests a pause`);
  if (isFromIntermediary(response)) {
    const body = response.bodyKind === 'html' ? 'an HTML page' : 'a body that is not JSON';
    return failedOutcome('http', `${http} with ${body}: ${FROM_INTERMEDIARY}`);
  }
  if (status === 401 || codes.includes('UNAUTHENTICATED') || codes.includes('UNAUTHORIZED')) {
    return failedOutcome(
      'unauthenticated',
      `${http}: the API could not authenticate the request; the credential is wrong, expired or revoked, or the API's ` +
        'authentication has an outage',
    );
  }
  if (status === 403 || codes.includes('FORBIDDEN')) {
    return failedOutcome('forbidden', `${http}: the credential is not allowed to list tokens`);
  }
  if (status < 200 || status >= 500) return failedOutcome('http', http);
  if (status >= 300 && status < 400) return failedOutcome('http', `${http}: redirects are not followed`);
  if (codes.length > 0) return failedOutcome('graphql', `${http} with ${describeErrors(codes)}`);
  return status >= 400 ? failedOutcome('http', http) : undefined;
}

const PROXY_AUTHENTICATION_REQUIRED =
  'a proxy requires a user and password; set them in the address of HTTP_PROXY, or except the endpoint with NO_PROXY';

const FROM_INTERMEDIARY =
  'something between the exporter and the API responded, such as a firewall, a proxy or a login page';

/**
 * Reports whether an error was sent by something between the exporter and the API: the API explains its errors in JSON,
 * or not at all. A 404 in plain text is the API's own, for an unknown path.
 */
function isFromIntermediary({ status, bodyKind: kind }: ApiResponse): boolean {
  return status >= 400 && (kind === 'html' || (kind === 'other' && status === 403));
}

async function interpretList(
  { tokens, json, headers, bodyKind: kind }: ApiResponse,
  classifyStatus: ClassifyStatus,
): Promise<Outcome> {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    return failedOutcome('invalid_response', 'the body is compressed, but compression was not requested');
  }
  if (kind === 'html') {
    return failedOutcome('invalid_response', `the body is an HTML page instead of JSON: ${FROM_INTERMEDIARY}`);
  }
  if (json === undefined) return failedOutcome('invalid_response', 'the body is not JSON');
  if (!isObject(json)) return failedOutcome('invalid_response', 'the body is JSON, but not a GraphQL response');
  const { data, errors } = json;
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return failedOutcome('invalid_response', '`errors` is not a list');
  }
  if (!isObject(data)) return failedOutcome('invalid_response', 'the response has no `data`');
  const list = data['viewPersonalAccessTokens'];
  if (list === null) {
    return failedOutcome('invalid_response', '`viewPersonalAccessTokens` is null, which does not mean "no tokens"');
  }
  if (!Array.isArray(list)) return failedOutcome('invalid_response', '`viewPersonalAccessTokens` is not a list');
  return { ok: true, tokens: [...tokens, ...(await parseTokens(list, classifyStatus))] };
}

/**
 * Interprets a list with errors beside it. Returns undefined if the response is a failure, see
 * docs/decisions/6-partial-results.md.
 */
async function interpretPartialResult(
  response: ApiResponse,
  errors: readonly unknown[],
  classifyStatus: ClassifyStatus,
): Promise<Outcome | undefined> {
  if (response.status < 200 || response.status >= 300) return undefined;
  const list = await interpretList(response, classifyStatus);
  const tokens = list.ok ? await applyFieldErrors(list.tokens, errors) : undefined;
  return tokens && { ok: true, tokens };
}

/** The number of tokens to parse between checks of the clock. Parsing them takes a fraction of a millisecond. */
const TOKENS_PER_YIELD = 256;

async function parseTokens(list: readonly unknown[], classifyStatus: ClassifyStatus): Promise<Token[]> {
  const yielder = new EventLoopYielder();
  // JSON.parse has just blocked the event loop.
  if (list.length > TOKENS_PER_YIELD) await yielder.yield();
  const tokens: Token[] = [];
  for (const item of list) {
    tokens.push(parseToken(item, classifyStatus));
    if (tokens.length % TOKENS_PER_YIELD === 0 && yielder.isDue) await yielder.yield();
  }
  return tokens;
}

function describeErrors(codes: readonly (string | undefined)[]): string {
  const loggable = [...new Set(codes)].filter((code) => code !== undefined && LOGGABLE_CODES.has(code));
  const count = codes.length === 1 ? 'an error' : `${codes.length} errors`;
  return `${count} in the GraphQL response${loggable.length === 0 ? '' : `: ${loggable.join(', ')}`}`;
}
