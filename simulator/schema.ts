import { buildSchema, type GraphQLSchema } from 'graphql';

/**
 * The personal access tokens in the schema of the vendor's documentation. These are guesses: each enum value except
 * ROLE_READ_WRITE, and the arguments and results of the last two mutations.
 */
const TYPE_DEFINITIONS = /* GraphQL */ `
  scalar DateTime
  scalar LocalDateTime

  enum TokenRole {
    ROLE_READ_ONLY
    ROLE_READ_WRITE
  }

  enum TokenStatus {
    ACTIVE
    EXPIRED
    REVOKED
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

export const schema: GraphQLSchema = buildSchema(TYPE_DEFINITIONS);
