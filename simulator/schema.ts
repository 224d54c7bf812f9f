import { buildSchema, type GraphQLSchema } from 'graphql';

/**
 * The part of the schema that has to do with personal access tokens, from the vendor's documentation.
 * Guesses: every enum value but ROLE_READ_WRITE, and what the last two mutations take and give back.
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
