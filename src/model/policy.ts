import { DEFAULT_THRESHOLDS, type Thresholds } from './urgency.ts';

/** Defines how the tokens of an account are grouped, and when a group is urgent. */
export interface UrgencyPolicy {
  /**
   * Returns the name of the group of a token. Tokens with the same group name and role are successors of each other. By
   * default it is the token's own name.
   */
  groupName(tokenName: string): string;
  /** Returns the thresholds of a group. */
  thresholds(groupName: string): Thresholds;
}

/** Groups tokens by their own names and applies the default thresholds. */
export const DEFAULT_POLICY: UrgencyPolicy = {
  groupName: (tokenName) => tokenName,
  thresholds: () => DEFAULT_THRESHOLDS,
};
