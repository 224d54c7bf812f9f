/** The summary panels at the top: counts of tokens by urgency, next expiry, unreadable accounts. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { configurePanel, type PanelConfig, showLastValues } from './panel.ts';
import { instantQuery } from './queries.ts';
import { acrossReplicas, indented, ofAccounts, ofExpectations, ofTargets, wholeMinutes } from './selectors.ts';
import { COLOR, SUCCESS_AGE_SECONDS, steps, timeLeftSteps, zeroExpected } from './thresholds.ts';
import { countAt, USABLE_LEFT } from './urgency.ts';

const NO_TOKENS = 'No tokens known';

const COUNTING_NOTE =
  'Tokens of the same account, name and role count once, as the least urgent of them: a successor replaces the token before it.';

/** The token that expires next, of those without a successor. */
const NEXT_EXPIRY = wholeMinutes(`bottomk(1,\n${indented(acrossReplicas('max', USABLE_LEFT, 'created_at'))}\n  > 0\n)`);

const EXPECTED_MISSING = `sum(\n${indented(acrossReplicas('max', ofExpectations('pointone_expected_token_present')))}\n  == bool 0\n)`;

/** Targets of one exporter of which at least one is up and none is down. */
const ALL_UP = `${acrossReplicas('max', `${ofTargets('up')} == 1`)}\nunless\n${acrossReplicas('max', `${ofTargets('up')} == 0`)}`;

/**
 * Returns the accounts that were last exposed by targets which are not up now. If a target is up, the account was
 * removed from its configuration.
 */
const lost = (window: string): string =>
  `last_over_time(${ofAccounts('pointone_up')}[${window}]) unless ignoring (account) (${ofTargets('up')} == 1)`;

/**
 * `pointone_up`, or 0 if the last success is over an hour old: a textfile that cron no longer updates keeps its last value.
 * The alert rules use the same limit.
 */
const FRESH_UP = `${ofAccounts('pointone_up')}
unless (time() - ${ofAccounts('pointone_last_success_timestamp_seconds')} > ${SUCCESS_AGE_SECONDS})
or ${ofAccounts('pointone_up')} * 0`;

/**
 * Accounts that no replica can read. An account that disappeared together with its target counts as unreadable: for an
 * hour in any case, because a pod may be moving; then for a week (the memory of the alert rules), unless all other
 * targets of the exporter are up.
 */
const UNREADABLE_ACCOUNTS = `sum(
  (
${indented(indented(acrossReplicas('max', `${FRESH_UP}\nor\n(${lost('1h')}) * 0`)))}
    or
    (
${indented(indented(indented(acrossReplicas('max', lost('7d')))))}
      unless ignoring (account)
      (
${indented(indented(indented(indented(ALL_UP))))}
      )
    ) * 0
  )
  == bool 0
)`;

type CountConfig = Pick<PanelConfig, 'id' | 'title' | 'position' | 'alerts'> & { readonly description: string };

/** Configures a panel with one number. The colour of an empty result must not be green: nothing is known then. */
function count(expression: string, config: CountConfig, noData: string, noDataColor: string): PanelBuilder {
  const panelConfig = { ...config, unit: 'none', noData };
  const panel = configurePanel(new PanelBuilder(), panelConfig, instantQuery(expression, config.title));
  return showLastValues(panel, noData, noDataColor)
    .decimals(0)
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Center)
    .orientation(VizOrientation.Auto)
    .textMode(BigValueTextMode.Value);
}

const expired = count(
  countAt('expired'),
  {
    id: 1,
    title: 'Expired',
    position: [0, 0, 3, 4],
    alerts: ['PointOneTokenExpired'],
    description: `Tokens that have expired and have no successor. **Red:** services that use them have lost access to Point One. Create a successor with the same name and role, and roll it out. Delete tokens that nothing uses any more. ${COUNTING_NOTE}`,
  },
  NO_TOKENS,
  COLOR.unknown,
).thresholds(zeroExpected(COLOR.expired));

