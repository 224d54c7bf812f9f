import { type Instant, readInstant } from '../tokens/instant.ts';
import type { Token, WatchedField } from '../tokens/token.ts';

/**
 * Reads one item of the list. Nothing can make it fail: a field that is missing or odd is left empty and named in
 * `unreadable`, so that it never hides the token or its neighbours. An item that is no object has no field at all.
 */
export function readToken(item: unknown): Token {
  const fields: Record<string, unknown> = isObject(item) ? item : {};
  const unreadable: WatchedField[] = [];

  const text = (field: 'name' | 'role' | 'status'): string => {
    const value = readText(fields[field]);
    if (value === '') unreadable.push(field);
    return value;
  };
  const date = (field: 'createdAt' | 'expiresAt'): Instant | undefined => {
    const value = fields[field];
    // A null expiry is legal and says "unknown" by itself.
    if (field === 'expiresAt' && value === null) return undefined;
    const instant = readInstant(value);
    if (instant === undefined) unreadable.push(field);
    return instant;
  };

  return {
    name: text('name'),
    role: text('role'),
    status: text('status'),
    description: readText(fields['description']),
    createdAt: date('createdAt'),
    expiresAt: date('expiresAt'),
    unreadable,
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A lone surrogate, which JSON can carry and UTF-8 cannot, becomes U+FFFD here, before tokens are told apart. */
function readText(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : '';
}
