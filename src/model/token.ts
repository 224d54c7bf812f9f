import { formatInstant, type Instant } from './instant.ts';

/** The fields of a token whose loss somebody must hear of; `description` is only for people. */
export const WATCHED_FIELDS = ['name', 'role', 'status', 'createdAt', 'expiresAt'] as const;
export type WatchedField = (typeof WATCHED_FIELDS)[number];

/** The metadata of one personal access token, as far as it could be read. Never its value. */
export interface Token {
  /** Empty when the API gave none; all texts are well-formed Unicode. */
  readonly name: string;
  readonly role: string;
  readonly status: string;
  readonly description: string;
  readonly createdAt: Instant | undefined;
  /** Undefined is *unknown*: neither "never" nor "now". */
  readonly expiresAt: Instant | undefined;
  /** What was missing or could not be read. A null `expiresAt` is legal, hence not among these. */
  readonly unreadable: readonly WatchedField[];
}

/** The label `created_at`: keeps a token and its successor of the same name and role apart. */
export function createdAtLabel(token: Token): string {
  return token.createdAt === undefined ? '' : formatInstant(token.createdAt);
}

/** How many tokens have a field that could not be read. */
export function countUnreadable(tokens: readonly Token[], field: WatchedField): number {
  return tokens.reduce((count, { unreadable }) => count + (unreadable.includes(field) ? 1 : 0), 0);
}
