import type { Standing } from '../../tokens/standing.ts';
import type { Token } from '../../tokens/token.ts';

/** A token among those of all accounts. */
export interface Row {
  readonly account: string;
  readonly token: Token;
  readonly standing: Standing;
}
