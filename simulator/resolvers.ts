import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver, responsePathAsArray } from 'graphql';
import { type Dialect, findRole, spellInstant, spellRole, spellStatus } from './dialects.ts';
import type { Caller, SimulatorState } from './state.ts';
import { type SimulatedToken, statusAt } from './token.ts';

const DAY = 86_400_000;

/** Our own limit: the limit of the API is unknown, and an Int of days can exceed the range of Date. */
const MAX_EXPIRY_DAYS = 36_500;

/** The context of the operation that the resolvers run in. */
export interface OperationContext {
  readonly state: SimulatorState;
  readonly caller: Caller;
  /** The dialect of the schema that validated the operation. */
  readonly dialect: Dialect;
  /** One instant for the whole response, in milliseconds since 1970. */
  readonly now: number;
  /** Collects the values that GraphQL would reject. They replace the resolved values after the execution. */
  readonly malformedFields: MalformedField[];
}

interface MalformedField {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

interface CreateArguments {
  readonly name: string;
  readonly description?: string | null;
  /** In the spelling of the dialect. */
  readonly role?: string | null;
  readonly expiryInDays: number;
}

/** The root fields for `execute`. */
export const rootValue = {
  viewPersonalAccessTokens: (_: object, { state, caller }: OperationContext): SimulatedToken[] =>
    state.listedTokens(caller.user),

  createPersonalAccessToken(args: CreateArguments, context: OperationContext): string {
    requireReadWrite(context.caller);
    const { name, description = null, expiryInDays } = args;
    // The default role of the API is unknown. The role with fewer permissions is the safer guess.
    const role = findRole(context.dialect, args.role ?? '') ?? 'ROLE_READ_ONLY';
    if (expiryInDays < 1 || expiryInDays > MAX_EXPIRY_DAYS) {
      const message = `expiryInDays must be from 1 to ${MAX_EXPIRY_DAYS}`;
      throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
    }
    const expiresAt = context.now + expiryInDays * DAY;
    const token = { name, description, role, createdAt: context.now, expiresAt };
    return context.caller.user.add(token).secret ?? '';
  },

  revokePersonalAccessToken({ name }: { name: string }, { caller, now }: OperationContext): boolean {
    requireReadWrite(caller);
    const token = findOldest(caller, (candidate) => candidate.name === name && statusAt(candidate, now) === 'ACTIVE');
    if (token !== undefined) caller.user.revoke(token);
    return token !== undefined;
  },

  deletePersonalAccessToken({ name }: { name: string }, { caller }: OperationContext): boolean {
    requireReadWrite(caller);
    const token = findOldest(caller, (candidate) => candidate.name === name);
    if (token !== undefined) caller.user.remove(token);
    return token !== undefined;
  },
};

/** Resolves the fields of a token, and all other fields with the default resolver of graphql-js. */
export const fieldResolver: GraphQLFieldResolver<unknown, OperationContext> = (source, args, context, info) => {
  if (info.parentType.name !== 'PersonalAccessToken') return defaultFieldResolver(source, args, context, info);
  const token = source as SimulatedToken;
  const field = info.fieldName as keyof SimulatedToken;
  if (token.odd !== undefined && Object.hasOwn(token.odd, field)) {
    context.malformedFields.push({ path: responsePathAsArray(info.path), value: token.odd[field] });
    return null;
  }
  const { dialect, now } = context;
  switch (field) {
    case 'status':
      return spellStatus(dialect, statusAt(token, now));
    case 'role':
      return spellRole(dialect, token.role);
    case 'createdAt':
    case 'expiresAt':
      return spellInstant(dialect, token[field]);
    default:
      return token[field];
  }
};

/** Writes the malformed values into the result. Modifies `data`. */
export function applyMalformedFields(data: unknown, malformedFields: readonly MalformedField[]): void {
  for (const { path, value } of malformedFields) {
    const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string, unknown>)[key], data);
    const key = path.at(-1) as string;
    // JSON has no `undefined`: the serialization omits such a key.
    (parent as Record<string, unknown>)[key] = value;
  }
}

function requireReadWrite({ token }: Caller): void {
  if (token.role === 'ROLE_READ_WRITE') return;
  throw new GraphQLError('This token is read-only', { extensions: { code: 'FORBIDDEN' } });
}

/** Finds the oldest matching token. Names can repeat, and a rotation removes the older token. */
function findOldest({ user }: Caller, matches: (token: SimulatedToken) => boolean): SimulatedToken | undefined {
  const age = (token: SimulatedToken): number => token.createdAt ?? Number.NEGATIVE_INFINITY;
  let found: SimulatedToken | undefined;
  for (const token of user.tokens) {
    if (matches(token) && (found === undefined || age(token) < age(found))) found = token;
  }
  return found;
}
