import type { Instant } from './instant.ts';

/**
 * The deadlines of the tokens of one group name and role, as of the last list that was read. Each is the last instant at
 * which one of the usable tokens becomes urgent at that level.
 */
export interface Deadlines {
  /** The group name; see `UrgencyPolicy`. */
  readonly name: string;
  readonly role: string;
  readonly warning: Instant | undefined;
  readonly critical: Instant | undefined;
  /** Undefined if a usable token of unknown expiry covers the expiry of the others. */
  readonly expired: Instant | undefined;
  /** The latest known expiry of a usable token, even if a token of unknown expiry covers it. */
  readonly lastExpiry: Instant | undefined;
  /** Whether tokens of unknown status are the only reason that the group is not urgent now. */
  readonly isDoubtful: boolean;
  /** Whether the tokens left the list when they expired. Their deadlines are kept. */
  readonly isUnlisted: boolean;
}
