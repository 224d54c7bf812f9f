import { DEFAULT_THRESHOLDS } from '../../src/model/urgency.ts';
import { acrossReplicas, indented, ofTokens } from './selectors.ts';

/** The urgency of a token as a number. Higher is more urgent. */
export const LEVEL = { revoked: -1, replaced: 0, fine: 1, unknown: 2, warning: 3, critical: 4, expired: 5 } as const;

/**
 * The level of an unknown expiry among other tokens of the same account, name and role. Such a token replaces one that
 * has expired, but not one that expires soon.
 */
const UNKNOWN_AMONG_OTHERS = 4.5;

/** A `createdAt` further in the future than this is invalid, in seconds. */
const CREATED_AHEAD_SECONDS = 5 * 60;

const EXPIRY = ofTokens('pointone_token_expiry_timestamp_seconds');
const CREATED = ofTokens('pointone_token_created_timestamp_seconds');
const INACTIVE = `${ofTokens('pointone_token_status', 'status=~"EXPIRED|REVOKED"')} == 1`;
const USABLE = `unless ignoring (status) (${INACTIVE})`;
const LEFT = `(${EXPIRY} - time())`;

/** The expiry of each usable token of known expiry, for each replica. */
export const USABLE_EXPIRY = `${EXPIRY} ${USABLE}`;

/** Seconds left of each usable token of known expiry, for each replica. */
export const USABLE_LEFT = `${LEFT} ${USABLE}`;

/** Infinite if the lifetime is unknown, so that only the absolute limit applies. */
const LIFETIME = `(
  ((${EXPIRY} - ${CREATED} > 0) unless ${CREATED} > time() + ${CREATED_AHEAD_SECONDS})
  or ${EXPIRY} * Inf
)`;

/** Returns the time left below which a token reaches a level. */
function limit({ leftMs, lifetimeShare }: (typeof DEFAULT_THRESHOLDS)[keyof typeof DEFAULT_THRESHOLDS]): string {
  return `clamp_max(${lifetimeShare} * ${LIFETIME}, ${leftMs / 1000})`;
}

/**
 * The value that each true comparison adds to `LEVEL.fine`. An expired token is below every limit. A token just below
 * the critical limit gets 1 + 2 for the warning limit + 1 for the critical limit, which is `LEVEL.critical`.
 */
const STEP = {
  warning: LEVEL.warning - LEVEL.fine,
  critical: LEVEL.critical - LEVEL.warning,
  expired: LEVEL.expired - LEVEL.critical,
};

/** The urgency of each single token: usable tokens of known expiry, and tokens of status EXPIRED. */
const OWN_LEVEL = `(
${indented(
  acrossReplicas(
    'max',
    `${LEVEL.fine}
+ ${STEP.warning} * (${LEFT} < bool ${limit(DEFAULT_THRESHOLDS.warning)})
+ ${STEP.critical} * (${LEFT} < bool ${limit(DEFAULT_THRESHOLDS.critical)})
+ ${STEP.expired} * (${LEFT} <= bool 0)
${USABLE}`,
  ),
)}
  or
${indented(`${LEVEL.expired} * ${acrossReplicas('max', `${ofTokens('pointone_token_status', 'status="EXPIRED"')} == 1`, 'status')}`)}
)`;

/** All usable tokens of unknown expiry, with the value 0. */
const UNKNOWN = acrossReplicas('max', `(${ofTokens('pointone_token_expiry_known')} == 0) ${USABLE}`);

/** The common urgency of the tokens of one account, name and role: that of the least urgent token. */
const COMMON_LEVEL = `min without (created_at) (
${indented(OWN_LEVEL)}
  or
${indented(`${UNKNOWN_AMONG_OTHERS} + ${UNKNOWN}`)}
)`;

/** Counts the combinations of account, name and role at a level. The result is empty if no tokens are known. */
export function countAt(level: 'fine' | 'unknown' | 'warning' | 'critical' | 'expired'): string {
  const value = level === 'unknown' ? UNKNOWN_AMONG_OTHERS : LEVEL[level];
  return `sum(\n${indented(COMMON_LEVEL)}\n  == bool ${value}\n)`;
}

/** The `LEVEL` of every token: its own, or `LEVEL.replaced` if another token has replaced it. */
export const TOKEN_LEVEL = `${OWN_LEVEL}
*
(
${indented(OWN_LEVEL)}
  <= bool ignoring (created_at) group_left ()
${indented(COMMON_LEVEL)}
)
or
${LEVEL.unknown} + ${UNKNOWN}
or
${LEVEL.revoked} * ${acrossReplicas('max', `${ofTokens('pointone_token_status', 'status="REVOKED"')} == 1`, 'status')}`;
