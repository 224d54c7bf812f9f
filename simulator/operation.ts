import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { applyMalformedFields, fieldResolver, type OperationContext, rootValue } from './resolvers.ts';
import { schema } from './schema.ts';
import type { Caller, SimulatorState } from './state.ts';

/** A GraphQL request, whatever way it came. */
export interface GraphqlParameters {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | null | undefined;
  /** GET may not change anything. */
  readonly readOnly: boolean;
}

/** What became of an operation. */
export interface OperationResult {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Errors before data, the order in which Apollo Server prints them. */
  readonly body: { errors?: unknown[]; data?: unknown };
  /**
   * The instant it holds for, in milliseconds since 1970, when it depends on nothing but the query, the
   * user's tokens and the clock: such an answer may be cached.
   */
  readonly validFrom?: number;
}

/** Parses, validates and runs one operation. Errors are results with Apollo Server's status and code. */
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
  const invalid = validate(schema, document);
  if (invalid.length > 0) return failWith(invalid, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, operationName);
  if (!operation) return failWithMessage(400, resolutionError(operationName), 'OPERATION_RESOLUTION_FAILURE');
  if (parameters.readOnly && operation.operation !== 'query') {
    return failWithMessage(405, 'GET requests only support query operations, not mutation', 'BAD_REQUEST', {
      Allow: 'POST',
    });
  }
  const context: OperationContext = { state, caller, now: state.clock.now(), malformedFields: [] };
  const result = await execute({
    schema,
    document,
    rootValue,
    contextValue: context,
    fieldResolver,
    ...(variables === undefined ? {} : { variableValues: variables }),
    ...(operationName ? { operationName } : {}),
  });
  // Without `data` nothing was run: a variable did not fit. Apollo Server 5 says 400, and 4 if asked to.
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

/** Every error of Apollo Server carries a code; an error's own comes first. */
function withCode(errors: readonly GraphQLError[], code: string): unknown[] {
  return errors.map((error) => ({ ...error.toJSON(), extensions: { code, ...error.extensions } }));
}
