import { type Instant, parseInstant } from '../model/instant.ts';
import type { ClassifyStatus, StatusClass } from '../model/status.ts';
import type { CheckedField, Token } from '../model/token.ts';
import { isObject } from '../runtime/json.ts';

/** Lists the fields that the exporter requests. */
export const REQUESTED_FIELDS = ['name', 'description', 'role', 'status', 'createdAt', 'expiresAt'] as const;
export type RequestedField = (typeof REQUESTED_FIELDS)[number];

/**
 * The only query of the exporter. It lists the tokens of the credential's user; a read-only credential is enough. It
 * requests only fields that Point One documents, because an unknown field would fail the whole query.
 */
export const VIEW_TOKENS_QUERY = `query ViewPersonalAccessTokens {
  viewPersonalAccessTokens { ${REQUESTED_FIELDS.join(' ')} }
}`;

/**
 * Parses one item of the list. Never throws: a missing or malformed field is left empty and listed in `unreadable`, so
 * that it does not hide the token or other tokens. If the item is not an object, all fields are unreadable.
 */
export function parseToken(item: unknown, classifyStatus: ClassifyStatus): Token {
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
  // A null expiry is valid and means "unknown".
  if (expiresAt === undefined && fields.expiresAt !== null) unreadable.push('expiresAt');
  return new ParsedToken({
    name,
    role,
    status,
    statusClass: classifyStatus(status),
    description,
    createdAt,
    expiresAt,
    unreadable: unreadable.length === 0 ? NO_FIELDS : unreadable,
  });
}

/** Returns the token with an unreadable expiry: its expiry is null because the API could not read it. */
export function withUnreadableExpiry(token: Token): Token {
  if (token.unreadable.includes('expiresAt')) return token;
  return new ParsedToken({ ...token, unreadable: [...token.unreadable, 'expiresAt'] });
}

/**
 * A parsed token. This is a class because V8 pretenures object literals that survive collections: it allocates them,
 * with their strings, in the old generation, where only a full garbage collection frees them.
 */
class ParsedToken implements Token {
  readonly name: string;
  readonly role: string;
  readonly status: string;
  readonly statusClass: StatusClass | undefined;
  readonly description: string;
  readonly createdAt: Instant | undefined;
  readonly expiresAt: Instant | undefined;
  readonly unreadable: readonly CheckedField[];

  constructor({ name, role, status, statusClass, description, createdAt, expiresAt, unreadable }: Token) {
    this.name = name;
    this.role = role;
    this.status = status;
    this.statusClass = statusClass;
    this.description = description;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
    this.unreadable = unreadable;
  }
}

/** Shared by all tokens: one empty list per token would only add work for the garbage collector. */
const NO_FIELDS: Token['unreadable'] = [];

/** An item of the list before its fields are checked. */
type RawToken = { readonly [Field in keyof Omit<Token, 'statusClass' | 'unreadable'>]?: unknown };

/** Replaces lone surrogates, which JSON allows and UTF-8 does not, with U+FFFD. Returns '' unless it is a string. */
function parseString(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : '';
}
