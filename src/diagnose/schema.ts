import type { ClassifyStatus, StatusClass } from '../model/status.ts';
import { REQUESTED_FIELDS, type RequestedField } from '../pointone/token-parser.ts';
import { isObject } from '../runtime/json.ts';
import { namedType, parseArguments, parseEnum, parseFields, type RawField, typeText } from './introspection.ts';
import type { Masking } from './masking.ts';

/** The types and the query that the exporter assumes. */
export const TOKEN_TYPE = 'PersonalAccessToken';
export const STATUS_TYPE = 'TokenStatus';
export const ROLE_TYPE = 'TokenRole';
export const TOKENS_QUERY = 'viewPersonalAccessTokens';

/** A field of the token's type, or an argument of the query. Its strings are masked. */
interface SchemaField {
  readonly shown: string;
  /** As in the schema: `[PersonalAccessToken!]!`. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly isDeprecated: boolean;
}

export interface TokenField extends SchemaField {
  /** The field of the exporter's query that this is. */
  readonly requested: RequestedField | undefined;
  /** What a field that the exporter does not request could be useful for. */
  readonly use: FieldUse | undefined;
  /** Whether the type of `status` or `role` is the one whose values the introspection query reads. */
  readonly hasAssumedType: boolean;
  readonly dateScalar: DateScalar | undefined;
}

type DateScalar = 'with_zone' | 'without_zone' | 'text_or_number' | 'other';
export type FieldUse = 'identity' | 'last_use' | 'end' | 'owner';

export interface EnumValue {
  readonly shown: string;
  readonly isWord: boolean;
  /** Undefined for roles, and for a status of no class. */
  readonly statusClass: StatusClass | undefined;
}

export interface TokensQuery {
  readonly type: string;
  /** Whether the query returns a list of the token's type, which may be null as a whole. */
  readonly returnsTokens: boolean;
  readonly arguments: readonly (SchemaField & { readonly isPaging: boolean })[];
}

/** A part of the schema: what it contains, that the API does not have it, or that the response did not say. */
export type Part<Content> = Content | 'absent' | 'unknown';

/** What the schema says about tokens. All strings are masked. */
export interface SchemaAnalysis {
  readonly fields: Part<readonly TokenField[]>;
  readonly statuses: Part<readonly EnumValue[]>;
  readonly roles: Part<readonly EnumValue[]>;
  readonly query: Part<TokensQuery>;
  /** Fields and values that are not in the lists above, because there are too many. */
  readonly omitted: number;
}

/** Maximum number of fields, arguments and values of one type. The response can be anything. */
const MAX_ENTRIES = 50;

/**
 * Analyzes the data of the response to `INTROSPECTION_QUERY`. Never throws: the data can be any JSON.
 *
 * @returns undefined if the data says nothing about any of the types
 */
export function analyzeSchema(
  data: unknown,
  { classifyStatus, masking }: { readonly classifyStatus: ClassifyStatus; readonly masking: Masking },
): SchemaAnalysis | undefined {
  if (!isObject(data)) return undefined;
  let omitted = 0;
  /** Limits a part before it is masked, which takes most of the time. */
  const bounded = <Entry>(part: Part<readonly Entry[]>): Part<readonly Entry[]> => {
    if (typeof part === 'string') return part;
    omitted += Math.max(part.length - MAX_ENTRIES, 0);
    return part.slice(0, MAX_ENTRIES);
  };
  const fields = mapPart(bounded(parseFields(data['token'])), (raw) => raw.map((field) => tokenField(field, masking)));
  const statuses = mapPart(bounded(parseEnum(data['status'])), (values) =>
    values.map((value) => enumValue(value, classifyStatus(value), masking)),
  );
  const roles = mapPart(bounded(parseEnum(data['role'])), (values) =>
    values.map((value) => enumValue(value, undefined, masking)),
  );
  const query = mapPart(parseFields(data['query']), (raw): Part<TokensQuery> => {
    const field = raw.find(({ name }) => name === TOKENS_QUERY);
    return field === undefined ? 'absent' : tokensQuery(field, masking);
  });
  const parts = [fields, statuses, roles, query];
  return parts.every((part) => part === 'unknown') ? undefined : { fields, statuses, roles, query, omitted };
}

/** Returns the statuses of no class. */
export function unclassifiedStatuses({ statuses }: Pick<SchemaAnalysis, 'statuses'>): readonly EnumValue[] {
  return typeof statuses === 'string' ? [] : statuses.filter(({ statusClass }) => statusClass === undefined);
}

function mapPart<From extends object, To>(part: Part<From>, map: (content: From) => Part<To>): Part<To> {
  return typeof part === 'string' ? part : map(part);
}

function schemaField({ name, type, isDeprecated }: RawField, masking: Masking): SchemaField {
  return {
    shown: masking.word(name),
    type: typeText(type, masking),
    isNullable: !(isObject(type) && type['kind'] === 'NON_NULL'),
    isDeprecated,
  };
}

function tokenField(raw: RawField, masking: Masking): TokenField {
  const requested = REQUESTED_FIELDS.find((field) => field === raw.name);
  const type = namedType(raw.type);
  const assumed = raw.name === 'status' ? STATUS_TYPE : raw.name === 'role' ? ROLE_TYPE : type;
  return {
    ...schemaField(raw, masking),
    requested,
    use: requested === undefined ? fieldUse(raw.name) : undefined,
    hasAssumedType: type === assumed,
    dateScalar: requested === 'createdAt' || requested === 'expiresAt' ? dateScalar(type) : undefined,
  };
}

function dateScalar(type: string | undefined): DateScalar {
  switch (type) {
    case 'DateTime':
    case 'OffsetDateTime':
    case 'ZonedDateTime':
    case 'Instant':
      return 'with_zone';
    case 'LocalDateTime':
    case 'LocalDate':
    case 'Date':
      return 'without_zone';
    case 'String':
    case 'Int':
    case 'Float':
    case 'Long':
    case 'BigInt':
    case 'Timestamp':
      return 'text_or_number';
    default:
      return 'other';
  }
}

/** Recognizes a field that would help the exporter by the words of its name. */
function fieldUse(name: string): FieldUse | undefined {
  if (/^(?:token)?_?(?:id|uuid|guid)$/i.test(name)) return 'identity';
  if (/last_?(?:used?|access|seen|activity)|^used_?at$/i.test(name)) return 'last_use';
  if (/^(?:revoked|deleted|disabled|deactivated|cancell?ed|expired|rotated)_?(?:at|on|date|by)?$/i.test(name))
    return 'end';
  return /^(?:owner|user|created_?by|organi[sz]ation|account)/i.test(name) ? 'owner' : undefined;
}

function enumValue(value: string, statusClass: StatusClass | undefined, masking: Masking): EnumValue {
  return { shown: masking.word(value), isWord: masking.isWord(value), statusClass };
}

/** Matches the arguments of the API's paged queries (`offset`, `limit`) and those of Relay and similar conventions. */
const PAGING =
  /^(?:offset|limit|first|last|after|before|page|page_?(?:size|number|token)|per_?page|size|skip|take|cursor)$/i;

function tokensQuery(field: RawField, masking: Masking): TokensQuery {
  return {
    type: typeText(field.type, masking),
    returnsTokens: namedType(field.type) === TOKEN_TYPE && /^\[.*\]!?$/.test(typeText(field.type, masking)),
    arguments: parseArguments(field)
      .slice(0, MAX_ENTRIES)
      .map((argument) => ({ ...schemaField(argument, masking), isPaging: PAGING.test(argument.name) })),
  };
}
