import { JSON_TYPE } from './http.ts';
import type { GraphqlParameters } from './operation.ts';

/** Rejects a whole request with the message of Apollo Server. */
export class RequestError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(message: string, status = 400, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Parses a JSON object or array. Returns undefined for any other string, like the strict JSON parser of Express. */
export function parseJsonObject(text: string): object | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the parameters of a POST body. Throws RequestError. */
export function parametersFromBody(json: object): GraphqlParameters {
  if (Array.isArray(json)) throw new RequestError('Operation batching disabled.');
  if (Object.keys(json).length === 0) {
    throw new RequestError('POST body missing, invalid Content-Type, or JSON object has no keys.');
  }
  const { query, variables, operationName } = json as Record<string, unknown>;
  if (query !== undefined && query !== null && typeof query !== 'string') {
    throw new RequestError('`query` in a POST body must be a string.');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new RequestError('`operationName` in a POST body must be a string.');
  }
  return { query: requireQuery(query), variables: validateVariables(variables), operationName, readOnly: false };
}

/** Parses the parameters of the query string, for any method except POST. Throws RequestError. */
export function parametersFromSearch(method: string, search: URLSearchParams): GraphqlParameters {
  if (method !== 'GET') {
    throw new RequestError('Apollo Server supports only GET/POST requests.', 405, { Allow: 'GET, POST' });
  }
  const variables = search.get('variables');
  const parsed = variables === null ? undefined : parseJsonObject(variables);
  if (variables !== null && parsed === undefined) {
    throw new RequestError('The `variables` search parameter contains invalid JSON.');
  }
  const operationName = search.get('operationName');
  return {
    query: requireQuery(search.get('query')),
    variables: validateVariables(parsed),
    operationName,
    readOnly: true,
  };
}

function requireQuery(query: string | null | undefined): string {
  if (query) return query;
  throw new RequestError('GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.');
}

function validateVariables(variables: unknown): Record<string, unknown> | undefined {
  if (variables === undefined || variables === null) return undefined;
  if (typeof variables === 'string') {
    throw new RequestError(
      '`variables` in a POST body should be provided as an object, not a recursively JSON-encoded string.',
    );
  }
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw new RequestError('`variables` in a POST body must be an object if provided.');
  }
  return variables as Record<string, unknown>;
}

const OFFERS = ['application/json', 'application/graphql-response+json'];

/**
 * Chooses the content type of a GraphQL response by the `Accept` header, as Apollo Server does. Returns undefined if
 * the client accepts neither type.
 */
export function chooseContentType(accept: string | undefined): string | undefined {
  if (accept === undefined) return JSON_TYPE;
  const ranges = accept.split(',').map((text, order) => {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)), order };
  });
  const ranked = OFFERS.flatMap((offer) => {
    const matching = [offer, 'application/*', '*/*'].map((type) => ranges.find((range) => range.type === type));
    const specificity = matching.findIndex((range) => range !== undefined);
    const range = matching[specificity];
    return range !== undefined && range.quality > 0 ? [{ offer, specificity, ...range }] : [];
  });
  ranked.sort((a, b) => b.quality - a.quality || a.specificity - b.specificity || a.order - b.order);
  const best = ranked[0];
  return best && `${best.offer}; charset=utf-8`;
}
