import type { Outcome } from '../model/report.ts';
import { type ApiAccess, type ReceivedResponse, sendApiRequest } from '../pointone/api-request.ts';
import { errorCode, graphqlErrors } from '../pointone/graphql-errors.ts';
import { isRateLimited } from '../pointone/response.ts';
import { isObject } from '../runtime/json.ts';
import { INTROSPECTION_QUERY } from './introspection.ts';
import type { Masking } from './masking.ts';
import { analyzeSchema, type SchemaAnalysis } from './schema.ts';
import { shownCodes } from './shown-codes.ts';
import { noCompleteResponse, withTimeout } from './time-limit.ts';

/** The result of the introspection query, or why there is none. */
export type SchemaResult =
  | { readonly state: 'read'; readonly analysis: SchemaAnalysis }
  /** The API refuses introspection, as many production servers do. */
  | { readonly state: 'closed'; readonly text: string }
  /** The API refuses a second request so soon after the first. */
  | { readonly state: 'limited'; readonly text: string; readonly pauseMs: number }
  /** A web page came in place of a response of the API. */
  | { readonly state: 'web page'; readonly text: string }
  | { readonly state: 'unread'; readonly text: string };

export interface SchemaRequestOptions extends ApiAccess {
  readonly timeoutMs: number;
  /** Undefined if the credential cannot be read. */
  readonly credential: string | undefined;
  /** The result of the query of a scrape. */
  readonly outcome: Outcome;
  readonly masking: Masking;
}

/** Requests the types of tokens, unless the list shows that the API would not respond. Never rejects. */
export async function requestSchema(options: SchemaRequestOptions): Promise<SchemaResult> {
  const { timeoutMs, credential, outcome, masking, ...access } = options;
  const isWorthwhile =
    outcome.ok || outcome.failure.reason === 'graphql' || outcome.failure.reason === 'invalid_response';
  if (credential === undefined || !isWorthwhile) {
    return { state: 'unread', text: 'not requested, because the API did not return the list' };
  }
  try {
    const { result } = await withTimeout(timeoutMs, (signal) =>
      sendApiRequest({ ...access, query: INTROSPECTION_QUERY, credential, signal }),
    );
    return result === undefined
      ? { state: 'unread', text: noCompleteResponse(timeoutMs) }
      : interpretSchema(result, options);
  } catch {
    return { state: 'unread', text: 'the request failed' };
  }
}

/**
 * Lists the codes with which servers refuse a query that they do not allow. Any other error says nothing about
 * introspection.
 */
const REFUSALS = new Set(['GRAPHQL_VALIDATION_FAILED', 'INTROSPECTION_DISABLED', 'BAD_USER_INPUT', 'BAD_REQUEST']);

function interpretSchema(response: ReceivedResponse, { classifyStatus, masking }: SchemaRequestOptions): SchemaResult {
  const { status, json, pauseMs } = response;
  const http = `HTTP ${status}`;
  if (isRateLimited(response)) {
    return {
      state: 'limited',
      text: `${http}: the API limits requests, and this one came right after the first`,
      pauseMs,
    };
  }
  if (response.bodyKind === 'html') return { state: 'web page', text: `${http} with an HTML page` };
  const analysis = analyzeSchema(isObject(json) ? json['data'] : undefined, { classifyStatus, masking });
  if (analysis !== undefined) return { state: 'read', analysis };
  const errors = graphqlErrors(json);
  if (errors.length === 0) return { state: 'unread', text: `${http} without GraphQL data` };
  const isRefused = status < 500 && errors.every((error) => REFUSALS.has(errorCode(error) ?? ''));
  const codes = [...new Set(shownCodes(errors, masking))];
  return { state: isRefused ? 'closed' : 'unread', text: `${http} with ${codes.join(', ')}` };
}
