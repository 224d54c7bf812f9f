/** The panels on tokens: the table, and the time left over time. */
import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dashboardWith } from './links.ts';
import { type Column, configurePanel, ENVIRONMENT_COLUMNS, mergeIntoTable } from './panel.ts';
import { rangeQuery, tableQuery } from './queries.ts';
import { acrossReplicas, atEnd, indented, ofTokens, wholeMinutes } from './selectors.ts';
import {
  AXIS_END_SECONDS,
  COLOR,
  emptyLabel,
  FULL_SECONDS,
  timeLeftLines,
  timeLeftSteps,
  URGENCY_LABELS,
} from './thresholds.ts';
import { TOKEN_LEVEL, USABLE_EXPIRY, USABLE_LEFT } from './urgency.ts';

/** Grafana's date unit requires milliseconds. */
const MILLISECONDS = 1000;

/**
 * Replaces empty labels with "none". Grafana joins rows by their common labels and ignores empty ones, so it would join
 * the rows of two tokens.
 */
function replaceEmptyLabels(expression: string): string {
  return ['created_at', 'role', 'name'].reduce(
    (inner, label) => `label_replace(\n${indented(inner)},\n  "${label}", "none", "${label}", ""\n)`,
    expression,
  );
}

/** One series for each token. The label `status` is the API's status, or `none` if the API returns no status. */
const STATUS = `topk without (status) (1,
${indented(acrossReplicas('max', `${ofTokens('pointone_token_status')} == 1`))}
)
or ignoring (status)
label_replace(
${indented(acrossReplicas('max', `${ofTokens('pointone_token_expiry_known')} * 0 + 1`))},
  "status", "none", "", ""
)`;

const instantOf = (metric: string): string => `${acrossReplicas('max', ofTokens(metric))} * ${MILLISECONDS}`;

const LEFT_OF_EACH = wholeMinutes(
  acrossReplicas('max', `${ofTokens('pointone_token_expiry_timestamp_seconds')} - time()`),
);

const width = (pixels: number) => ({ id: 'custom.width', value: pixels });
const INSTANT = { id: 'unit', value: 'dateTimeAsIso' };
const UNKNOWN = { id: 'noValue', value: 'unknown' };

/** The job of a row. */
const JOB = '__data.fields.Job.text';

/** The columns, in display order. */
const COLUMNS: readonly Column[] = [
  {
    field: 'Value #urgency',
    title: 'Urgency',
    properties: [
      { id: 'mappings', value: [URGENCY_LABELS] },
      {
        id: 'custom.cellOptions',
        value: { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic },
      },
      width(130),
    ],
  },
  {
    field: 'account',
    title: 'Account',
    properties: [
      {
        id: 'links',
        value: [{ title: 'Show this account', url: dashboardWith({ job: JOB, account: '__value.raw' }) }],
      },
    ],
  },
  {
    field: 'name',
    title: 'Name',
    properties: [
      {
        id: 'links',
        value: [
          {
            title: 'Show this token',
            url: dashboardWith({ job: JOB, account: '__data.fields.Account.text', name: '__value.raw' }),
          },
        ],
      },
    ],
  },
  { field: 'role', title: 'Role' },
  { field: 'status', title: 'Status', properties: [width(110)] },
  { field: 'Value #created', title: 'Created', properties: [INSTANT, UNKNOWN, width(170)] },
  { field: 'Value #expires', title: 'Expires', properties: [INSTANT, UNKNOWN, width(170)] },
  {
    field: 'Value #left',
    title: 'Time left',
    properties: [
      { id: 'unit', value: 'dtdurations' },
      { id: 'decimals', value: 1 },
      { id: 'min', value: 0 },
      { id: 'max', value: FULL_SECONDS },
      { id: 'mappings', value: [emptyLabel('unknown', COLOR.unknown)] },
      {
        id: 'custom.cellOptions',
        value: {
          type: TableCellDisplayMode.Gauge,
          mode: BarGaugeDisplayMode.Basic,
          valueDisplayMode: BarGaugeValueMode.Color,
        },
      },
      width(300),
    ],
  },
  { field: 'job', title: 'Job', properties: [width(140)] },
  ...ENVIRONMENT_COLUMNS,
];

