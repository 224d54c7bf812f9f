/** The panels on the health of the exporter. */

import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarAlignment,
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
import { configurePanel, showLastValues } from './panel.ts';
import { instantQuery, rangeQuery } from './queries.ts';
import { acrossReplicas, ofAccounts, wholeMinutes } from './selectors.ts';
import {
  CLOCK_SKEW_SECONDS,
  COLOR,
  FETCH_TIMEOUT_SECONDS,
  FULL_SECONDS,
  limitLines,
  SUCCESS_AGE_SECONDS,
  steps,
  timeLeftSteps,
  valueLabels,
} from './thresholds.ts';

/** The first grid line below the opened row. */
const TOP = 24;

const NO_EXPORTER = 'No exporter is scraped';

/** These panels show each replica separately, so that a failing replica can be found. */
const REPLICA = '{{account}} / {{instance}} ({{job}})';

const legend = () =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
const tooltip = () => new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
const dashed = () => new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
const byName = () => new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName);

const up = configurePanel(
  new StateTimelineBuilder(),
  {
    id: 12,
    title: 'Fetch results',
    position: [0, TOP, 12, 8],
    unit: 'none',
    noData: NO_EXPORTER,
    alerts: ['PointOneScrapeFailing', 'PointOneExporterDown'],
    description:
      'Whether each scrape read the account’s token list, for each replica. **Red:** see "Failed fetches by reason". **A gap:** Prometheus cannot reach the exporter; see the page *Targets* of Prometheus.',
  },
  rangeQuery(ofAccounts('pointone_up'), REPLICA),
)
  .min(0)
  .max(1)
  .thresholds(steps(COLOR.critical, [1, COLOR.fine]))
  .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
  .mappings([valueLabels({ 0: ['failed', COLOR.critical], 1: ['succeeded', COLOR.fine] })])
  .showValue(VisibilityMode.Never)
  .mergeValues(true)
  .rowHeight(0.8)
  .lineWidth(0)
  .fillOpacity(80)
  .legend(legend())
  .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));

const ERRORS = ofAccounts('pointone_scrape_errors_total');

/** The shortest time between two bars. Shorter than a scrape interval, most points would be empty. */
const FAILURES_INTERVAL = '1m';

/**
 * The failures since the previous point of the panel, so that each failure is in one bar. `increase` over the interval
 * would lose failures between two windows, or count them in several windows that overlap. A counter that has restarted
 * counts from 0.
 */
const FAILED = `(${ERRORS} - ${ERRORS} offset $__interval >= 0)
or
(${ERRORS} and ${ERRORS} < ${ERRORS} offset $__interval)`;

/** The counters that change within the time range, to leave out all others. */
const CHANGED = `changes(${ERRORS}[$__range:$__interval] @ end())`;

/**
 * The bars. The points without a failure stay, with the value 0: Grafana derives the width of a bar from the distance to
 * the next point, so that bars far from each other would be wide and overlap others.
 */
const FAILURES = `${acrossReplicas('sum', FAILED)}\nand\n${acrossReplicas('sum', CHANGED)} > 0`;

const errors = configurePanel(
  new TimeseriesBuilder(),
  {
    id: 13,
    title: 'Failed fetches by reason',
    position: [12, TOP, 12, 8],
    unit: 'short',
    noData: 'No failed fetches, or no exporter is scraped',
    alerts: ['PointOneScrapeFailing', 'PointOneCredentialRejected'],
    description:
      'Failed fetches, by reason. Each bar counts the failures since the bar before. With the textfile collector, the counters start again at each run and this panel stays empty: query `pointone_failure_reason`. **unauthenticated, credential:** the exporter’s own credential is wrong, expired, revoked or missing; create a new one. **forbidden:** it lacks access; give the exporter a token with read access. **rate_limited:** scrape less often. **timeout, network, http:** check the API and what is in between, such as a proxy or firewall. **graphql, invalid_response:** the API may have changed; see the exporter’s log.',
  },
  rangeQuery(FAILURES, '{{account}}: {{reason}} ({{job}})').interval(FAILURES_INTERVAL),
)
  .min(0)
  .thresholds(steps(COLOR.critical))
  .colorScheme(byName())
  .drawStyle(GraphDrawStyle.Bars)
  .barAlignment(BarAlignment.Before)
  .fillOpacity(70)
  .lineWidth(0)
  .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  .legend(legend())
  .tooltip(tooltip());

