import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { readAlertUrls, withUrls } from '../scripts/alert-urls.ts';
import { type Daemon, startDaemon } from './daemon.ts';

/** Scrape and evaluation interval, short enough to watch the alerts. */
const INTERVAL = '5s';

const root = new URL('../', import.meta.url);

/**
 * Starts Prometheus with the repository's prometheus.yml and alerts/rules.yml, with short intervals, for this exporter
 * and, if it is running, this Alertmanager. The alerts link to the runbooks of this exporter and to no dashboard.
 *
 * @param program the path of the program
 */
export async function startPrometheus(
  program: string,
  exporter: string,
  alertmanager: string | undefined,
  signal: AbortSignal,
): Promise<Daemon> {
  const configuration = await readYaml<PrometheusFile>('prometheus.yml');
  const at = (url: string): Targets[] => [{ targets: [new URL(url).host] }];
  configuration.global.evaluation_interval = INTERVAL;
  const files: Record<string, string> = {};
  for (const file of configuration.rule_files) {
    const rules = await readFile(new URL(file, root), 'utf8');
    const withRunbooks = withUrls(rules, { ...readAlertUrls(), runbooks: `${exporter}/runbooks` });
    // The demo has no Grafana.
    files[basename(file)] = withRunbooks.replace(/^ *dashboard_url: .*\n/gm, '');
  }
  configuration.rule_files = Object.keys(files);
  configuration.alerting.alertmanagers = alertmanager === undefined ? [] : [{ static_configs: at(alertmanager) }];
  for (const job of configuration.scrape_configs) {
    Object.assign(job, { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, static_configs: at(exporter) });
  }
  return startDaemon({ name: 'Prometheus', program, configuration, files, storageFlag: '--storage.tsdb.path' }, signal);
}

/**
 * Starts Alertmanager with the repository's alertmanager.yml, with short intervals. The URL of each receiver becomes
 * `receiver` with the receiver's name as the path.
 *
 * @param program the path of the program
 */
export async function startAlertmanager(program: string, receiver: string, signal: AbortSignal): Promise<Daemon> {
  const configuration = await readYaml<AlertmanagerFile>('alertmanager.yml');
  for (const route of [configuration.route, ...configuration.route.routes]) {
    if (route.group_wait !== undefined) route.group_wait = INTERVAL;
    if (route.group_interval !== undefined) route.group_interval = INTERVAL;
  }
  for (const { name, webhook_configs } of configuration.receivers) {
    for (const webhook of webhook_configs) webhook.url = `${receiver}/${name}`;
  }
  // Disable clustering, which listens on another port. Keep data for longer than repeat_interval, to avoid a warning.
  const flags = ['--cluster.listen-address=', '--data.retention=192h'];
  return startDaemon({ name: 'Alertmanager', program, configuration, storageFlag: '--storage.path', flags }, signal);
}

/** Returns the URL of the alerts page. Debian's package contains only the classic UI, which has another path. */
export async function alertsPage({ url }: Daemon, signal: AbortSignal): Promise<string> {
  const page = `${url}/alerts`;
  return (await fetch(page, { signal })).ok ? page : `${url}/classic/alerts`;
}

/**
 * Returns the URL of the page that shows alerts. Debian's package contains no web interface, only a page without a script
 * that says so. Then the page is the list of alerts in the API.
 */
export async function alertmanagerPage({ url }: Daemon, signal: AbortSignal): Promise<string> {
  const page = await (await fetch(url, { signal })).text();
  return page.includes('<script') ? `${url}/#/alerts` : `${url}/api/v2/alerts`;
}

interface Targets {
  readonly targets: readonly string[];
}

/** The fields of prometheus.yml to change. */
interface PrometheusFile {
  readonly global: { evaluation_interval: string };
  rule_files: string[];
  readonly alerting: { alertmanagers: { static_configs: Targets[] }[] };
  readonly scrape_configs: object[];
}

/** The fields of alertmanager.yml to change. */
interface AlertmanagerFile {
  readonly route: Route & { readonly routes: readonly Route[] };
  readonly receivers: readonly { readonly name: string; readonly webhook_configs: { url: string }[] }[];
}

interface Route {
  group_wait?: string;
  group_interval?: string;
}

async function readYaml<Content>(file: string): Promise<Content> {
  return parse(await readFile(new URL(file, root), 'utf8')) as Content;
}
