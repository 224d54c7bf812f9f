import { EXPIRING_TOKEN, TIMELINE } from './scenario.ts';

/** What runs, by its address; undefined is not installed, or has nobody to hear from. */
export interface Endpoints {
  readonly exporter: string;
  readonly api: string;
  readonly apiState: string;
  /** The page of the alerts. */
  readonly prometheus: string | undefined;
  readonly alertmanager: string | undefined;
}

/** What to open, and what to expect when. */
export function formatInstructions({ exporter, api, apiState, prometheus, alertmanager }: Endpoints): string {
  const open: [string, string, string?][] = [
    ['status page', `${exporter}/`, 'every token, the most urgent first'],
    ['metrics', `${exporter}/metrics`, 'what Prometheus scrapes'],
    ['one account', `${exporter}/probe?account=fleet-eu`, 'the same of it alone'],
    ['discovery', `${exporter}/sd`, 'a target for each account, for Prometheus'],
  ];
  if (prometheus !== undefined) open.push(['alerts', prometheus, 'Prometheus, with alerts/rules.yml']);
  if (alertmanager !== undefined) {
    open.push(['who is told', `${alertmanager}/#/alerts`, 'Alertmanager, with the routes of alertmanager.yml']);
  }
  open.push(['the API', api, 'POST with a credential'], ['its state', apiState, 'users, tokens and calls']);
  const width = Math.max(...open.map(([, url]) => url.length));
  const rows = open.map(([what, url, about = '']) => `  ${what.padEnd(11)}  ${url.padEnd(width)}  ${about}`.trimEnd());

  return `
A simulated Point One API with three users, and the exporter that reads it. Open:

${rows.join('\n')}

Who is who:

  ${EXPIRING_TOKEN}         of fleet-eu lapses while you watch, and is replaced too late; every five minutes anew
  ci-nightly         of fleet-eu has two days left, rover-provisioning ten; dashboard expired three days ago
  fleet-sync         of fleet-eu has just been replaced: its successor is listed beside it, and nobody is told
  contractor-2025    of fleet-eu is revoked
  survey-legacy      of fleet-us has no expiry
  rover-17           of fleet-us has a status that Point One does not document
  survey-lab         is an account whose credential is refused: it cannot be read, the others can

${alertTimeline(prometheus, alertmanager)}

Ctrl-C ends everything.
`;
}

function alertTimeline(prometheus: string | undefined, alertmanager: string | undefined): string {
  if (prometheus === undefined) {
    return `Prometheus is not installed: with it, you would see the alerts of alerts/rules.yml come and go; and, with
Alertmanager, which is started beside it alone, who is told of them.`;
  }
  const { warning, critical, expired, replaced } = TIMELINE;
  const lines = [
    `Alerts on ${EXPIRING_TOKEN}, counted from now, each within ten seconds of its time:`,
    '',
    `  ${minutesAndSeconds(warning)}  PointOneTokenExpiringSoon, warning    ${minutesAndSeconds(expired)}  PointOneTokenExpired`,
    `  ${minutesAndSeconds(critical)}  PointOneTokenExpiringSoon, critical   ${minutesAndSeconds(replaced)}  over: it has a successor`,
    '',
    'Those on ci-nightly, dashboard and others are there within seconds; PointOneCredentialRejected for survey-lab, whose',
    'rule waits in case it passes, after five minutes.',
  ];
  if (alertmanager === undefined) {
    lines.push('Alertmanager is not installed: with it, you would see here who is told of them.');
  } else {
    lines.push('Whom Alertmanager tells is printed here.');
  }
  return lines.join('\n');
}

/** Minutes and seconds. */
function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
