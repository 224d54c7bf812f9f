import { isObject } from '../runtime/json.ts';
import type { Masking } from './masking.ts';

/**
 * Reads the types of tokens from the schema (https://spec.graphql.org/October2021/#sec-Introspection). It requests no
 * descriptions, default values and reasons: they are free text.
 */
export const INTROSPECTION_QUERY = `query DescribePersonalAccessTokens {
  token: __type(name: "PersonalAccessToken") { ...Fields }
  status: __type(name: "TokenStatus") { ...Values }
  role: __type(name: "TokenRole") { ...Values }
  query: __type(name: "Query") { ...Fields }
}
fragment Fields on __Type {
  kind
  fields(includeDeprecated: true) { name isDeprecated type { ...Type } args { name type { ...Type } } }
}
fragment Values on __Type { kind enumValues(includeDeprecated: true) { name } }
fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

/** A field or an argument as in the response. The strings are not masked. */
export interface RawField {
  readonly name: string;
  readonly type: unknown;
  readonly isDeprecated: boolean;
  readonly args: unknown;
}

/** The parts that the response may not contain: the API has no such type, or the response does not say. */
type Missing = 'absent' | 'unknown';

/** Parses the fields of a type. */
export function parseFields(type: unknown): readonly RawField[] | Missing {
  if (type === null) return 'absent';
  if (!isObject(type) || !Array.isArray(type['fields'])) return 'unknown';
  return parseEntries(type['fields']);
}

/** Parses the arguments of a field. */
export function parseArguments({ args }: RawField): readonly RawField[] {
  return Array.isArray(args) ? parseEntries(args) : [];
}

/** Parses the values of an enum. */
export function parseEnum(type: unknown): readonly string[] | Missing {
  if (type === null) return 'absent';
  if (!isObject(type) || !Array.isArray(type['enumValues'])) return 'unknown';
  return parseEntries(type['enumValues']).map(({ name }) => name);
}

function parseEntries(entries: readonly unknown[]): RawField[] {
  return entries
    .filter(isObject)
    .flatMap(({ name, type, isDeprecated, args }) =>
      typeof name === 'string' ? [{ name, type, isDeprecated: isDeprecated === true, args }] : [],
    );
}

/** The query reads four levels: a list of values that are not null has three. */
const MAX_DEPTH = 4;

/** Formats a type as in the schema language: `[PersonalAccessToken!]`. */
export function typeText(type: unknown, masking: Masking, depth = 0): string {
  if (!isObject(type) || depth === MAX_DEPTH) return '(unknown)';
  const { kind, name, ofType } = type;
  if (kind === 'NON_NULL') return `${typeText(ofType, masking, depth + 1)}!`;
  if (kind === 'LIST') return `[${typeText(ofType, masking, depth + 1)}]`;
  return typeof name === 'string' ? masking.word(name) : '(unknown)';
}

/** Returns the name of a type without its lists and exclamation marks. The name is not masked. */
export function namedType(type: unknown): string | undefined {
  let inner = type;
  for (let depth = 0; isObject(inner) && depth < MAX_DEPTH; depth += 1) {
    const { kind, name, ofType } = inner;
    if (kind !== 'NON_NULL' && kind !== 'LIST') return typeof name === 'string' ? name : undefined;
    inner = ofType;
  }
  return undefined;
}
