import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { allowsIntrospection } from './dialects.ts';
import { applyMalformedFields, fieldResolver, type OperationContext, rootValue } from './resolvers.ts';
import { schemaOf } from './schema.ts';
import type { Caller, SimulatorState } from './state.ts';

/** The parameters of a GraphQL request, from a body or a query string. */
export interface GraphqlParameters {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | null | undefined;
  /** True for GET, which must not change anything. */
  readonly readOnly: boolean;
}

/** The result of an operation. */
export interface OperationResult {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Errors come before data, in Apollo Server's order. */
  readonly body: { errors?: unknown[]; data?: unknown };
  /**
   * The instant from which the result is valid, in milliseconds since 1970. Set only if the result depends on nothing
   * but the query, the user's tokens and the clock, so that it may be cached.
   */
  readonly validFrom?: number;
}

/** Parses, validates and executes one operation. Errors are results with the status and code of Apollo Server. */
export async function runOperation(
  parameters: GraphqlParameters,
  state: SimulatorState,
  caller: Caller,
): Promise<OperationResult> {
  const { query, variables, operationName } = parameters;
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return failWith([error as GraphQLError], 'GRAPHQL_PARSE_FAILED');
  }
  const { dialect } = state;
  const schema = schemaOf(dialect, state.extraStatuses);
  const rules = allowsIntrospection(dialect) ? specifiedRules : [...specifiedRules, rejectIntrospection];
  const invalid = validate(schema, document, rules);
  if (invalid.length > 0) return failWith(invalid, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, operationName);
  if (!operation) return failWithMessage(400, resolutionError(operationName), 'OPERATION_RESOLUTION_FAILURE');
  if (parameters.readOnly && operation.operation !== 'query') {
    return failWithMessage(405, 'GET requests only support query operations, not mutation', 'BAD_REQUEST', {
      Allow: 'POST',
    });
  }
  const context: OperationContext = { state, caller, dialect, now: state.clock.now(), malformedFields: [] };
  const result = await execute({
    schema,
    document,
    rootValue,
    contextValue: context,
    fieldResolver,
    ...(variables === undefined ? {} : { variableValues: variables }),
    ...(operationName ? { operationName } : {}),
  });
  // No `data` means that nothing was executed because of an invalid variable. Apollo Server 5 responds with 400;
  // version 4 does so on request.
  if (!('data' in result)) return failWith(result.errors ?? [], 'BAD_USER_INPUT');
  applyMalformedFields(result.data, context.malformedFields);
  const operationResult = { status: 200, headers: {}, body: responseBody(result) };
  const isCacheable = operation.operation === 'query' && result.errors === undefined && variables === undefined;
  return isCacheable ? { ...operationResult, validFrom: context.now } : operationResult;
}

function responseBody({ errors, data }: ExecutionResult): OperationResult['body'] {
  return errors === undefined ? { data } : { errors: withCode(errors, 'INTERNAL_SERVER_ERROR'), data };
}

function resolutionError(operationName: string | null | undefined): string {
  if (operationName) return `Unknown operation named "${operationName}".`;
  return 'Must provide operation name if query contains multiple operations.';
}

function failWith(errors: readonly GraphQLError[], code: string): OperationResult {
  return { status: 400, headers: {}, body: { errors: withCode(errors, code) } };
}

function failWithMessage(
  status: number,
  message: string,
  code: string,
  headers: Record<string, string> = {},
): OperationResult {
  return { status, headers, body: { errors: [{ message, extensions: { code } }] } };
}

/** Adds Apollo Server's error code to each error. A code of the error itself takes precedence. */
function withCode(errors: readonly GraphQLError[], code: string): unknown[] {
  return errors.map((error) => ({ ...error.toJSON(), extensions: { code, ...error.extensions } }));
}

/**
 * Rejects queries for the schema with the error of Apollo Server 4 and 5, which disable introspection in production by
 * default. `__typename` stays allowed.
 */
const rejectIntrospection: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '__schema' && node.name.value !== '__type') return;
    const message =
      'GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. ' +
      'To enable introspection, pass introspection: true to ApolloServer in production';
    const extensions = { validationErrorCode: 'INTROSPECTION_DISABLED' };
    context.reportError(new GraphQLError(message, { nodes: [node], extensions }));
  },
});
