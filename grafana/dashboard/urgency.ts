/**
 * The urgency of the tokens of each account, name and role, from the deadlines that the exporter exposes. It knows the
 * thresholds, which names follow each other, and the last list of an account that cannot be read.
 */
import { acrossReplicas, indented, ofAccounts, ofTokens, REPLICA_LABELS } from './selectors.ts';

/** The urgency as a number. Higher is more urgent. */
export const LEVEL = {
  revoked: 0,
  replaced: 1,
  grouped: 2,
  fine: 3,
  unknown: 4,
  warning: 5,
  critical: 6,
  expired: 7,
} as const;

/** Returns the moments at which the tokens of each group reach a level, for each replica. */
const deadline = (level: 'warning' | 'critical' | 'expired'): string =>
  `max without (level) (${ofTokens('pointone_token_deadline_timestamp_seconds', `level="${level}"`)})`;

/** The groups that have reached a level, for each replica. They have no value of their own. */
export const REACHED = {
  warning: `${deadline('warning')} < time()`,
  critical: `${deadline('critical')} < time()`,
  expired: `${deadline('expired')} <= time()`,
} as const;

/** The accounts, names and roles that have a token other than revoked ones, for each replica. */
export const GROUPS = ofTokens('pointone_token_unlisted');

/** The expiry of the usable token of each group that expires last, for each replica. */
export const LAST_EXPIRY = ofTokens('pointone_token_last_expiry_timestamp_seconds');

/** When the tokens of each group expire or have expired, if it is known, for each replica. */
export const GROUP_EXPIRY = `${LAST_EXPIRY}\nor\n${deadline('expired')}`;

/** Gives all series of an expression the same value. */
export function setValue(value: number, expression: string): string {
  return `${value} + 0 * (\n${indented(expression)}\n)`;
}

/**
 * The `LEVEL` of each group, for each replica. A group that has not expired and has no expiry ahead has a token of
 * unknown expiry, or it would have expired.
 */
export const GROUP_LEVEL = `${setValue(LEVEL.expired, REACHED.expired)}
or
(
${indented(setValue(LEVEL.critical, REACHED.critical))}
  or
${indented(setValue(LEVEL.warning, REACHED.warning))}
  or
${indented(setValue(LEVEL.fine, LAST_EXPIRY))}
)
and ${LAST_EXPIRY} > time()
or
${setValue(LEVEL.unknown, GROUPS)}`;

/** The labels of a token that an account does not have. Prometheus renames them if a target has the same label. */
const TOKEN_ONLY_LABELS = ['name', 'role', 'created_at', 'exported_name', 'exported_role'];

const LAST_SUCCESS = ofAccounts('pointone_last_success_timestamp_seconds');

/** When each account was last read. */
const LAST_READ = acrossReplicas('max', LAST_SUCCESS);

/** A replica whose last list is older than that of another by this many seconds does not count. */
const OUTDATED_SECONDS = 5 * 60;

/**
 * Aggregates values of groups over the replicas that have the last list of the account. A replica that cannot read the
 * account keeps the deadlines of tokens that were deleted since.
 */
export function asOfLastList(how: 'max' | 'min', groups: string): string {
  return acrossReplicas(
    how,
    `(
${indented(groups)}
)
and ignoring (${TOKEN_ONLY_LABELS.join(', ')})
${LAST_SUCCESS}
  > ignoring (${REPLICA_LABELS.join(', ')}) group_left ()
(
${indented(LAST_READ)}
  - ${OUTDATED_SECONDS}
)`,
  );
}

/** Replaces the value of each token or group by the time at which its account was last read. */
export function lastReadOf(tokens: string): string {
  return `0 * (
${indented(tokens)}
)
+ ignoring (${TOKEN_ONLY_LABELS.join(', ')}) group_left ()
${LAST_READ}`;
}

/** Counts the groups at a level. The result is empty if no tokens are known. */
export function countAt(level: 'fine' | 'unknown' | 'warning' | 'critical' | 'expired'): string {
  return `sum(\n${indented(asOfLastList('min', GROUP_LEVEL))}\n  == bool ${LEVEL[level]}\n)`;
}

/** The seconds until the last token of each group expires. */
export const LONGEST_LEFT = `${asOfLastList('max', LAST_EXPIRY)}\n- time()`;

/** The same for the groups of one level each. */
export const LONGEST_LEFT_AT = {
  fine: `${asOfLastList('max', `${LAST_EXPIRY}\nunless ${REACHED.warning}`)}\n- time()`,
  warning: `${asOfLastList('max', `${LAST_EXPIRY}\nand ${REACHED.warning}\nunless ${REACHED.critical}`)}\n- time()`,
  critical: `${asOfLastList('max', `${LAST_EXPIRY}\nand ${REACHED.critical}`)}\n- time()`,
} as const;
