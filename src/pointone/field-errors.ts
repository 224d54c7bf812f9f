import { isInactive, type Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';
import { EventLoopYielder } from '../runtime/yielding.ts';
import { REQUESTED_FIELDS, type RequestedField, withUnreadableExpiry } from './token-parser.ts';

/** The place of an error in the list: a whole item, or one field of an item. */
interface ErrorPosition {
  readonly index: number;
  /** Undefined for the whole item. */
  readonly field: RequestedField | undefined;
}

/** The number of errors to process between checks of the clock. */
const ERRORS_PER_YIELD = 256;

/**
 * Applies the errors of a partial result to the list beside them. GraphQL replaces a field that raised an error with null,
 * and names the field in the `path` of the error. If the field cannot be null, the whole item is null, and the path still
 * names the field (https://spec.graphql.org/September2025/#sec-Errors).
 *
 * Such a field is unreadable. A null expiry with an error is too, unlike one without. The check uses parsed tokens, because
 * a long list is parsed before its errors arrive: a field without a readable value counts as null.
 *
 * @returns the tokens, in their order; undefined if the response is a failure, because
 *  - an error does not concern an item or a field of one, or concerns one that has a value
 *  - an expiry raised an error, and no usable token has a known expiry: the list cannot warn of any
 */
export async function applyFieldErrors(
  tokens: readonly Token[],
  errors: readonly unknown[],
): Promise<readonly Token[] | undefined> {
  const yielder = new EventLoopYielder();
  const result = [...tokens];
  let concernsExpiry = false;
  for (const [number, error] of errors.entries()) {
    const position = errorPosition(error);
    const token = position && result[position.index];
    if (position === undefined || token === undefined || !isNull(token, position.field)) return undefined;
    const marked = position.field === 'expiresAt' ? withUnreadableExpiry(token) : token;
    result[position.index] = marked;
    concernsExpiry ||= marked.unreadable.includes('expiresAt');
    if (number % ERRORS_PER_YIELD === 0 && yielder.isDue) await yielder.yield();
  }
  return concernsExpiry && !result.some(hasKnownExpiry) ? undefined : result;
}

/**
 * Parses the path of an error: the list, the index of an item, and for one field its name. Returns undefined for an error
 * that concerns something else.
 */
export function errorPosition(error: unknown): ErrorPosition | undefined {
  const path = isObject(error) ? error['path'] : undefined;
  if (!Array.isArray(path) || path.length < 2 || path.length > 3) return undefined;
  const [list, index, name] = path as readonly unknown[];
  if (list !== 'viewPersonalAccessTokens' || typeof index !== 'number') return undefined;
  const field = REQUESTED_FIELDS.find((known) => known === name);
  return path.length === 2 || field !== undefined ? { index, field } : undefined;
}

/** Reports whether one field of the item is null, or the whole item if the field is undefined. */
function isNull(token: Token, field: RequestedField | undefined): boolean {
  if (field === undefined) return REQUESTED_FIELDS.every((name) => isNull(token, name));
  return token[field] === '' || token[field] === undefined;
}

function hasKnownExpiry(token: Token): boolean {
  return !isInactive(token) && token.expiresAt !== undefined;
}
