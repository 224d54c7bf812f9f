/** The panel of firing alerts. */
import {
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { runbook } from './links.ts';
import { type Column, framed, oneTable } from './panel.ts';
import { columns } from './queries.ts';
import { ofAlerts } from './selectors.ts';
import { COLOR, noneOf, words } from './thresholds.ts';

const firing = (...matchers: readonly string[]): string => ofAlerts('ALERTS', 'alertstate="firing"', ...matchers);

/** The severity as a number, for sorting. */
const SEVERITY = `3 * ${firing('severity="critical"')}
or 2 * ${firing('severity="warning"')}
or 1 * ${firing()}`;

/** The time since which each alert is active, in milliseconds, as Grafana's unit requires. */
const SINCE = `${ofAlerts('ALERTS_FOR_STATE')} * 1000 and ignoring (alertstate) ${firing()}`;

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable.
const ALERT_NAME = '${__value.text}';

const COLUMNS: readonly Column[] = [
  {
    field: 'Value #severity',
    title: 'Severity',
    properties: [
      {
        id: 'mappings',
        value: [words({ 3: ['critical', COLOR.critical], 2: ['warning', COLOR.warning], 1: ['info', 'blue'] })],
      },
      {
        id: 'custom.cellOptions',
        value: { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic },
      },
      { id: 'custom.width', value: 110 },
    ],
  },
  {
    field: 'alertname',
    title: 'Alert',
    properties: [{ id: 'links', value: [{ title: 'Runbook', url: runbook(ALERT_NAME), targetBlank: true }] }],
  },
  { field: 'account', title: 'Account' },
  { field: 'name', title: 'Token' },
  { field: 'role', title: 'Role' },
  {
    field: 'Value #since',
    title: 'Since',
    properties: [
      { id: 'unit', value: 'dateTimeAsIso' },
      { id: 'noValue', value: 'unknown' },
    ],
  },
  { field: 'job', title: 'Job' },
];

const alerts = framed(
  new PanelBuilder(),
  {
    id: 18,
    title: 'Firing alerts',
    at: [0, 25, 24, 8],
    unit: 'none',
    noData: 'No alert fires. (This panel requires alerts/rules.yml in Prometheus.)',
    alerts: [],
    description:
      'Alerts that fire in Prometheus now. During an outage, token alerts continue from the last token list. **Red:** click the name of the alert to open its runbook. This panel does not show whether an alert is silenced or inhibited: see Alertmanager.',
  },
  columns('severity', SEVERITY),
  columns('since', SINCE),
)
  .thresholds(noneOf(COLOR.critical))
  .showHeader(true)
  .filterable(true)
  .sortBy([
    new TableSortByFieldStateBuilder().displayName('Severity').desc(true),
    new TableSortByFieldStateBuilder().displayName('Since').desc(true),
  ]);
oneTable(alerts, COLUMNS, ['Time', 'alertstate', 'severity', '__name__']);

export const ALERT_PANELS = [alerts];