const duration = configurePanel(
  new TimeseriesBuilder(),
  {
    id: 14,
    title: 'Fetch duration',
    position: [0, TOP + 8, 12, 8],
    unit: 's',
    noData: NO_EXPORTER,
    alerts: ['PointOneScrapeFailing'],
    description:
      'Duration of the last fetch of each account. **At the red line** (10 s, the default of --api.timeout), fetches time out. Find out whether the API or the network is slow. Raise --api.timeout and the scrape_timeout only if it stays slow.',
  },
  rangeQuery(ofAccounts('pointone_scrape_duration_seconds'), REPLICA),
)
  .min(0)
  .thresholds(steps(COLOR.fine, [FETCH_TIMEOUT_SECONDS / 2, COLOR.warning], [FETCH_TIMEOUT_SECONDS, COLOR.critical]))
  .thresholdsStyle(dashed())
  .colorScheme(byName())
  .showPoints(VisibilityMode.Never)
  .lineWidth(1)
  .legend(legend())
  .tooltip(tooltip());

const skew = configurePanel(
  new TimeseriesBuilder(),
  {
    id: 15,
    title: 'Clock skew',
    position: [12, TOP + 8, 12, 8],
    unit: 's',
    noData: 'The API sends no Date header',
    alerts: ['PointOneClockSkew'],
    description:
      'The exporter’s clock minus the API’s clock. **Beyond a red line** (5 minutes in either direction), one of the two clocks is wrong, and the time left that the exporter reports is wrong by the same amount. Check NTP on the exporter’s machine first.',
  },
  rangeQuery(ofAccounts('pointone_clock_skew_seconds'), REPLICA),
)
  .axisSoftMin(-CLOCK_SKEW_SECONDS)
  .axisSoftMax(CLOCK_SKEW_SECONDS)
  .thresholds(limitLines(CLOCK_SKEW_SECONDS))
  .thresholdsStyle(dashed())
  .colorScheme(byName())
  .showPoints(VisibilityMode.Never)
  .lineWidth(1)
  .legend(legend())
  .tooltip(tooltip());

/** Configures a bar gauge with one bar for each account. */
function bars(panel: BarGaugeBuilder, noData: string, noDataColor: string): BarGaugeBuilder {
  return showLastValues(panel, noData, noDataColor)
    .min(0)
    .decimals(1)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Color)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(true);
}

const NO_CREDENTIAL = 'No credential with a known expiry';

const credential = bars(
  configurePanel(
    new BarGaugeBuilder(),
    {
      id: 16,
      title: 'Exporter credentials: time left',
      position: [0, TOP + 16, 12, 6],
      unit: 'dtdurations',
      noData: NO_CREDENTIAL,
      alerts: ['PointOneCredentialExpiringSoon'],
      description:
        'Time until the exporter’s own credential for each account expires. **Orange** (14 days) **or red** (3 days): create a new token and put it into the exporter’s token file; otherwise the exporter can no longer read the account. A credential that is not a JWT is not shown.',
    },
    instantQuery(
      wholeMinutes(`${acrossReplicas('min', ofAccounts('pointone_credential_expiry_timestamp_seconds'))} - time()`),
      '{{account}} ({{job}})',
    ),
  ),
  NO_CREDENTIAL,
  COLOR.inactive,
)
  .max(FULL_SECONDS)
  .thresholds(timeLeftSteps());

const NO_SUCCESS = 'No successful fetch yet';

const lastSuccess = bars(
  configurePanel(
    new BarGaugeBuilder(),
    {
      id: 17,
      title: 'Time since the last successful fetch',
      position: [12, TOP + 16, 12, 6],
      unit: 's',
      noData: NO_SUCCESS,
      alerts: ['PointOneScrapeFailing'],
      description:
        'Age of the last token list of each account. **Red** (one hour): the exporter responds but could not read the account, so the other panels may be out of date. See "Failed fetches by reason". An account without a successful fetch since the start of the exporter is not shown.',
    },
    instantQuery(
      `time() - ${acrossReplicas('max', ofAccounts('pointone_last_success_timestamp_seconds'))}`,
      '{{account}} ({{job}})',
    ),
  ),
  NO_SUCCESS,
  COLOR.critical,
)
  .max(SUCCESS_AGE_SECONDS)
  .thresholds(steps(COLOR.fine, [SUCCESS_AGE_SECONDS, COLOR.critical]));

export const HEALTH_PANELS = [up, errors, duration, skew, credential, lastSuccess];
