import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Daemon, startDaemon } from './daemon.ts';

/** How often Prometheus scrapes and evaluates: so often that alerts can be watched. */
const INTERVAL = '5s';

const root = new URL('../', import.meta.url);

/**
 * Starts Prometheus with the shipped prometheus.yml and alerts/rules.yml, aimed at this exporter and this Alertmanager
 * (or none), and in a hurry.
 *
 * @param program its path
 */
export async function startPrometheus(
  program: string,
  exporter: string,
  alertmanager: string | undefined,
  signal: AbortSignal,
): Promise<Daemon> {
  const configuration = await shipped<PrometheusFile>('prometheus.yml');
  const at = (url: string): Targets[] => [{ targets: [new URL(url).host] }];
  configuration.global.evaluation_interval = INTERVAL;
  configuration.rule_files = configuration.rule_files.map((file) => fileURLToPath(new URL(file, root)));
  configuration.alerting.alertmanagers = alertmanager === undefined ? [] : [{ static_configs: at(alertmanager) }];
  for (const job of configuration.scrape_configs) {
    Object.assign(job, { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, static_configs: at(exporter) });
  }
  return startDaemon({ name: 'Prometheus', program, configuration, storageFlag: '--storage.tsdb.path' }, signal);
}

/**
 * Starts Alertmanager with the shipped alertmanager.yml, whose receivers are paths of the given address, and in a hurry.
 *
 * @param program its path
 */
export async function startAlertmanager(program: string, receiver: string, signal: AbortSignal): Promise<Daemon> {
  const configuration = await shipped<AlertmanagerFile>('alertmanager.yml');
  for (const route of [configuration.route, ...configuration.route.routes]) {
    if (route.group_wait !== undefined) route.group_wait = INTERVAL;
    if (route.group_interval !== undefined) route.group_interval = INTERVAL;
  }
  for (const { name, webhook_configs } of configuration.receivers) {
    for (const webhook of webhook_configs) webhook.url = `${receiver}/${name}`;
  }
  // It would listen for others of its kind on a port of its own, and warn that it forgets before it repeats.
  const flags = ['--cluster.listen-address=', '--data.retention=192h'];
  return startDaemon({ name: 'Alertmanager', program, configuration, storageFlag: '--storage.path', flags }, signal);
}

/** Where Prometheus shows its alerts to people: Debian's package has the older pages alone, at another address. */
export async function alertsPage({ url }: Daemon, signal: AbortSignal): Promise<string> {
  const page = `${url}/alerts`;
  return (await fetch(page, { signal })).ok ? page : `${url}/classic/alerts`;
}

interface Targets {
  readonly targets: readonly string[];
}

/** What is changed of prometheus.yml. */
interface PrometheusFile {
  readonly global: { evaluation_interval: string };
  rule_files: string[];
  readonly alerting: { alertmanagers: { static_configs: Targets[] }[] };
  readonly scrape_configs: object[];
}

/** What is changed of alertmanager.yml. */
interface AlertmanagerFile {
  readonly route: Route & { readonly routes: readonly Route[] };
  readonly receivers: readonly { readonly name: string; readonly webhook_configs: { url: string }[] }[];
}

interface Route {
  group_wait?: string;
  group_interval?: string;
}

async function shipped<Content>(file: string): Promise<Content> {
  return parse(await readFile(new URL(file, root), 'utf8')) as Content;
}
