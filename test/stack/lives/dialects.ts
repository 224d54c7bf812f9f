import { instantOf } from './life.ts';
import type { ListedToken } from './scrape.ts';

/** A guess how the API spells a token. */
export interface Dialect {
  readonly name: string;
  /** Returns the item of the JSON list. */
  spell(token: ListedToken): Readonly<Record<string, unknown>>;
}

export const DOCUMENTED: Dialect = {
  name: 'documented',
  spell: ({ name, role, status, createdAt, expiresAt }) => ({
    name,
    description: null,
    role,
    status: status === '' ? null : status,
    createdAt: createdAt === undefined ? null : new Date(instantOf(createdAt)).toISOString(),
    expiresAt: expiresAt === undefined ? null : new Date(instantOf(expiresAt)).toISOString(),
  }),
};
