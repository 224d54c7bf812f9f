import { errorCode } from '../pointone/graphql-errors.ts';
import type { Masking } from './masking.ts';

/** What the report shows in place of the code of an error that has none. */
const NO_CODE = 'an error without a code';

/** Returns the code of each error, masked. The messages of errors are free text and never shown. */
export function shownCodes(errors: readonly unknown[], masking: Masking): string[] {
  return errors.map((error) => {
    const code = errorCode(error);
    return code === undefined ? NO_CODE : masking.word(code);
  });
}
