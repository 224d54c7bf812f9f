import { EXPIRING_TOKEN, TIMELINE } from './scenario.ts';

/** The URLs of the running programs. Undefined means that the program does not run. */
export interface Endpoints {
  readonly exporter: string;
  readonly api: string;
  readonly apiState: string;
  /** The URL of the alerts page, as for Alertmanager. */
  readonly prometheus: string | undefined;
  readonly alertmanager: string | undefined;
}

/** Formats the URLs to open and the alerts to expect. */
export function formatInstructions({ exporter, api, apiState, prometheus, alertmanager }: Endpoints): string {
  const open: [string, string, string?][] = [
    ['status page', `${exporter}/`, 'every token, the most urgent first'],
    ['metrics', `${exporter}/metrics`, 'metrics of all accounts'],
    ['one account', `${exporter}/probe?account=fleet-eu`, 'metrics of the account fleet-eu only'],
    ['discovery', `${exporter}/sd`, 'HTTP service discovery for Prometheus, one target per account'],
  ];
  if (prometheus !== undefined) open.push(['alerts', prometheus, 'Prometheus with alerts/rules.yml']);
  if (alertmanager !== undefined) {
    const about = alertmanager.includes('#')
      ? 'with the routes of alertmanager.yml'
      : 'its alerts as JSON, because it has no web interface';
    open.push(['Alertmanager', alertmanager, about]);
  }
  open.push(['API', api, 'POST with a credential'], ['API state', apiState, 'users, tokens and request counts']);
  const width = Math.max(...open.map(([, url]) => url.length));
  const rows = open.map(([what, url, about = '']) => `  ${what.padEnd(12)}  ${url.padEnd(width)}  ${about}`.trimEnd());

  return `
The exporter is running against a simulated Point One API with three users. URLs:

${rows.join('\n')}

Tokens and accounts:

  ${EXPIRING_TOKEN}         of fleet-eu: expires and is replaced late, about every six minutes
  ci-nightly         of fleet-eu: expires in two days
  rover-provisioning of fleet-eu: expires in ten days
  dashboard          of fleet-eu: expired three days ago
  fleet-sync         of fleet-eu: replaced recently; the new token is listed next to the old one, so no alert fires
  contractor-2025    of fleet-eu: revoked
  survey-legacy      of fleet-us: has no expiry
  rover-17           of fleet-us: has a status that Point One does not document
  survey-lab         account: the API rejects its credential; the other accounts are not affected

${alertTimeline(prometheus, alertmanager)}

Press Ctrl-C to stop everything.
`;
}

function alertTimeline(prometheus: string | undefined, alertmanager: string | undefined): string {
  if (prometheus === undefined) {
    return `Prometheus is not installed: without it, the demo shows no alerts of alerts/rules.yml. It starts Alertmanager only
together with Prometheus.`;
  }
  const { warning, critical, expired, replaced } = TIMELINE;
  const lines = [
    `Alerts for ${EXPIRING_TOKEN}, as minutes:seconds from now, each at most ten seconds late:`,
    '',
    `  ${minutesAndSeconds(warning)}  PointOneTokenExpiringSoon, warning    ${minutesAndSeconds(expired)}  PointOneTokenExpired`,
    `  ${minutesAndSeconds(critical)}  PointOneTokenExpiringSoon, critical   ${minutesAndSeconds(replaced)}  resolved: the token is replaced`,
    '',
    'The alerts for ci-nightly, dashboard and other tokens fire within seconds. PointOneCredentialRejected fires for',
    'survey-lab after five minutes (`for: 5m`).',
  ];
  if (alertmanager === undefined) {
    lines.push('Alertmanager is not installed: without it, the demo prints no notifications.');
  } else {
    lines.push('Notifications from Alertmanager are printed below.');
  }
  return lines.join('\n');
}

/** Formats a duration as m:ss. */
function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
