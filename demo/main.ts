/**
 * `npm run demo`: the built exporter in front of a simulated Point One API, with Prometheus and Alertmanager where they
 * are installed, on free ports, until Ctrl-C. A token expires and is replaced while one watches.
 */

import { addDemoUsers } from '../simulator/fixtures.ts';
import { startSimulator } from '../simulator/server.ts';
import { SimulatorState } from '../simulator/state.ts';
import type { Child } from './child.ts';
import { type Daemon, findInPath } from './daemon.ts';
import { startExporter } from './exporter.ts';
import { type Endpoints, formatInstructions } from './instructions.ts';
import { alertsPage, startAlertmanager, startPrometheus } from './monitoring.ts';
import { startReceiver } from './receiver.ts';
import { addRejectedUser, EXPIRING_TOKEN, runScenario } from './scenario.ts';

const EXCERPT = new RegExp(`^pointone_(up\\{|token_expires_in_seconds\\{.*name="${EXPIRING_TOKEN}")`);

/** The second is Debian's name. */
const ALERTMANAGER_NAMES = ['alertmanager', 'prometheus-alertmanager'];

/** Aborts when everything is to end. */
const stop = new AbortController();
const { signal } = stop;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
// npm starts this by a shell: SIGTERM to npm alone ends the shell, and nobody who could end this is left.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop.abort();
}, 1000).unref();
// A terminal or a pipe that has gone: there is nobody left to show anything to.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());

/** What runs, in the order in which it was started. */
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
  // The later ones ask the earlier ones.
  for (const each of running.reverse()) await each.stop();
}

/** Ends by rejecting alone. */
async function run(): Promise<void> {
  const state = new SimulatorState();
  const { fleetEu } = addDemoUsers(state);
  addRejectedUser(state);
  const simulator = await startSimulator({ state });
  running.push({ stop: () => simulator.close() });
  const exporter = await startExporter(simulator.url, state.users.values(), console.log, signal);
  stopWhenExits(exporter);
  const monitoring = await startMonitoring(exporter.url);

  const { url: api, controlUrl } = simulator;
  console.log(formatInstructions({ exporter: exporter.url, ...monitoring, api, apiState: `${controlUrl}state` }));
  const report = async (text: string): Promise<void> => {
    log(text);
    await printExcerpt(exporter.url);
  };
  await runScenario(fleetEu, report, signal);
}

/** Starts what is installed of Prometheus and Alertmanager, which would hear from nobody without the former. */
async function startMonitoring(exporter: string): Promise<Pick<Endpoints, 'prometheus' | 'alertmanager'>> {
  const programs = { prometheus: findInPath('prometheus'), alertmanager: findInPath(...ALERTMANAGER_NAMES) };
  if (programs.prometheus === undefined) return { prometheus: undefined, alertmanager: undefined };
  let alertmanager: Daemon | undefined;
  if (programs.alertmanager !== undefined) {
    const receiver = await startReceiver(log);
    running.push(receiver);
    alertmanager = await startAlertmanager(programs.alertmanager, receiver.url, signal);
    stopWhenExits(alertmanager);
  }
  const prometheus = await startPrometheus(programs.prometheus, exporter, alertmanager?.url, signal);
  stopWhenExits(prometheus);
  return { prometheus: await alertsPage(prometheus, signal), alertmanager: alertmanager?.url };
}

/** Ends everything, with failure, when a program ends by itself. */
function stopWhenExits(program: { readonly child: Child; stop(): Promise<void> }): void {
  running.push(program);
  const { name, exited, lastLines } = program.child;
  exited.then((how) => {
    if (signal.aborted) return;
    console.error(`${name} ended by itself (${how}):\n${lastLines()}`);
    process.exitCode = 1;
    stop.abort();
  });
}

function log(text: string): void {
  console.log(`${new Date().toLocaleTimeString()}  ${text}`);
}

/** Prints whether the accounts can be read, and what is said of the token of the story. */
async function printExcerpt(url: string): Promise<void> {
  const lines = await scrape(`${url}/metrics?collect[]=accounts`);
  console.log(`\n$ curl ${url}/metrics    (an excerpt)\n${lines.filter((line) => EXCERPT.test(line)).join('\n')}\n`);
}

async function scrape(url: string): Promise<string[]> {
  try {
    return (await (await fetch(url, { signal })).text()).split('\n');
  } catch {
    // An exporter that has ended is told of where that is seen.
    return [];
  }
}