const table = configurePanel(
  new TableBuilder(),
  {
    id: 9,
    title: 'Tokens',
    position: [0, 4, 24, 10],
    unit: 'none',
    noData: 'No tokens. Either no account could be read, or no account has tokens. See "Unreadable accounts".',
    alerts: ['PointOneTokenExpired', 'PointOneTokenExpiringSoon', 'PointOneTokenStatusUnknown'],
    description:
      'All listed tokens, the most urgent first. **Red or orange in "Urgency":** create a successor with the same name and role, roll it out, then revoke the old token. The old token is shown as "replaced" when the successor is listed. Click an account or a name to select it. The colour of "Time left" depends only on the absolute limits (0, 3 and 14 days); "Urgency" also considers the token’s lifetime.',
  },
  tableQuery('urgency', replaceEmptyLabels(TOKEN_LEVEL)),
  tableQuery('status', replaceEmptyLabels(STATUS)),
  tableQuery('created', replaceEmptyLabels(instantOf('pointone_token_created_timestamp_seconds'))),
  tableQuery('expires', replaceEmptyLabels(instantOf('pointone_token_expiry_timestamp_seconds'))),
  tableQuery('left', replaceEmptyLabels(LEFT_OF_EACH)),
)
  .thresholds(timeLeftSteps())
  .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
  .showHeader(true)
  .filterable(true)
  .sortBy([
    new TableSortByFieldStateBuilder().displayName('Urgency').desc(true),
    new TableSortByFieldStateBuilder().displayName('Time left').desc(false),
  ]);
mergeIntoTable(table, COLUMNS);

/** The id of the panel that shows the annotations of created tokens. */
export const TIME_LEFT_ID = 10;

/** The longest time left of each account, name and role. */
const LONGEST_LEFT = wholeMinutes(acrossReplicas('max', USABLE_LEFT, 'created_at'));

/** The same series at the end of the time range: the tokens that are known then. */
const KNOWN_AT_END = atEnd(acrossReplicas('max', USABLE_EXPIRY, 'created_at'));

const SERIES = '{{account}} / {{name}} ({{role}}, {{job}})';
const ENDED = 'ended';

const timeLeft = configurePanel(
  new TimeseriesBuilder(),
  {
    id: TIME_LEFT_ID,
    title: 'Time left',
    position: [0, 14, 24, 9],
    unit: 'dtdurations',
    noData: 'No usable token with a known expiry',
    alerts: ['PointOneTokenExpiringSoon', 'PointOneTokenExpired'],
    description:
      'Time left for each account, name and role, based on the usable token that expires last. The line falls by one day per day. A jump upwards is a rotation; a dashed mark shows when a token was created. **Below the orange (14 days) or red (3 days) line:** the token has not been rotated yet. The axis ends at 30 days; the legend shows longer times. If a line ends, the token was revoked or deleted, or has expired, and the legend no longer lists it. A gap in all lines of an account is an outage.',
  },
  rangeQuery(`${LONGEST_LEFT}\nand\n${KNOWN_AT_END}`, SERIES),
  rangeQuery(`${LONGEST_LEFT}\nunless\n${KNOWN_AT_END}`, SERIES, ENDED),
)
  .overrideByQuery(ENDED, [{ id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } }])
  .min(0)
  .max(AXIS_END_SECONDS)
  .decimals(1)
  .thresholds(timeLeftLines())
  .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
  .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
  .drawStyle(GraphDrawStyle.Line)
  .lineInterpolation(LineInterpolation.Linear)
  .lineWidth(1)
  .fillOpacity(0)
  .showPoints(VisibilityMode.Never)
  .spanNulls(false)
  .legend(
    new VizLegendOptionsBuilder()
      .displayMode(LegendDisplayMode.Table)
      .placement(LegendPlacement.Right)
      .showLegend(true)
      .calcs(['lastNotNull'])
      .sortBy('Last *')
      .sortDesc(false),
  )
  .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Ascending));

export const TOKEN_PANELS = [table, timeLeft];
