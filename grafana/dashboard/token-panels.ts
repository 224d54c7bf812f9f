/** Which tokens, and how their time runs out. */
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
import { type Column, framed, oneTable } from './panel.ts';
import { columns, overTime } from './queries.ts';
import { acrossReplicas, indented, ofTokens } from './selectors.ts';
import { FULL_SECONDS, timeLeftSteps, URGENCY_WORDS } from './thresholds.ts';
import { TOKEN_LEVEL, USABLE_LEFT } from './urgency.ts';

/** Grafana's unit for an instant takes milliseconds. */
const MILLISECONDS = 1000;

/**
 * Grafana joins rows by the labels that both have; a label that is empty is none to it, so that it would join the rows of
 * two tokens. Each gets a word instead.
 */
function named(expression: string): string {
  return ['created_at', 'role', 'name'].reduce(
    (inner, label) => `label_replace(\n${indented(inner)},\n  "${label}", "none", "${label}", ""\n)`,
    expression,
  );
}

/** One series for each token, whose label `status` is what the API says; none where it says nothing. */
const STATUS = `topk without (status) (1,
${indented(acrossReplicas('max', `${ofTokens('pointone_token_status')} == 1`))}
)
or ignoring (status)
label_replace(
${indented(acrossReplicas('max', `${ofTokens('pointone_token_expiry_known')} * 0 + 1`))},
  "status", "none", "", ""
)`;

const instantOf = (metric: string): string => `${acrossReplicas('max', ofTokens(metric))} * ${MILLISECONDS}`;

const LEFT_OF_EACH = acrossReplicas('max', `${ofTokens('pointone_token_expiry_timestamp_seconds')} - time()`);

const width = (pixels: number) => ({ id: 'custom.width', value: pixels });
const INSTANT = { id: 'unit', value: 'dateTimeAsIso' };
const UNKNOWN = { id: 'noValue', value: 'unknown' };

/** In the order shown. */
const COLUMNS: readonly Column[] = [
  {
    field: 'Value #urgency',
    title: 'Urgency',
    properties: [
      { id: 'mappings', value: [URGENCY_WORDS] },
      {
        id: 'custom.cellOptions',
        value: { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic },
      },
      width(130),
    ],
  },
  { field: 'account', title: 'Account' },
  { field: 'name', title: 'Name' },
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
      UNKNOWN,
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
];

const table = framed(
  new TableBuilder(),
  {
    id: 9,
    title: 'Tokens',
    at: [0, 4, 24, 10],
    unit: 'none',
    noData: 'No tokens: no account could be read, or none has any. See "Accounts unread".',
    alerts: ['PointOneTokenExpired', 'PointOneTokenExpiringSoon', 'PointOneTokenStatusUnknown'],
    description:
      'Every token that is listed, the most urgent first. **Red or orange in "Urgency":** create a successor with the same name and role, roll it out, then revoke the old one; it shows as "replaced" once the successor is listed. "Time left" is coloured by the absolute limits (0, 3 and 14 days), "Urgency" also by the token’s lifetime.',
  },
  columns('urgency', named(TOKEN_LEVEL)),
  columns('status', named(STATUS)),
  columns('created', named(instantOf('pointone_token_created_timestamp_seconds'))),
  columns('expires', named(instantOf('pointone_token_expiry_timestamp_seconds'))),
  columns('left', named(LEFT_OF_EACH)),
)
  .thresholds(timeLeftSteps())
  .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
  .showHeader(true)
  .filterable(true)
  .sortBy([
    new TableSortByFieldStateBuilder().displayName('Urgency').desc(true),
    new TableSortByFieldStateBuilder().displayName('Time left').desc(false),
  ]);
oneTable(table, COLUMNS, ['Time', 'created_at', 'Value #status']);

/** The panel that shows when tokens were created. */
export const TIME_LEFT_ID = 10;

const timeLeft = framed(
  new TimeseriesBuilder(),
  {
    id: TIME_LEFT_ID,
    title: 'Time left',
    at: [0, 14, 24, 9],
    unit: 'dtdurations',
    noData: 'No usable token with a known expiry',
    alerts: ['PointOneTokenExpiringSoon', 'PointOneTokenExpired'],
    description:
      'How long the longest-lived usable token of each account, name and role still works. It falls by a day a day; a jump upwards is a rotation, and a dashed mark says when a token was created. **Below the orange or the red line:** nobody has rotated that one yet. A line that ends was revoked, deleted or has expired; a gap in all of an account’s lines is an outage.',
  },
  overTime(acrossReplicas('max', USABLE_LEFT, 'created_at'), '{{account}} / {{name}} ({{role}}, {{job}})'),
)
  .min(0)
  .decimals(1)
  .thresholds(timeLeftSteps())
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
