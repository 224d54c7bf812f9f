import { isObject } from '../runtime/json.ts';
import type { Masking } from './masking.ts';

/** What the report shows in place of the code of an error that has none. */
const NO_CODE = 'an error without a code';

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

/** Returns the code of each error, masked. The messages of errors are free text and never shown. */
export function shownCodes(errors: readonly unknown[], masking: Masking): string[] {
  return errors.map((error) => {
    const code = errorCode(error);
    return code === undefined ? NO_CODE : masking.word(code);
  });
}
