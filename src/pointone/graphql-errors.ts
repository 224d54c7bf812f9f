import { isObject } from '../runtime/json.ts';

/** Returns the errors of a GraphQL response. */
export function graphqlErrors(body: unknown): readonly unknown[] {
  const errors = isObject(body) ? body['errors'] : undefined;
  return Array.isArray(errors) ? errors : [];
}

/** Returns the code of an error as the API spells it; undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  const extensions = isObject(error) ? error['extensions'] : undefined;
  const code = isObject(extensions) ? extensions['code'] : undefined;
  return typeof code === 'string' ? code : undefined;
}
