/** Is anything about to break? */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { type Frame, framed, lastValues } from './panel.ts';
import { now } from './queries.ts';
import { acrossReplicas, indented, ofAccounts, ofExpectations, ofTargets } from './selectors.ts';
import { COLOR, noneOf, steps, timeLeftSteps } from './thresholds.ts';
import { countAt, USABLE_LEFT } from './urgency.ts';

const NO_TOKENS = 'No tokens known';

const EACH_ONCE =
  'Tokens of one account, name and role count once, as the least urgent of them: a successor takes the place of the one before it.';

/** The token that lapses next, of those that nothing has replaced. */
const SOONEST = `bottomk(1,\n${indented(acrossReplicas('max', USABLE_LEFT, 'created_at'))}\n  > 0\n)`;

const EXPECTED_MISSING = `sum(\n${indented(acrossReplicas('max', ofExpectations('pointone_expected_token_present')))}\n  == bool 0\n)`;

/**
 * Accounts that no replica reads. One that was there within the hour and is gone along with its target is unread; one
 * that is gone while its target answers was removed from the configuration.
 */
const UNREAD = `sum(
${indented(
  acrossReplicas(
    'max',
    `${ofAccounts('pointone_up')}
or
(
  last_over_time(${ofAccounts('pointone_up')}[1h])
  unless ignoring (account) (${ofTargets('up')} == 1)
) * 0`,
  ),
)}
  == bool 0
)`;

type Place = Pick<Frame, 'id' | 'title' | 'at' | 'alerts'> & { readonly what: string };

function count(expression: string, { what, ...place }: Place, noData: string): PanelBuilder {
  const frame = { ...place, description: what, unit: 'none', noData };
  return framed(new PanelBuilder(), frame, now(expression, place.title))
    .decimals(0)
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Center)
    .orientation(VizOrientation.Auto)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(lastValues());
}

const expired = count(
  countAt('expired'),
  {
    id: 1,
    title: 'Expired',
    at: [0, 0, 3, 4],
    alerts: ['PointOneTokenExpired'],
    what: `Tokens that work no longer and that nothing has replaced. **Red:** whatever uses them has no service now. Create the successor with the same name and role, roll it out; delete what nothing uses any more. ${EACH_ONCE}`,
  },
  NO_TOKENS,
).thresholds(noneOf(COLOR.expired));

const critical = count(
  countAt('critical'),
  {
    id: 2,
    title: 'Critical',
    at: [3, 0, 3, 4],
    alerts: ['PointOneTokenExpiringSoon'],
    what: `Less than 3 days and less than a tenth of the lifetime left, and no successor. **Red:** create the successor with the same name and role today, roll it out, then revoke the old one. ${EACH_ONCE}`,
  },
  NO_TOKENS,
).thresholds(noneOf(COLOR.critical));

const warning = count(
  countAt('warning'),
  {
    id: 3,
    title: 'Warning',
    at: [6, 0, 3, 4],
    alerts: ['PointOneTokenExpiringSoon'],
    what: `Less than 14 days and less than a quarter of the lifetime left, and no successor. **Orange:** plan the rotation this week. ${EACH_ONCE}`,
  },
  NO_TOKENS,
).thresholds(noneOf(COLOR.warning));

const unknown = count(
  countAt('unknown'),
  {
    id: 4,
    title: 'Expiry unknown',
    at: [9, 0, 3, 4],
    alerts: ['PointOneTokenExpiryUnknown'],
    what: `Usable tokens of which nobody can say when they expire: the API gave no date, or none that can be read. **Purple:** look the date up where the token was made, or replace the token by one that has a date. ${EACH_ONCE}`,
  },
  NO_TOKENS,
).thresholds(noneOf(COLOR.unknown));

const fine = count(
  countAt('fine'),
  {
    id: 5,
    title: 'Fine',
    at: [12, 0, 2, 4],
    alerts: [],
    what: `Tokens that need nothing now. **When this falls** and nothing beside it rises, tokens were deleted or revoked, or an account is not read any more: see "Accounts unread". ${EACH_ONCE}`,
  },
  NO_TOKENS,
).thresholds(steps(COLOR.quiet, [1, COLOR.fine]));

const soonest = framed(
  new PanelBuilder(),
  {
    id: 6,
    title: 'Soonest expiry',
    at: [14, 0, 4, 4],
    unit: 'dtdurations',
    noData: 'No usable token with a known expiry',
    alerts: ['PointOneTokenExpiringSoon'],
    description:
      'The token that stops working next, of those that work and that nothing has replaced. **Red** (3 days) **or orange** (14 days): create its successor with the same name and role. A token made to live for days only is this colour without being urgent; the table says.',
  },
  now(SOONEST, '{{account}} / {{name}}'),
)
  .decimals(1)
  .thresholds(timeLeftSteps())
  .colorMode(BigValueColorMode.Value)
  .graphMode(BigValueGraphMode.None)
  .justifyMode(BigValueJustifyMode.Center)
  .orientation(VizOrientation.Auto)
  .textMode(BigValueTextMode.ValueAndName)
  .reduceOptions(lastValues());

const missing = count(
  EXPECTED_MISSING,
  {
    id: 7,
    title: 'Expected, missing',
    at: [18, 0, 3, 4],
    alerts: ['PointOneExpectedTokenMissing'],
    what: 'Tokens that the exporter’s configuration expects and of which no usable one is listed. **Red:** the token was deleted, revoked or has expired. Create it, or correct the configuration.',
  },
  'None expected',
).thresholds(noneOf(COLOR.critical));

const unread = count(
  UNREAD,
  {
    id: 8,
    title: 'Accounts unread',
    at: [21, 0, 3, 4],
    alerts: ['PointOneScrapeFailing', 'PointOneCredentialRejected', 'PointOneExporterDown'],
    what: 'Accounts whose tokens nobody sees now: they are in no count and no row here, although their alerts carry on. **Red:** open "Is the exporter seeing?" below and look at the reasons.',
  },
  'No exporter is scraped',
).thresholds(noneOf(COLOR.critical));

export const SUMMARY_PANELS = [expired, critical, warning, unknown, fine, soonest, missing, unread];
