import { isDead } from './status.ts';
import type { Token } from './token.ts';

/**
 * Tokens of one account that share name, role and `createdAt` cannot be told apart in metrics, so that only one of
 * them is shown. It is the one that raises the fewest false alarms and hides the fewest true ones: usable before
 * dead, then unknown expiry before known, then the latest expiry. The order of the list makes no difference.
 *
 * @returns the tokens to show, in the order of their first mention.
 */
export function distinctTokens(tokens: readonly Token[]): readonly Token[] {
  // Most lists end here: nothing else has to be compared where each token was made at another moment.
  if (new Set(tokens.map(({ createdAt }) => createdAt)).size === tokens.length) return tokens;
  const shown = new Map<string, Token>();
  for (const token of tokens) {
    const key = identity(token);
    const rival = shown.get(key);
    if (rival === undefined || precedes(token, rival)) shown.set(key, token);
  }
  return [...shown.values()];
}

function identity({ name, role, createdAt }: Token): string {
  // The length keeps name and role apart whatever they hold.
  return `${createdAt ?? ''} ${name.length} ${name}${role}`;
}

function precedes(a: Token, b: Token): boolean {
  if (isDead(a.status) !== isDead(b.status)) return isDead(b.status);
  if (a.expiresAt !== b.expiresAt) {
    return a.expiresAt === undefined || (b.expiresAt !== undefined && a.expiresAt > b.expiresAt);
  }
  // Nothing of weight differs; still, the answer's order must not decide, or series would flap.
  return a.status === b.status ? a.description < b.description : a.status < b.status;
}
