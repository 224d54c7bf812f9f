import { DEFAULT_THRESHOLDS } from '../../src/model/urgency.ts';
import { acrossReplicas, indented, ofTokens } from './selectors.ts';

/** The urgency of a token as a number, the most urgent highest. */
export const LEVEL = { revoked: -1, replaced: 0, fine: 1, unknown: 2, warning: 3, critical: 4, expired: 5 } as const;

/**
 * What an unknown expiry counts as beside other tokens of the same account, name and role: it stands in for one that has
 * expired, but not for one that is about to.
 */
const UNKNOWN_AMONG_OTHERS = 4.5;

/** A `createdAt` further ahead than this, in seconds, is a mistake. */
const CREATED_AHEAD_SECONDS = 5 * 60;

const EXPIRY = ofTokens('pointone_token_expiry_timestamp_seconds');
const CREATED = ofTokens('pointone_token_created_timestamp_seconds');
const DEAD = `${ofTokens('pointone_token_status', 'status=~"EXPIRED|REVOKED"')} == 1`;
const USABLE = `unless ignoring (status) (${DEAD})`;
const LEFT = `(${EXPIRY} - time())`;

/** Seconds left of each usable token whose expiry is known, as each replica sees it. */
export const USABLE_LEFT = `${LEFT} ${USABLE}`;

/** Infinite where it is unknown, so that the absolute limit alone decides. */
const LIFETIME = `(
  ((${EXPIRY} - ${CREATED} > 0) unless ${CREATED} > time() + ${CREATED_AHEAD_SECONDS})
  or ${EXPIRY} * Inf
)`;

/** The time left below which a token is at a level. */
function limit({ leftMs, lifetimeShare }: (typeof DEFAULT_THRESHOLDS)[keyof typeof DEFAULT_THRESHOLDS]): string {
  return `clamp_max(${lifetimeShare} * ${LIFETIME}, ${leftMs / 1000})`;
}

/**
 * What each comparison that holds adds to `LEVEL.fine`: an expired token is below every limit. One with three days left
 * of a year comes to 1 + 2 for the warning limit + 1 for the critical one + 0, which is `LEVEL.critical`.
 */
const STEP = {
  warning: LEVEL.warning - LEVEL.fine,
  critical: LEVEL.critical - LEVEL.warning,
  expired: LEVEL.expired - LEVEL.critical,
};

/** How urgent each token is by itself: usable ones of known expiry, and those whose status says EXPIRED. */
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

/** Each usable token of unknown expiry, with the value 0. */
const UNKNOWN = acrossReplicas('max', `(${ofTokens('pointone_token_expiry_known')} == 0) ${USABLE}`);

/** How urgent the tokens of one account, name and role are together: as the least urgent of them. */
const COMMON_LEVEL = `min without (created_at) (
${indented(OWN_LEVEL)}
  or
${indented(`${UNKNOWN_AMONG_OTHERS} + ${UNKNOWN}`)}
)`;

/** How many accounts, names and roles are at a level; 0 is said only where tokens are known. */
export function countAt(level: 'fine' | 'unknown' | 'warning' | 'critical' | 'expired'): string {
  const value = level === 'unknown' ? UNKNOWN_AMONG_OTHERS : LEVEL[level];
  return `sum(\n${indented(COMMON_LEVEL)}\n  == bool ${value}\n)`;
}

/** One number of `LEVEL` for every token: its own, or that another has taken its place. */
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
