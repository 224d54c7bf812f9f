import { failedOutcome, type Outcome } from '../model/report.ts';
import type { Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';
import { EventLoopYielder } from '../runtime/yielding.ts';
import { parseToken } from './token-parser.ts';

/** A complete HTTP response, whose body is already parsed. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The first items of a long list, parsed while the body arrived. */
  readonly tokens: readonly Token[];
  /** The body without these items, parsed as JSON; undefined if it is not JSON. */
  readonly json: unknown;
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

/** Reports whether the response requests a pause. The header `Retry-After` contains its length. */
export function isRateLimited({ status, headers }: Pick<ApiResponse, 'status' | 'headers'>): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'));
}

/**
 * Reports whether the outcome depends on the body. If it does not, the caller must not read the body: a slow, broken or
 * very large body must not hide the status or the requested pause.
 */
export function needsBody(response: Pick<ApiResponse, 'status' | 'headers'>): boolean {
  const { status } = response;
  return status !== 401 && !isRateLimited(response) && (status < 300 || status >= 400);
}

/** Converts a response to an outcome: the list, or one failure reason. The first matching rule applies. */
export async function interpretResponse(response: ApiResponse): Promise<Outcome> {
  const { status, json } = response;
  const errors = graphqlErrors(json);
  const codes = errors.map(errorCode);
  const http = `HTTP ${status}`;

  if (status === 401 || codes.includes('UNAUTHENTICATED') || codes.includes('UNAUTHORIZED')) {
    return failedOutcome(
      'unauthenticated',
      `${http}: the API does not accept the credential; it is wrong, expired or revoked`,
    );
  }
  if (isRateLimited(response)) return failedOutcome('rate_limited', `${http}: the API requests a pause`);
  if (status === 403 || codes.includes('FORBIDDEN')) {
    return failedOutcome('forbidden', `${http}: the credential is not allowed to list tokens`);
  }
  if (status < 200 || status >= 500) return failedOutcome('http', http);
  if (status >= 300 && status < 400) return failedOutcome('http', `${http}: redirects are not followed`);
  if (errors.length > 0) return failedOutcome('graphql', `${http} with ${describeErrors(codes)}`);
  if (status >= 400) return failedOutcome('http', http);
  return interpretList(response);
}

async function interpretList({ tokens, json, headers }: ApiResponse): Promise<Outcome> {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    return failedOutcome('invalid_response', 'the body is compressed, but compression was not requested');
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
  return { ok: true, tokens: [...tokens, ...(await parseTokens(list))] };
}

/** The number of tokens to parse between checks of the clock. Parsing them takes a fraction of a millisecond. */
const TOKENS_PER_YIELD = 256;

async function parseTokens(list: readonly unknown[]): Promise<Token[]> {
  const yielder = new EventLoopYielder();
  // JSON.parse has just blocked the event loop.
  if (list.length > TOKENS_PER_YIELD) await yielder.yield();
  const tokens: Token[] = [];
  for (const item of list) {
    tokens.push(parseToken(item));
    if (tokens.length % TOKENS_PER_YIELD === 0 && yielder.isDue) await yielder.yield();
  }
  return tokens;
}

function graphqlErrors(json: unknown): readonly unknown[] {
  return isObject(json) && Array.isArray(json['errors']) ? json['errors'] : [];
}

function errorCode(error: unknown): unknown {
  return isObject(error) && isObject(error['extensions']) ? error['extensions']['code'] : undefined;
}

function describeErrors(codes: readonly unknown[]): string {
  const loggable = [...new Set(codes)].filter((code) => typeof code === 'string' && LOGGABLE_CODES.has(code));
  const count = codes.length === 1 ? 'an error' : `${codes.length} errors`;
  return `${count} in the GraphQL response${loggable.length === 0 ? '' : `: ${loggable.join(', ')}`}`;
}
