/**
 * `npm run demo`: the built exporter in front of a simulated Point One API, with Prometheus and Alertmanager where they
 * are installed, on free ports, until Ctrl-C. A token expires and is replaced while one watches.
 */
import { startSimulator } from '../simulator/server.ts';
import { addDemoUsers } from '../simulator/stories.ts';
import { SimulatorState } from '../simulator/world.ts';
import type { Child } from './child.ts';
import { type Daemon, installed } from './daemon.ts';
import { startExporter } from './exporter.ts';
import { guide, type Stage } from './guide.ts';
import { alertsPage, startAlertmanager, startPrometheus } from './monitoring.ts';
import { startReceiver } from './receiver.ts';
import { addRefusedUser, LAPSING, tellStory } from './story.ts';

const SHOWN = new RegExp(`^pointone_(up\\{|token_expires_in_seconds\\{.*name="${LAPSING}")`);

/** The second is Debian's name. */
const ALERTMANAGER = ['alertmanager', 'prometheus-alertmanager'];

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
  addRefusedUser(state);
  const simulator = await startSimulator({ state });
  running.push({ stop: () => simulator.close() });
  const exporter = await startExporter(simulator.url, state.users.values(), console.log, signal);
  watched(exporter);
  const monitoring = await startMonitoring(exporter.url);

  const { url: api, controlUrl } = simulator;
  console.log(guide({ exporter: exporter.url, ...monitoring, api, state: `${controlUrl}state` }));
  const tell = async (text: string): Promise<void> => {
    say(text);
    await showExcerpt(exporter.url);
  };
  await tellStory(fleetEu, tell, signal);
}

/** Starts what is installed of Prometheus and Alertmanager, which would hear from nobody without the former. */
async function startMonitoring(exporter: string): Promise<Pick<Stage, 'prometheus' | 'alertmanager'>> {
  const programs = { prometheus: installed('prometheus'), alertmanager: installed(...ALERTMANAGER) };
  if (programs.prometheus === undefined) return { prometheus: undefined, alertmanager: undefined };
  let alertmanager: Daemon | undefined;
  if (programs.alertmanager !== undefined) {
    const receiver = await startReceiver(say);
    running.push(receiver);
    alertmanager = await startAlertmanager(programs.alertmanager, receiver.url, signal);
    watched(alertmanager);
  }
  const prometheus = await startPrometheus(programs.prometheus, exporter, alertmanager?.url, signal);
  watched(prometheus);
  return { prometheus: await alertsPage(prometheus, signal), alertmanager: alertmanager?.url };
}

/** Ends everything, with failure, when a program ends by itself. */
function watched(program: { readonly child: Child; stop(): Promise<void> }): void {
  running.push(program);
  const { name, ended, lastLines } = program.child;
  ended.then((how) => {
    if (signal.aborted) return;
    console.error(`${name} ended by itself (${how}):\n${lastLines()}`);
    process.exitCode = 1;
    stop.abort();
  });
}

function say(text: string): void {
  console.log(`${new Date().toLocaleTimeString()}  ${text}`);
}

/** Prints whether the accounts can be read, and what is said of the token of the story. */
async function showExcerpt(url: string): Promise<void> {
  const lines = await scrape(`${url}/metrics?collect[]=accounts`);
  console.log(`\n$ curl ${url}/metrics    (an excerpt)\n${lines.filter((line) => SHOWN.test(line)).join('\n')}\n`);
}

async function scrape(url: string): Promise<string[]> {
  try {
    return (await (await fetch(url, { signal })).text()).split('\n');
  } catch {
    // An exporter that has ended is told of where that is seen.
    return [];
  }
}
