/** The panel of firing alerts. */
import {
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { dashboardWith, runbook } from './links.ts';
import { type Column, configurePanel, ENVIRONMENT_COLUMNS, mergeIntoTable } from './panel.ts';
import { tableQuery } from './queries.ts';
import { ofAlerts } from './selectors.ts';
import { COLOR, valueLabels, zeroExpected } from './thresholds.ts';

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
        value: [valueLabels({ 3: ['critical', COLOR.critical], 2: ['warning', COLOR.warning], 1: ['info', 'blue'] })],
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
    properties: [
      { id: 'links', value: [{ title: 'Runbook', url: runbook(ALERT_NAME), targetBlank: true }] },
      // The longest name of an alert must fit.
      { id: 'custom.width', value: 300 },
    ],
  },
  {
    field: 'account',
    title: 'Account',
    properties: [
      { id: 'links', value: [{ title: 'Show this account', url: dashboardWith({ account: '__value.raw' }) }] },
    ],
  },
  {
    field: 'name',
    title: 'Token',
    properties: [
      {
        id: 'links',
        value: [
          {
            title: 'Show this token',
            url: dashboardWith({ account: '__data.fields.Account.text', name: '__value.raw' }),
          },
        ],
      },
    ],
  },
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
  ...ENVIRONMENT_COLUMNS,
];

const alerts = configurePanel(
  new PanelBuilder(),
  {
    id: 18,
    title: 'Firing alerts',
    position: [0, 25, 24, 8],
    unit: 'none',
    noData: 'No alert fires. (This panel requires alerts/rules.yml in Prometheus.)',
    alerts: [],
    description:
      'Alerts that fire in Prometheus now. During an outage, token alerts continue from the last token list. **Red:** click the name of the alert to open its runbook; click the account or the token to select it. This panel does not show whether an alert is silenced or inhibited: see Alertmanager.',
  },
  tableQuery('severity', SEVERITY),
  tableQuery('since', SINCE),
)
  .thresholds(zeroExpected(COLOR.critical))
  .showHeader(true)
  .filterable(true)
  .sortBy([
    new TableSortByFieldStateBuilder().displayName('Severity').desc(true),
    new TableSortByFieldStateBuilder().displayName('Since').desc(true),
  ]);
mergeIntoTable(alerts, COLUMNS);

export const ALERT_PANELS = [alerts];
