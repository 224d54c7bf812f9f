import { failedOutcome, type Outcome } from '../model/report.ts';
import type { Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';
import { EventLoopYielder } from '../runtime/yielding.ts';
import { parseToken } from './token-parser.ts';

/** An HTTP answer, read to its end. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The first items of a long list, read while they arrived. */
  readonly tokens: readonly Token[];
  /** The body less those, as JSON; undefined when it is none. */
  readonly json: unknown;
}

/**
 * Codes that Apollo Server defines (https://www.apollographql.com/docs/apollo-server/data/errors): only these may
 * be repeated in a log; any other text of an answer might quote the credential.
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

/** Whether the answer asks for a pause; how long is up to its `Retry-After`. */
export function isRateLimited({ status, headers }: Pick<ApiResponse, 'status' | 'headers'>): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'));
}

/**
 * Whether the body can change what the answer means. Where it cannot, it is not waited for: what slows down, breaks off
 * or fills pages there must not hide the status, nor the pause that was asked for.
 */
export function needsBody(answer: Pick<ApiResponse, 'status' | 'headers'>): boolean {
  const { status } = answer;
  return status !== 401 && !isRateLimited(answer) && (status < 300 || status >= 400);
}

/** Says what an answer means: the list, or the one reason why there is none. The first rule that fits decides. */
export async function interpretResponse(answer: ApiResponse): Promise<Outcome> {
  const { status, json } = answer;
  const errors = graphqlErrors(json);
  const codes = errors.map(errorCode);
  const http = `HTTP ${status}`;

  if (status === 401 || codes.includes('UNAUTHENTICATED') || codes.includes('UNAUTHORIZED')) {
    return failedOutcome(
      'unauthenticated',
      `${http}: the API does not accept the credential; it is wrong, expired or revoked`,
    );
  }
  if (isRateLimited(answer)) return failedOutcome('rate_limited', `${http}: the API asks for a pause`);
  if (status === 403 || codes.includes('FORBIDDEN')) {
    return failedOutcome('forbidden', `${http}: the credential may not list the tokens`);
  }
  if (status < 200 || status >= 500) return failedOutcome('http', http);
  if (status >= 300 && status < 400) return failedOutcome('http', `${http}: redirects are not followed`);
  if (errors.length > 0) return failedOutcome('graphql', `${http} with ${describeErrors(codes)}`);
  if (status >= 400) return failedOutcome('http', http);
  return interpretList(answer);
}

async function interpretList({ tokens, json, headers }: ApiResponse): Promise<Outcome> {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    return failedOutcome('invalid_response', 'the body is compressed, which was not asked for');
  if (json === undefined) return failedOutcome('invalid_response', 'the body is not JSON');
  if (!isObject(json)) return failedOutcome('invalid_response', 'the body is JSON, but no GraphQL answer');
  const { data, errors } = json;
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return failedOutcome('invalid_response', '`errors` is not a list');
  }
  if (!isObject(data)) return failedOutcome('invalid_response', 'the answer has no `data`');
  const list = data['viewPersonalAccessTokens'];
  if (list === null)
    return failedOutcome('invalid_response', '`viewPersonalAccessTokens` is null, which is not "no tokens"');
  if (!Array.isArray(list)) return failedOutcome('invalid_response', '`viewPersonalAccessTokens` is not a list');
  return { ok: true, tokens: [...tokens, ...(await parseTokens(list))] };
}

/** Tokens read before others may have their turn: a fraction of a millisecond's work. */
const TOKENS_PER_YIELD = 256;

async function parseTokens(list: readonly unknown[]): Promise<Token[]> {
  const slice = new EventLoopYielder();
  // JSON.parse has kept all others waiting just now.
  if (list.length > TOKENS_PER_YIELD) await slice.yield();
  const tokens: Token[] = [];
  for (const item of list) {
    tokens.push(parseToken(item));
    if (tokens.length % TOKENS_PER_YIELD === 0 && slice.isDue) await slice.yield();
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
  const named = [...new Set(codes)].filter((code) => typeof code === 'string' && LOGGABLE_CODES.has(code));
  const count = codes.length === 1 ? 'an error' : `${codes.length} errors`;
  return `${count} in the GraphQL answer${named.length === 0 ? '' : `: ${named.join(', ')}`}`;
}
