/** `npm run soak`: runs the built exporter for several minutes and injects failures. See docs/troubleshooting.md. */
import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import { Accounts } from './accounts.ts';
import { type RunningExporter, startExporter } from './exporter.ts';
import { compareFailures, rotatingFailures } from './failure-counts.ts';
import { injectFaults, pause, reloadAccounts, rotateCredentials } from './fault-injection.ts';
import { findViolations, heading, printResult, row, type SoakResult } from './report.ts';
import { type ResourceUsage, readResourceUsage, trends } from './resource-usage.ts';
import { runBadClients, ScrapeStatistics, scrapeAll } from './scrapers.ts';

const USAGE = `npm run soak -- [--minutes=3]

Runs the built exporter against a simulated API that injects all faults, with three scrapers, reloads, credential
rotation and misbehaving clients. Prints statistics every minute. Stops after the given time or on Ctrl-C, with status 0
if all checks passed and 1 otherwise.

  --minutes   duration in minutes, from 1 to 60 (default 3)
`;

/**
 * Returns the minutes to run, or undefined after printing the usage for --help. Throws an Error that names the accepted
 * values.
 */
function parseArguments(args: string[]): number | undefined {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return undefined;
  }
  const minutes = Number(values.minutes ?? '3');
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 60) {
    throw new Error(`--minutes must be an integer from 1 to 60, not '${values.minutes}'`);
  }
  return minutes;
}

/** The parts of a soak test. */
interface SoakSetup {
  readonly simulator: Simulator;
  readonly accounts: Accounts;
  readonly exporter: RunningExporter;
}

/** Runs the soak test and always cleans up. Returns the exit status. */
async function soak(minutes: number, stop: AbortController): Promise<number> {
  /** Cleanup functions, in the order in which the parts started. */
  const cleanups: (() => Promise<void>)[] = [];
  try {
    const simulator = await startSimulator();
    cleanups.push(() => simulator.close());
    const accounts = await Accounts.create(simulator.state);
    cleanups.push(() => accounts.remove());
    const exporter = await startExporter(simulator.url, accounts.file, stop.signal);
    cleanups.push(() => exporter.stop());

    console.log(`running for ${minutes} min; press Ctrl-C to stop early`);
    const result = await runUntilDone({ simulator, accounts, exporter }, minutes, stop);
    const violations = findViolations(result);
    printResult(result, violations);
    return violations.length === 0 ? 0 : 1;
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp();
  }
}

/** Runs all tasks until the time is up, the signal aborts or the exporter exits. Stops the exporter. */
async function runUntilDone(setup: SoakSetup, minutes: number, stop: AbortController): Promise<SoakResult> {
  const { simulator, accounts, exporter } = setup;
  const signal = stop.signal;
  // Each pause adds a listener, so more than ten are not a leak.
  setMaxListeners(0, signal);
  const scrapes = new ScrapeStatistics();
  const usage: ResourceUsage[] = [];
  exporter.exited.then(() => stop.abort());
  const timer = setTimeout(() => stop.abort(), minutes * 60_000);
  try {
    await Promise.all([
      injectFaults(simulator, signal),
      rotateCredentials(accounts, signal),
      reloadAccounts(accounts, exporter, signal),
      scrapeAll(exporter.url, scrapes, signal),
      runBadClients(exporter.url, signal),
      observe(exporter, scrapes, usage, signal),
    ]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  const last = (await scrapes.scrape(`${exporter.url}/metrics`)) ?? [];
  await exporter.stop();
  return {
    scrapes,
    failures: compareFailures(last, simulator.calls),
    rotatingFailures: rotatingFailures(last),
    trends: trends(usage),
    nonLogLines: exporter.nonLogLines,
    exited: await exporter.exited,
  };
}

/** Samples the resource usage of the exporter every second, and prints a row every minute. */
async function observe(
  { url }: RunningExporter,
  scrapes: ScrapeStatistics,
  usage: ResourceUsage[],
  signal: AbortSignal,
): Promise<void> {
  console.log(heading);
  for (let second = 1; !signal.aborted; second += 1) {
    await pause(1_000, signal);
    const samples = await scrapes.scrape(`${url}/metrics?collect[]=exporter`);
    if (samples !== undefined) usage.push(readResourceUsage(samples));
    if (second % 60 === 0) console.log(row(second / 60, scrapes, usage.at(-1)));
  }
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The reason is printed only if the signal arrives during startup.
  process.on(signal, () => stop.abort(new Error(`${signal} before the exporter listened`)));
}
try {
  const minutes = parseArguments(process.argv.slice(2));
  if (minutes !== undefined) process.exitCode = await soak(minutes, stop);
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
