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
  colorUpTo,
  emptyLabel,
  expiryLine,
  FULL_SECONDS,
  fixedColor,
  SUCCESS_AGE_SECONDS,
  timeLeftSteps,
  URGENCY_LABELS,
  valueLabels,
} from './thresholds.ts';
import { ROW_EXPIRY, ROW_LEVEL, ROW_READ } from './token-rows.ts';
import { asOfLastList, LAST_EXPIRY, LONGEST_LEFT, LONGEST_LEFT_AT } from './urgency.ts';

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

/** The time left of each row. */
const LEFT = wholeMinutes(`(\n${indented(ROW_EXPIRY)}\n)\n- time()`);

/** How old the list is that each row is from: negative, so that Grafana displays it as an age ("3 hours ago"). */
const AS_OF = `0 - ${wholeMinutes(`clamp_min(time() - (\n${indented(ROW_READ)}\n), 0)`)}`;

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
  { field: 'Value #created', title: 'Created', properties: [INSTANT, { id: 'noValue', value: '–' }, width(170)] },
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
  {
    field: 'Value #asof',
    title: 'As of',
    properties: [
      { id: 'unit', value: 'dtdurations' },
      { id: 'decimals', value: 1 },
      {
        id: 'mappings',
        value: [valueLabels({ 0: ['now', COLOR.inactive] }), colorUpTo(-SUCCESS_AGE_SECONDS, COLOR.critical)],
      },
      fixedColor(COLOR.inactive),
      { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
      width(170),
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
    noData:
      'No tokens. Either no account has been read for seven days, or no account has tokens. See "Unreadable accounts".',
    alerts: ['PointOneTokenExpired', 'PointOneTokenExpiringSoon', 'PointOneTokenStatusUnknown'],
    description:
      'All listed tokens, the most urgent first. **Red or orange in "Urgency":** create a successor with the same name and role, roll it out, then revoke the old token. The old token is shown as "replaced" when the successor is listed. **Red in "As of":** the account could not be read for an hour. While it cannot be read, each name and role has one row, from the last list, for seven days; so does a token that left the list when it expired. If the configuration lists names that follow each other, the row of the common name has the urgency, and the tokens of other names are "grouped". Click an account or a name to select it.',
  },
  tableQuery('urgency', replaceEmptyLabels(ROW_LEVEL)),
  tableQuery('status', replaceEmptyLabels(STATUS)),
  tableQuery('created', replaceEmptyLabels(instantOf('pointone_token_created_timestamp_seconds'))),
  tableQuery('expires', replaceEmptyLabels(`(\n${indented(ROW_EXPIRY)}\n)\n* ${MILLISECONDS}`)),
  tableQuery('left', replaceEmptyLabels(LEFT)),
  tableQuery('asof', replaceEmptyLabels(AS_OF)),
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

/** The lines that the legend lists: those of the groups that are known at the end of the time range. */
const KNOWN_AT_END = atEnd(asOfLastList('max', LAST_EXPIRY));

const SERIES = '{{account}} / {{name}} ({{role}}, {{job}})';
const ENDED = 'ended';

/** Draws the urgent part of each line again, thicker and in the colour of the urgency. */
const urgentPart = (color: string) => [
  fixedColor(color),
  { id: 'custom.lineWidth', value: 4 },
  { id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: false } },
];

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
      'Time left for each account, name and role, based on the usable token that expires last. The line falls by one day per day. A jump upwards is a rotation; a dashed mark shows when a token was created. **A thick orange or red line:** the token is urgent (warning or critical) and has not been rotated yet. The axis ends at 30 days; the legend shows longer times. If a line ends, the token was revoked or deleted, or has expired, and the legend no longer lists it. While an account cannot be read, its lines continue as of its last list, for seven days. A gap in all lines is an outage of the exporter.',
  },
  rangeQuery(`${wholeMinutes(LONGEST_LEFT)}\nand\n${KNOWN_AT_END}`, SERIES),
  rangeQuery(`${wholeMinutes(LONGEST_LEFT)}\nunless\n${KNOWN_AT_END}`, SERIES, ENDED),
  rangeQuery(wholeMinutes(LONGEST_LEFT_AT.warning), SERIES, 'warning'),
  rangeQuery(wholeMinutes(LONGEST_LEFT_AT.critical), SERIES, 'critical'),
)
  .overrideByQuery(ENDED, [{ id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } }])
  .overrideByQuery('warning', urgentPart(COLOR.warning))
  .overrideByQuery('critical', urgentPart(COLOR.critical))
  .min(0)
  .max(AXIS_END_SECONDS)
  .decimals(1)
  .thresholds(expiryLine())
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
