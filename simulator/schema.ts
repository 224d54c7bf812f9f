import { buildSchema, type GraphQLSchema } from 'graphql';
import { type Dialect, spellRole, spellStatus } from './dialects.ts';
import { TOKEN_ROLES, TOKEN_STATUSES } from './token.ts';

/**
 * Writes the personal access tokens in the schema of the vendor's documentation. These are guesses: each enum value
 * except ROLE_READ_WRITE, and the arguments and results of the last two mutations.
 */
function typeDefinitions(roles: readonly string[], statuses: readonly string[]): string {
  return /* GraphQL */ `
  scalar DateTime
  scalar LocalDateTime

  enum TokenRole {
    ${roles.join('\n    ')}
  }

  enum TokenStatus {
    ${statuses.join('\n    ')}
  }

  type PersonalAccessToken {
    name: String
    description: String
    role: TokenRole
    status: TokenStatus
    createdAt: DateTime
    expiresAt: DateTime
  }

  type Query {
    "All personal access token metadata for the current user"
    viewPersonalAccessTokens: [PersonalAccessToken!]
  }

  type Mutation {
    "Returns the token's value, which is never shown again"
    createPersonalAccessToken(
      name: String!
      description: String
      role: TokenRole
      expiryInDays: Int! = 365
    ): String!
    "The argument is a guess"
    revokePersonalAccessToken(name: String!): Boolean!
    "The argument is a guess"
    deletePersonalAccessToken(name: String!): Boolean!
  }
`;
}

/** A schema takes milliseconds to build, and every request needs it. */
const built = new Map<string, GraphQLSchema>();

/**
 * Returns the schema of a dialect.
 *
 * @param extraStatuses more values of TokenStatus, in the documented spelling. Throws if one is not a name in GraphQL
 * or appears twice.
 */
export function schemaOf(dialect: Dialect, extraStatuses: readonly string[] = []): GraphQLSchema {
  const key = [dialect, ...extraStatuses].join(' ');
  const known = built.get(key);
  if (known !== undefined) return known;
  const roles = TOKEN_ROLES.map((role) => spellRole(dialect, role));
  const statuses = [...TOKEN_STATUSES, ...extraStatuses].map((status) => spellStatus(dialect, status));
  const schema = buildSchema(typeDefinitions(roles, statuses));
  built.set(key, schema);
  return schema;
}
