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
import { RUNBOOKS } from './links.ts';
import { link } from './panel.ts';
import { SUMMARY_PANELS } from './summary-panels.ts';
import { TOKEN_PANELS } from './token-panels.ts';
import { VARIABLES } from './variables.ts';

/** The alerts' dashboard_url ends in it. */
const UID = 'pointone-tokens';

/** The schema of Grafana 11.0; later versions bring what they read up to date, earlier ones cannot go back. */
const SCHEMA_VERSION = 39;

function build(): Dashboard {
  const health = new RowBuilder('Is the exporter seeing?').id(11).collapsed(true).gridPos({ x: 0, y: 23, w: 24, h: 1 });
  for (const panel of HEALTH_PANELS) health.withPanel(panel);
  const builder = new DashboardBuilder('Point One tokens')
    .uid(UID)
    .description('Which Point One personal access tokens are about to stop working, and whether anybody is looking.')
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

/** Where the SDK would put links and marks: into a menu, out of sight, with no method to say otherwise. */
const IN_MENU = { key: 'placement', value: 'inControlsMenu' } as const;

/** The dashboard as the text of its file; the same source gives the same text. */
export function dashboardJson(): string {
  const visible = (key: string, value: unknown): unknown =>
    key === IN_MENU.key && value === IN_MENU.value ? undefined : value;
  return `${JSON.stringify(build(), visible, 2)}\n`;
}
