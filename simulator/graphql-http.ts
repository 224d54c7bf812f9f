import type { IncomingHttpHeaders } from 'node:http';
import {
  chooseContentType,
  parametersFromBody,
  parametersFromSearch,
  parseJsonObject,
  RequestError,
} from './graphql-request.ts';
import { type HttpResponse, JSON_TYPE, jsonResponse, textResponse } from './http.ts';
import { runOperation } from './operation.ts';
import type { ResponseCache } from './response-cache.ts';
import type { Caller, SimulatorState } from './state.ts';

/** The parts of an HTTP request that GraphQL uses. */
export interface GraphqlRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly search: URLSearchParams;
  /** Undefined if the body is too large. */
  readonly body: string | undefined;
}

/**
 * Media types that a web page can send across origins without a preflight. Apollo Server's CSRF prevention rejects
 * them.
 */
const SIMPLE_TYPES = ['', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** The real API's response to a request without a token, as observed by a third party. */
const UNAUTHENTICATED = {
  errors: [
    {
      message: 'Context creation failed: Unable to authenticate user',
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ],
};

/**
 * Responds like Apollo Server 4 or later behind Express, with the checks in the same order: size and syntax of the
 * body, CSRF, credential, method and parameters, then the operation. Never throws for invalid input.
 */
export async function handleGraphql(
  request: GraphqlRequest,
  state: SimulatorState,
  caller: Caller | undefined,
  cache?: ResponseCache,
): Promise<HttpResponse> {
  if (request.body === undefined) return expressError(413, 'Payload Too Large');
  try {
    const json = isJson(request) ? parseJsonObject(request.body) : {};
    if (json === undefined) return expressError(400, 'Bad Request');
    preventCsrf(request.headers);
    if (caller === undefined) return jsonResponse(401, UNAUTHENTICATED);
    const parameters =
      request.method === 'POST' ? parametersFromBody(json) : parametersFromSearch(request.method, request.search);
    const type = chooseContentType(request.headers.accept);
    if (type === undefined) {
      throw new RequestError(
        "An 'accept' header was provided for this request which does not accept application/json or " +
          'application/graphql-response+json',
        406,
      );
    }
    const headers = { 'Content-Type': type, 'Cache-Control': 'no-store' };
    const cacheKey = `${parameters.operationName ?? ''} ${parameters.query}`;
    const cached = cache?.find(caller.user, cacheKey);
    if (cached !== undefined) return { status: 200, headers, body: cached };
    const result = await runOperation(parameters, state, caller);
    const response = jsonResponse(result.status, result.body, { ...headers, ...result.headers });
    if (result.validFrom !== undefined) cache?.store(caller.user, cacheKey, result.validFrom, response.body);
    return response;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const errors = [{ message: error.message, extensions: { code: 'BAD_REQUEST' } }];
    return jsonResponse(error.status, { errors }, { 'Content-Type': JSON_TYPE, ...error.headers });
  }
}

/** Creates the error page of Express, which responds if a body does not reach Apollo Server. */
function expressError(status: number, text: string): HttpResponse {
  const head = '<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>';
  const page = `<!DOCTYPE html>\n<html lang="en">\n${head}\n<body>\n<pre>${text}</pre>\n</body>\n</html>\n`;
  return textResponse(status, page, { 'Content-Type': 'text/html; charset=utf-8' });
}

function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function isJson(request: GraphqlRequest): boolean {
  return mediaType(request.headers) === 'application/json';
}

function preventCsrf(headers: IncomingHttpHeaders): void {
  if (!SIMPLE_TYPES.includes(mediaType(headers))) return;
  if (headers['x-apollo-operation-name'] || headers['apollo-require-preflight']) return;
  throw new RequestError(
    'This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify ' +
      "a 'content-type' header (with a type that is not one of application/x-www-form-urlencoded, " +
      'multipart/form-data, text/plain) or provide a non-empty value for one of the following headers: ' +
      'x-apollo-operation-name, apollo-require-preflight\n',
  );
}
