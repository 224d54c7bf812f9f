/**
 * The rows of the table of tokens: the listed tokens, and a row for each group that no listed token stands for. These
 * are the groups of an account that cannot be read, names that left the list when they expired, and groups of several
 * names. Only the exporter knows which names are one group, and how urgent a group is.
 *
 * The single tokens of an account that cannot be read are not shown: `last_over_time` would load all samples of a week,
 * and 5,000 tokens scraped each minute exceed Prometheus' default limit of 50 million samples.
 *
 * A replica lists tokens only if it has just read them, so its list and its deadlines belong together.
 */
import { acrossReplicas, indented, ofTokens, REPLICA_LABELS } from './selectors.ts';
import {
  asOfLastList,
  GROUP_EXPIRY,
  GROUP_LEVEL,
  GROUPS,
  LAST_EXPIRY,
  LEVEL,
  lastReadOf,
  REACHED,
  setValue,
} from './urgency.ts';

/** Ignores what distinguishes the tokens of a group. */
const OF_GROUP = 'ignoring (created_at)';

const withStatus = (status: string): string =>
  `max without (status) (${ofTokens('pointone_token_status', `status="${status}"`)} == 1)`;

const LISTED = ofTokens('pointone_token_expiry_known');
const EXPIRY = ofTokens('pointone_token_expiry_timestamp_seconds');
const EXPIRED = withStatus('EXPIRED');
const REVOKED = withStatus('REVOKED');

/** Tokens of unknown expiry, unless their status says that they have expired. */
const UNDATED = `${LISTED} == 0 unless ${EXPIRED}`;

/**
 * Tokens of which another one of the group expires later: those that have expired while the group has not, and the others
 * if the group needs no action.
 */
const REPLACED = `(
  ${EXPIRY} <= time()
  or
  ${EXPIRED}
)
unless ${OF_GROUP} ${REACHED.expired}
or
${EXPIRY} < ${OF_GROUP} group_left () ${LAST_EXPIRY}
unless ${OF_GROUP} ${REACHED.warning}`;

/** The `LEVEL` of each listed token: that of its group, unless the token does not matter to the group. */
const TOKEN_LEVEL = `${setValue(LEVEL.revoked, REVOKED)}
or
${setValue(LEVEL.grouped, `${LISTED} unless ${OF_GROUP} ${GROUPS}`)}
or
${setValue(LEVEL.replaced, REPLACED)}
or
${setValue(LEVEL.unknown, UNDATED)}
or
0 * ${LISTED} + ${OF_GROUP} group_left ()
(
${indented(GROUP_LEVEL)}
)`;

/** The tokens that have the level of their group. One of unknown expiry has it if the group has no expiry ahead. */
const DECIDING = `${LISTED}
unless ${REVOKED}
unless (
${indented(REPLACED)}
)
unless (
${indented(`${UNDATED}\nand ${OF_GROUP} ${LAST_EXPIRY} > time()`)}
)`;

/**
 * Returns those of the given groups for which no listed token of any replica stands. The label keeps such a row apart
 * from that of a token of unknown creation.
 */
function unlisted(how: 'max' | 'min', groups: string): string {
  const others = `(
${indented(groups)}
)
unless ignoring (created_at, ${REPLICA_LABELS.join(', ')})
(
${indented(DECIDING)}
)`;
  return `label_replace(\n${indented(asOfLastList(how, others))},\n  "created_at", "any", "", ""\n)`;
}

/** The `LEVEL` of each row. */
export const ROW_LEVEL = `${acrossReplicas('min', TOKEN_LEVEL)}\nor\n${unlisted('min', GROUP_LEVEL)}`;

/** The expiry of each row, if it is known. */
export const ROW_EXPIRY = `${acrossReplicas('max', EXPIRY)}\nor\n${unlisted('max', GROUP_EXPIRY)}`;

/** When the list that each row is from was read. */
export const ROW_READ = lastReadOf(`${acrossReplicas('max', LISTED)}\nor\n${unlisted('max', GROUPS)}`);
