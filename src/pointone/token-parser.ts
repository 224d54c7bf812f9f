import { type Instant, parseInstant } from '../model/instant.ts';
import type { CheckedField, Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';

/**
 * The one operation the exporter needs. Only fields the vendor documents are asked for: an unknown field would fail
 * the whole operation. A read-only token may run it, and it lists the tokens of that token's own user.
 */
export const VIEW_TOKENS_QUERY = `query ViewPersonalAccessTokens {
  viewPersonalAccessTokens { name description role status createdAt expiresAt }
}`;

/**
 * Reads one item of the list. Nothing can make it fail: a field that is missing or odd is left empty and named in
 * `unreadable`, so that it never hides the token or its neighbours. An item that is no object has no field at all.
 */
export function parseToken(item: unknown): Token {
  const fields: RawToken = isObject(item) ? item : {};
  const name = parseString(fields.name);
  const role = parseString(fields.role);
  const status = parseString(fields.status);
  const description = parseString(fields.description);
  const createdAt = parseInstant(fields.createdAt);
  const expiresAt = parseInstant(fields.expiresAt);

  const unreadable: CheckedField[] = [];
  if (name === '') unreadable.push('name');
  if (role === '') unreadable.push('role');
  if (status === '') unreadable.push('status');
  if (createdAt === undefined) unreadable.push('createdAt');
  // A null expiry is legal and says "unknown" by itself.
  if (expiresAt === undefined && fields.expiresAt !== null) unreadable.push('expiresAt');
  return new ParsedToken({
    name,
    role,
    status,
    description,
    createdAt,
    expiresAt,
    unreadable: unreadable.length === 0 ? NO_FIELDS : unreadable,
  });
}

/**
 * A class, since V8 takes notice that literals of one place live on for a while, and then has them outlive all young
 * objects, with their texts: garbage that only a full collection finds.
 */
class ParsedToken implements Token {
  readonly name: string;
  readonly role: string;
  readonly status: string;
  readonly description: string;
  readonly createdAt: Instant | undefined;
  readonly expiresAt: Instant | undefined;
  readonly unreadable: readonly CheckedField[];

  constructor({ name, role, status, description, createdAt, expiresAt, unreadable }: Token) {
    this.name = name;
    this.role = role;
    this.status = status;
    this.description = description;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
    this.unreadable = unreadable;
  }
}

/** One for all: a list of its own, kept with each token, would be work for the garbage collector alone. */
const NO_FIELDS: Token['unreadable'] = [];

/** What an item should hold; whether it does is not known. */
type RawToken = { readonly [Field in keyof Omit<Token, 'unreadable'>]?: unknown };

/** A lone surrogate, which JSON can carry and UTF-8 cannot, becomes U+FFFD here, before tokens are told apart. */
function parseString(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : '';
}
