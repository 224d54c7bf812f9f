import type { GraphqlParameters } from './operation.ts';

/** A request that is refused as a whole, in Apollo Server's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(message: string, status = 400, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The object or array in a text; undefined for anything else, as Express's strict JSON parser has it. */
export function parseJson(text: string): object | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The parameters in a POST body. Throws Refusal. */
export function fromBody(json: object): GraphqlParameters {
  if (Array.isArray(json)) throw new Refusal('Operation batching disabled.');
  if (Object.keys(json).length === 0) {
    throw new Refusal('POST body missing, invalid Content-Type, or JSON object has no keys.');
  }
  const { query, variables, operationName } = json as Record<string, unknown>;
  if (query !== undefined && query !== null && typeof query !== 'string') {
    throw new Refusal('`query` in a POST body must be a string.');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new Refusal('`operationName` in a POST body must be a string.');
  }
  return { query: demandQuery(query), variables: demandVariables(variables), operationName, readOnly: false };
}

/** The parameters in the address, for every other method. Throws Refusal. */
export function fromSearch(method: string, search: URLSearchParams): GraphqlParameters {
  if (method !== 'GET') {
    throw new Refusal('Apollo Server supports only GET/POST requests.', 405, { Allow: 'GET, POST' });
  }
  const variables = search.get('variables');
  const parsed = variables === null ? undefined : parseJson(variables);
  if (variables !== null && parsed === undefined) {
    throw new Refusal('The `variables` search parameter contains invalid JSON.');
  }
  const operationName = search.get('operationName');
  return {
    query: demandQuery(search.get('query')),
    variables: demandVariables(parsed),
    operationName,
    readOnly: true,
  };
}

function demandQuery(query: string | null | undefined): string {
  if (query) return query;
  throw new Refusal('GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.');
}

function demandVariables(variables: unknown): Record<string, unknown> | undefined {
  if (variables === undefined || variables === null) return undefined;
  if (typeof variables === 'string') {
    throw new Refusal(
      '`variables` in a POST body should be provided as an object, not a recursively JSON-encoded string.',
    );
  }
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw new Refusal('`variables` in a POST body must be an object if provided.');
  }
  return variables as Record<string, unknown>;
}
