import { type Dialect, isListed, spellRole, spellToken } from '../../../simulator/dialects.ts';
import { DAY, instantOf, type Life, type Token } from './life.ts';
import { isInactive, type ListedToken } from './scrape.ts';

/** Returns the item of the JSON list with which the API describes a token in a dialect. */
export function spellItem(dialect: Dialect, token: ListedToken): Readonly<Record<string, unknown>> {
  const { name, role, status, createdAt, expiresAt } = token;
  const instant = (seconds: number | undefined): number | null => (seconds === undefined ? null : instantOf(seconds));
  return spellToken(dialect, {
    name,
    description: null,
    role,
    status: status === '' ? null : status,
    createdAt: instant(createdAt),
    expiresAt: instant(expiresAt),
  });
}

/** Spells a role as the API does; an empty role, which means any role, stays empty. */
export function spellAnyRole(dialect: Dialect, role: string): string {
  return role === '' ? '' : spellRole(dialect, role);
}

/**
 * Returns a life as far as the lists of a dialect can show it, for the dialects that show less: whole days only, or no
 * expired and revoked tokens. The oracle judges what can be known, so it gets this life too.
 */
export function asListedIn(dialect: Dialect, life: Life): Life {
  const changes: ((token: Token) => Token)[] = [];
  if (dialect === 'date-only') changes.push(withWholeDays);
  if (!isListed(dialect, 'EXPIRED')) changes.push(unlistedWhenDead);
  if (changes.length === 0) return life;
  const changed = (token: Token): Token => changes.reduce((current, change) => change(current), token);
  const deployments = life.deployments.map((deployment) => ({
    ...deployment,
    accounts: deployment.accounts.map((account) => ({ ...account, tokens: account.tokens.map(changed) })),
  }));
  return { ...life, deployments };
}

/** Truncates the dates. The token is still listed, and still changes its status, at the true times. */
function withWholeDays(token: Token): Token {
  const day = (seconds: number | undefined): number | undefined => seconds && Math.floor(seconds / DAY) * DAY;
  return { ...token, createdAt: day(token.createdAt), expiresAt: day(token.expiresAt) };
}

/** Removes a token from the list when it expires or is revoked, whichever is first. */
function unlistedWhenDead(token: Token): Token {
  const inactiveFrom = token.statuses.find(isInactive)?.from ?? Number.POSITIVE_INFINITY;
  const to = Math.min(token.listed.to, token.expiresAt ?? Number.POSITIVE_INFINITY, inactiveFrom);
  return { ...token, listed: { ...token.listed, to } };
}
