import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { applyOddities, fieldResolver, type OperationContext, rootValue } from './resolvers.ts';
import { schema } from './schema.ts';
import type { Caller, World } from './world.ts';

/** A GraphQL request, whatever way it came. */
export interface GraphqlParameters {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | null | undefined;
  /** GET may not change anything. */
  readonly readOnly: boolean;
}

/** What became of an operation. */
export interface Outcome {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Errors before data, the order in which Apollo Server prints them. */
  readonly result: { errors?: unknown[]; data?: unknown };
  /**
   * The instant it holds for, in milliseconds since 1970, when it depends on nothing but the query, the
   * user's tokens and the clock: such an answer may be cached.
   */
  readonly asOf?: number;
}

/** Parses, validates and runs one operation. Errors are results with Apollo Server's status and code. */
export async function runOperation(parameters: GraphqlParameters, world: World, caller: Caller): Promise<Outcome> {
  const { query, variables, operationName } = parameters;
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return failed([error as GraphQLError], 'GRAPHQL_PARSE_FAILED');
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) return failed(invalid, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, operationName);
  if (!operation) return refused(400, unresolved(operationName), 'OPERATION_RESOLUTION_FAILURE');
  if (parameters.readOnly && operation.operation !== 'query') {
    return refused(405, 'GET requests only support query operations, not mutation', 'BAD_REQUEST', {
      Allow: 'POST',
    });
  }
  const context: OperationContext = { world, caller, now: world.clock.now(), oddities: [] };
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
  if (!('data' in result)) return failed(result.errors ?? [], 'BAD_USER_INPUT');
  applyOddities(result.data, context.oddities);
  const outcome = { status: 200, headers: {}, result: print(result) };
  const pure = operation.operation === 'query' && result.errors === undefined && variables === undefined;
  return pure ? { ...outcome, asOf: context.now } : outcome;
}

function print({ errors, data }: ExecutionResult): Outcome['result'] {
  return errors === undefined ? { data } : { errors: withCode(errors, 'INTERNAL_SERVER_ERROR'), data };
}

function unresolved(operationName: string | null | undefined): string {
  if (operationName) return `Unknown operation named "${operationName}".`;
  return 'Must provide operation name if query contains multiple operations.';
}

function failed(errors: readonly GraphQLError[], code: string): Outcome {
  return { status: 400, headers: {}, result: { errors: withCode(errors, code) } };
}

function refused(status: number, message: string, code: string, headers: Record<string, string> = {}): Outcome {
  return { status, headers, result: { errors: [{ message, extensions: { code } }] } };
}

/** Every error of Apollo Server carries a code; an error's own comes first. */
function withCode(errors: readonly GraphQLError[], code: string): unknown[] {
  return errors.map((error) => ({ ...error.toJSON(), extensions: { code, ...error.extensions } }));
}
