/** Is the exporter itself seeing? */

import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { framed, lastValues } from './panel.ts';
import { now, overTime } from './queries.ts';
import { acrossReplicas, ofAccounts } from './selectors.ts';
import {
  CLOCK_SKEW_SECONDS,
  COLOR,
  FETCH_TIMEOUT_SECONDS,
  FULL_SECONDS,
  SUCCESS_AGE_SECONDS,
  steps,
  timeLeftSteps,
  words,
} from './thresholds.ts';

/** The first line below the row's own, once it is opened. */
const TOP = 24;

const NO_EXPORTER = 'No exporter is scraped';

/** Replicas are shown one by one here: this is where the blind one among them is found. */
const REPLICA = '{{account}} / {{instance}}';

const legend = () =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
const tooltip = () => new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
const dashed = () => new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
const byName = () => new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName);

const up = framed(
  new StateTimelineBuilder(),
  {
    id: 12,
    title: 'Accounts read',
    at: [0, TOP, 12, 8],
    unit: 'none',
    noData: NO_EXPORTER,
    alerts: ['PointOneScrapeFailing', 'PointOneExporterDown'],
    description:
      'Whether each scrape gave the account’s list of tokens, for each replica. **Red:** see "Failed fetches by reason". **A gap:** Prometheus does not reach the exporter; see its target’s page.',
  },
  overTime(ofAccounts('pointone_up'), REPLICA),
)
  .min(0)
  .max(1)
  .thresholds(steps(COLOR.critical, [1, COLOR.fine]))
  .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
  .mappings([words({ 0: ['not read', COLOR.critical], 1: ['read', COLOR.fine] })])
  .showValue(VisibilityMode.Never)
  .mergeValues(true)
  .rowHeight(0.8)
  .lineWidth(0)
  .fillOpacity(80)
  .legend(legend())
  .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));

const errors = framed(
  new TimeseriesBuilder(),
  {
    id: 13,
    title: 'Failed fetches by reason',
    at: [12, TOP, 12, 8],
    unit: 'short',
    noData: 'No fetch has failed',
    alerts: ['PointOneScrapeFailing', 'PointOneCredentialRejected'],
    description:
      'Why fetches failed. **unauthenticated, forbidden, credential:** the exporter’s own token is wrong, expired, revoked or missing: give it a new one. **rate_limited:** scrape less often. **timeout, network, http:** the API or the way to it. **graphql, invalid_response:** the API has changed; see the exporter’s log.',
  },
  overTime(
    `${acrossReplicas('sum', `increase(${ofAccounts('pointone_scrape_errors_total')}[$__rate_interval])`)} > 0`,
    '{{account}}: {{reason}}',
  ),
)
  .min(0)
  .thresholds(steps(COLOR.critical))
  .colorScheme(byName())
  .drawStyle(GraphDrawStyle.Bars)
  .fillOpacity(70)
  .lineWidth(0)
  .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  .legend(legend())
  .tooltip(tooltip());

const duration = framed(
  new TimeseriesBuilder(),
  {
    id: 14,
    title: 'Fetch duration',
    at: [0, TOP + 8, 12, 8],
    unit: 's',
    noData: NO_EXPORTER,
    alerts: ['PointOneScrapeFailing'],
    description:
      'How long the last fetch of each account took. **At the red line** (10 s, the default of --api.timeout) fetches are cut off and fail. Find out whether the API or the way to it is slow; raise --api.timeout and the scrape_timeout only if it stays so.',
  },
  overTime(ofAccounts('pointone_scrape_duration_seconds'), REPLICA),
)
  .min(0)
  .thresholds(steps(COLOR.fine, [FETCH_TIMEOUT_SECONDS / 2, COLOR.warning], [FETCH_TIMEOUT_SECONDS, COLOR.critical]))
  .thresholdsStyle(dashed())
  .colorScheme(byName())
  .showPoints(VisibilityMode.Never)
  .lineWidth(1)
  .legend(legend())
  .tooltip(tooltip());

const skew = framed(
  new TimeseriesBuilder(),
  {
    id: 15,
    title: 'Clock skew',
    at: [12, TOP + 8, 12, 8],
    unit: 's',
    noData: 'The API names no date in its answers',
    alerts: ['PointOneClockSkew'],
    description:
      'The exporter’s clock less the API’s. **Beyond a red line** (5 minutes either way) one of the two is wrong, and with it every time left: check NTP on the exporter’s machine first.',
  },
  overTime(ofAccounts('pointone_clock_skew_seconds'), REPLICA),
)
  .axisSoftMin(-CLOCK_SKEW_SECONDS)
  .axisSoftMax(CLOCK_SKEW_SECONDS)
  .thresholds(steps(COLOR.critical, [-CLOCK_SKEW_SECONDS, COLOR.fine], [CLOCK_SKEW_SECONDS, COLOR.critical]))
  .thresholdsStyle(dashed())
  .colorScheme(byName())
  .showPoints(VisibilityMode.Never)
  .lineWidth(1)
  .legend(legend())
  .tooltip(tooltip());

/** Bars side by side, one for each account. */
function bars(panel: BarGaugeBuilder): BarGaugeBuilder {
  return panel
    .min(0)
    .decimals(1)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Color)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .reduceOptions(lastValues());
}

const credential = bars(
  framed(
    new BarGaugeBuilder(),
    {
      id: 16,
      title: 'The exporter’s own credentials: time left',
      at: [0, TOP + 16, 12, 6],
      unit: 'dtdurations',
      noData: 'No credential says when it expires',
      alerts: ['PointOneCredentialExpiringSoon'],
      description:
        'How long the token that the exporter itself logs in with still works, for each account. **Orange** (14 days) **or red** (3 days): create a new one and replace it in the exporter’s token file, else the exporter goes blind. A credential that is no JWT is not shown.',
    },
    now(
      `${acrossReplicas('min', ofAccounts('pointone_credential_expiry_timestamp_seconds'))} - time()`,
      '{{account}} ({{job}})',
    ),
  ),
)
  .max(FULL_SECONDS)
  .thresholds(timeLeftSteps());

const lastRead = bars(
  framed(
    new BarGaugeBuilder(),
    {
      id: 17,
      title: 'Since the last list was read',
      at: [12, TOP + 16, 12, 6],
      unit: 'dtdurations',
      noData: 'No list was read yet',
      alerts: ['PointOneScrapeFailing'],
      description:
        'How old what is known of each account is. **Red** (an hour): the exporter answers but has long seen nothing new; what stands above may be out of date. See "Failed fetches by reason". An account that was never read since the exporter started is missing here.',
    },
    now(
      `time() - ${acrossReplicas('max', ofAccounts('pointone_last_success_timestamp_seconds'))}`,
      '{{account}} ({{job}})',
    ),
  ),
)
  .max(SUCCESS_AGE_SECONDS)
  .thresholds(steps(COLOR.fine, [SUCCESS_AGE_SECONDS, COLOR.critical]));

export const HEALTH_PANELS = [up, errors, duration, skew, credential, lastRead];
