/** `npm run soak`: the built exporter under everything that can go wrong, for minutes. See docs/faults.md. */
import { setMaxListeners } from 'node:events';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import { Accounts } from './accounts.ts';
import { readArguments } from './arguments.ts';
import { type RunningExporter, startExporter } from './exporter.ts';
import { type Figures, readFigures, trends } from './figures.ts';
import { ledger, rotatingFailures } from './ledger.ts';
import { heading, printOutcome, row } from './report.ts';
import { misbehave, Scrapes, scrapeAll } from './scrapers.ts';
import { injectFaults, pause, reloadAccounts, rotateCredentials } from './troubles.ts';
import { type Outcome, verdict } from './verdict.ts';

/** Everybody who takes part. */
interface Scene {
  readonly simulator: Simulator;
  readonly accounts: Accounts;
  readonly exporter: RunningExporter;
}

/** Sets the scene, plays it, and clears it away whatever happens; the result is the exit status. */
async function soak(minutes: number, stop: AbortController): Promise<number> {
  /** What has to be ended, in the order in which it was started. */
  const ends: (() => Promise<void>)[] = [];
  try {
    const simulator = await startSimulator();
    ends.push(() => simulator.close());
    const accounts = await Accounts.create(simulator.state);
    ends.push(() => accounts.remove());
    const exporter = await startExporter(simulator.url, accounts.file, stop.signal);
    ends.push(() => exporter.stop());

    console.log(`soaking for ${minutes} min; Ctrl-C ends it early`);
    const outcome = await play({ simulator, accounts, exporter }, minutes, stop);
    const broken = verdict(outcome);
    printOutcome(outcome, broken);
    return broken.length === 0 ? 0 : 1;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** Lets all troubles loose until the time is up, or the signal comes, or the exporter is gone. Ends the exporter. */
async function play(scene: Scene, minutes: number, stop: AbortController): Promise<Outcome> {
  const { simulator, accounts, exporter } = scene;
  const over = stop.signal;
  // Everybody who pauses listens; more than ten are no leak.
  setMaxListeners(0, over);
  const scrapes = new Scrapes();
  const series: Figures[] = [];
  exporter.ended.then(() => stop.abort());
  const timer = setTimeout(() => stop.abort(), minutes * 60_000);
  try {
    await Promise.all([
      injectFaults(simulator, over),
      rotateCredentials(accounts, over),
      reloadAccounts(accounts, exporter, over),
      scrapeAll(exporter.url, scrapes, over),
      misbehave(exporter.url, over),
      observe(exporter, scrapes, series, over),
    ]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  const last = (await scrapes.scrape(`${exporter.url}/metrics`)) ?? [];
  await exporter.stop();
  return {
    scrapes,
    ledger: ledger(last, simulator.calls),
    rotating: rotatingFailures(last),
    trends: trends(series),
    strangeLines: exporter.strangeLines,
    ended: await exporter.ended,
  };
}

/** Looks at what the exporter holds, each second, and prints it, each minute. */
async function observe(
  { url }: RunningExporter,
  scrapes: Scrapes,
  series: Figures[],
  signal: AbortSignal,
): Promise<void> {
  console.log(heading);
  for (let second = 1; !signal.aborted; second += 1) {
    await pause(1_000, signal);
    const samples = await scrapes.scrape(`${url}/metrics?collect[]=exporter`);
    if (samples !== undefined) series.push(readFigures(samples));
    if (second % 60 === 0) console.log(row(second / 60, scrapes, series.at(-1)));
  }
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The reason is told when there is nothing else to tell.
  process.on(signal, () => stop.abort(new Error(`${signal} before the exporter listened`)));
}
try {
  const minutes = readArguments(process.argv.slice(2));
  if (minutes !== undefined) process.exitCode = await soak(minutes, stop);
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
