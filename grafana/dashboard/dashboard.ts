import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { ALERT_PANELS } from './alert-panels.ts';
import { CREATIONS } from './annotations.ts';
import { HEALTH_PANELS } from './health-panels.ts';
import { RUNBOOKS, UID } from './links.ts';
import { link } from './panel.ts';
import { SUMMARY_PANELS } from './summary-panels.ts';
import { TOKEN_PANELS } from './token-panels.ts';
import { VARIABLES } from './variables.ts';

/** The schema of Grafana 11.0. Later versions migrate it; earlier versions cannot read a newer schema. */
const SCHEMA_VERSION = 39;

function build(): Dashboard {
  const health = new RowBuilder('Exporter health').id(11).collapsed(true).gridPos({ x: 0, y: 23, w: 24, h: 1 });
  for (const panel of HEALTH_PANELS) health.withPanel(panel);
  const builder = new DashboardBuilder('Point One tokens')
    .uid(UID)
    .description('Expiry of Point One personal access tokens, and health of the exporter that monitors them.')
    .tags(['pointone', 'tokens'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-30d', to: 'now' })
    .refresh('1m')
    .timepicker(new TimePickerBuilder().refreshIntervals(['30s', '1m', '5m', '15m', '1h']))
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(VARIABLES)
    .annotation(CREATIONS)
    .link(link('Runbooks', `${RUNBOOKS}/`));
  for (const panel of [...SUMMARY_PANELS, ...TOKEN_PANELS]) builder.withPanel(panel);
  builder.withRow(health);
  builder.withRow(new RowBuilder('Firing alerts').id(19).collapsed(false).gridPos({ x: 0, y: 24, w: 24, h: 1 }));
  for (const panel of ALERT_PANELS) builder.withPanel(panel);
  return { ...builder.build(), schemaVersion: SCHEMA_VERSION };
}

/** The SDK hides links and annotations in a menu and has no method to change this, so this property is removed. */
const IN_MENU = { key: 'placement', value: 'inControlsMenu' } as const;

/** Returns the dashboard as JSON. The output is deterministic. */
export function dashboardJson(): string {
  const visible = (key: string, value: unknown): unknown =>
    key === IN_MENU.key && value === IN_MENU.value ? undefined : value;
  return `${JSON.stringify(build(), visible, 2)}\n`;
}
