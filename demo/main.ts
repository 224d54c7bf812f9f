/**
 * `npm run demo`: runs the built exporter against a simulated Point One API until Ctrl-C, with Prometheus and
 * Alertmanager if they are installed. All of them listen on free ports. A token expires and is replaced during the
 * demo.
 */

import { addDemoUsers } from '../simulator/fixtures.ts';
import { startSimulator } from '../simulator/server.ts';
import { SimulatorState } from '../simulator/state.ts';
import type { Child } from './child.ts';
import { type Daemon, findInPath } from './daemon.ts';
import { startExporter } from './exporter.ts';
import { type Endpoints, formatInstructions } from './instructions.ts';
import { alertmanagerPage, alertsPage, startAlertmanager, startPrometheus } from './monitoring.ts';
import { startReceiver } from './receiver.ts';
import { addRejectedUser, EXPIRING_TOKEN, runScenario } from './scenario.ts';

const EXCERPT = new RegExp(`^pointone_(up\\{|token_expires_in_seconds\\{.*name="${EXPIRING_TOKEN}")`);

/** Debian names the program prometheus-alertmanager. */
const ALERTMANAGER_NAMES = ['alertmanager', 'prometheus-alertmanager'];

/** Aborts to stop the demo. */
const stop = new AbortController();
const { signal } = stop;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
// npm starts the demo through a shell. SIGTERM to npm ends only the shell, so stop when the parent process changes.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop.abort();
}, 1000).unref();
// Stop if the terminal or the pipe closes.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());

/** The running programs, in the order in which they started. */
const running: { stop(): Promise<void> }[] = [];
try {
  await run();
} catch (error) {
  if (!signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  stop.abort();
  // Stop in reverse order: later programs send requests to earlier ones.
  for (const each of running.reverse()) await each.stop();
}

/** Runs the demo. Never resolves; rejects when the demo stops or fails. */
async function run(): Promise<void> {
  const state = new SimulatorState();
  const { fleetEu } = addDemoUsers(state);
  addRejectedUser(state);
  const simulator = await startSimulator({ state });
  running.push({ stop: () => simulator.close() });
  const exporter = await startExporter(simulator.url, state.users.values(), console.log, signal);
  supervise(exporter);
  const monitoring = await startMonitoring(exporter.url);

  const { url: api, controlUrl } = simulator;
  console.log(formatInstructions({ exporter: exporter.url, ...monitoring, api, apiState: `${controlUrl}state` }));
  const report = async (text: string): Promise<void> => {
    log(text);
    await printExcerpt(exporter.url);
  };
  await runScenario(fleetEu, report, signal);
}

/** Starts Prometheus and Alertmanager if they are installed. Alertmanager needs Prometheus to send alerts to it. */
async function startMonitoring(exporter: string): Promise<Pick<Endpoints, 'prometheus' | 'alertmanager'>> {
  const programs = { prometheus: findInPath('prometheus'), alertmanager: findInPath(...ALERTMANAGER_NAMES) };
  if (programs.prometheus === undefined) return { prometheus: undefined, alertmanager: undefined };
  let alertmanager: Daemon | undefined;
  if (programs.alertmanager !== undefined) {
    const receiver = await startReceiver(log);
    running.push(receiver);
    alertmanager = await startAlertmanager(programs.alertmanager, receiver.url, signal);
    supervise(alertmanager);
  }
  const prometheus = await startPrometheus(programs.prometheus, exporter, alertmanager?.url, signal);
  supervise(prometheus);
  return {
    prometheus: await alertsPage(prometheus, signal),
    alertmanager: alertmanager && (await alertmanagerPage(alertmanager, signal)),
  };
}

/** Stops the demo with an error status if a program exits unexpectedly. */
function supervise(program: { readonly child: Child; stop(): Promise<void> }): void {
  running.push(program);
  const { name, exited, lastLines } = program.child;
  exited.then((status) => {
    if (signal.aborted) return;
    console.error(`${name} exited unexpectedly (${status}):\n${lastLines()}`);
    process.exitCode = 1;
    stop.abort();
  });
}

function log(text: string): void {
  console.log(`${new Date().toLocaleTimeString()}  ${text}`);
}

/** Prints `pointone_up` of the accounts and the remaining time of the scenario's token. */
async function printExcerpt(url: string): Promise<void> {
  const lines = await scrape(`${url}/metrics?collect[]=accounts`);
  console.log(`\n$ curl ${url}/metrics    (an excerpt)\n${lines.filter((line) => EXCERPT.test(line)).join('\n')}\n`);
}

async function scrape(url: string): Promise<string[]> {
  try {
    return (await (await fetch(url, { signal })).text()).split('\n');
  } catch {
    // supervise reports an exporter that exited.
    return [];
  }
}
