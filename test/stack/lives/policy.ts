import { DAY } from './life.ts';

/** How long before the expiry, in seconds and as a share of the lifetime, a token reaches a level of urgency. */
export interface Limits {
  readonly warning: readonly [seconds: number, share: number];
  readonly critical: readonly [seconds: number, share: number];
}

/** What the accounts file says about the tokens of an account. */
export interface Policy {
  /** Names that follow each other. A name belongs to the first group with a pattern that matches. */
  readonly tokenNames: readonly { readonly name: string; readonly match: readonly string[] }[];
  /** The limits of names without their own. */
  readonly limits: Limits;
  readonly names: readonly { readonly name: string; readonly limits: Limits }[];
}

/** The limits without any setting. */
export const USUAL_LIMITS: Limits = { warning: [14 * DAY, 1 / 4], critical: [3 * DAY, 1 / 10] };

/** The policy of an account for which the accounts file says nothing. */
export const USUAL_POLICY: Policy = { tokenNames: [], limits: USUAL_LIMITS, names: [] };

/** Returns the name under which a token has successors: that of its group, or else its own. */
export function groupNameOf({ tokenNames }: Policy, tokenName: string): string {
  const group = tokenNames.find(({ match }) => match.some((pattern) => toRegExp(pattern).test(tokenName)));
  return group?.name ?? tokenName;
}

/** Returns the limits of the tokens of a group name. */
export function limitsOf({ names, limits }: Policy, groupName: string): Limits {
  return names.find(({ name }) => name === groupName)?.limits ?? limits;
}

/** The patterns of the lives contain letters, digits, hyphens, `*` and `?`. */
function toRegExp(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