const critical = count(
  countAt('critical'),
  {
    id: 2,
    title: 'Critical',
    position: [3, 0, 3, 4],
    alerts: ['PointOneTokenExpiringSoon'],
    description: `Less than 3 days and less than a tenth of the lifetime left, and no successor. **Red:** create a successor with the same name and role today, roll it out, then revoke the old token. ${COUNTING_NOTE}`,
  },
  NO_TOKENS,
  COLOR.unknown,
).thresholds(zeroExpected(COLOR.critical));

const warning = count(
  countAt('warning'),
  {
    id: 3,
    title: 'Warning',
    position: [6, 0, 3, 4],
    alerts: ['PointOneTokenExpiringSoon'],
    description: `Less than 14 days and less than a quarter of the lifetime left, and no successor. **Orange:** plan the rotation this week. ${COUNTING_NOTE}`,
  },
  NO_TOKENS,
  COLOR.unknown,
).thresholds(zeroExpected(COLOR.warning));

const unknown = count(
  countAt('unknown'),
  {
    id: 4,
    title: 'Expiry unknown',
    position: [9, 0, 3, 4],
    alerts: ['PointOneTokenExpiryUnknown'],
    description: `Usable tokens of unknown expiry: the API returned no date, or a date that cannot be read. **Purple:** look up the date in Point One’s interface, or replace the token with one that has an expiry. ${COUNTING_NOTE}`,
  },
  NO_TOKENS,
  COLOR.unknown,
).thresholds(zeroExpected(COLOR.unknown));

const fine = count(
  countAt('fine'),
  {
    id: 5,
    title: 'Fine',
    position: [12, 0, 2, 4],
    alerts: [],
    description: `Tokens that need no action now. **If this number falls** and no other number rises, tokens were deleted or revoked, or an account can no longer be read: see "Unreadable accounts". ${COUNTING_NOTE}`,
  },
  NO_TOKENS,
  COLOR.unknown,
).thresholds(steps(COLOR.inactive, [1, COLOR.fine]));

const NO_EXPIRY = 'No usable token with a known expiry';

const nextExpiry = showLastValues(
  configurePanel(
    new PanelBuilder(),
    {
      id: 6,
      title: 'Next expiry',
      position: [14, 0, 4, 4],
      unit: 'dtdurations',
      noData: NO_EXPIRY,
      alerts: ['PointOneTokenExpiringSoon'],
      description:
        'The usable token without a successor that expires next. **Red** (3 days) **or orange** (14 days): create a successor with the same name and role. A token with a lifetime of a few days has this colour without being urgent; see "Urgency" in the table.',
    },
    instantQuery(NEXT_EXPIRY, '{{account}} / {{name}}'),
  ),
  NO_EXPIRY,
  COLOR.unknown,
)
  .decimals(1)
  .thresholds(timeLeftSteps())
  .colorMode(BigValueColorMode.Value)
  .graphMode(BigValueGraphMode.None)
  .justifyMode(BigValueJustifyMode.Center)
  .orientation(VizOrientation.Auto)
  .textMode(BigValueTextMode.ValueAndName);

const missing = count(
  EXPECTED_MISSING,
  {
    id: 7,
    title: 'Expected tokens missing',
    position: [18, 0, 3, 4],
    alerts: ['PointOneExpectedTokenMissing'],
    description:
      'Tokens that the exporter’s configuration expects, but that are not listed as usable. **Red:** the token was never created, was deleted or revoked, or has expired. Create it, or correct the configuration.',
  },
  'No expected tokens known',
  COLOR.inactive,
).thresholds(zeroExpected(COLOR.critical));

const unreadable = count(
  UNREADABLE_ACCOUNTS,
  {
    id: 8,
    title: 'Unreadable accounts',
    position: [21, 0, 3, 4],
    alerts: ['PointOneScrapeFailing', 'PointOneCredentialRejected', 'PointOneExporterDown'],
    description:
      'Accounts that no replica can read now, or that no replica has read for an hour. Their tokens are missing from the counts and the table, but their alerts continue. **Red:** open "Exporter health" below and check the reasons.',
  },
  'No exporter is scraped',
  COLOR.critical,
).thresholds(zeroExpected(COLOR.critical));

export const SUMMARY_PANELS = [expired, critical, warning, unknown, fine, nextExpiry, missing, unreadable];
