import { setMaxListeners } from 'node:events';
import { startSimulator } from '../simulator/server.ts';
import { Accounts } from './accounts.ts';
import { readArguments } from './arguments.ts';
import { startExporter } from './exporter.ts';
import { type Figures, readFigures, trends } from './figures.ts';
import { ledger, rotatingFailures } from './ledger.ts';
import { misbehave, Scrapes, scrapeAll } from './scrapers.ts';
import { injectFaults, pause, reloadAccounts, rotateCredentials } from './troubles.ts';
import { verdict } from './verdict.ts';

/** Puts the exporter under every trouble for some minutes; the result is the exit status. */
async function soak(minutes: number, stop: AbortController): Promise<number> {
  const over = stop.signal;
  // Everybody who pauses listens; more than ten are no leak.
  setMaxListeners(0, over);
  const simulator = await startSimulator();
  const accounts = await Accounts.create(simulator.world);
  try {
    const exporter = await startExporter(simulator.url, accounts.file);
    const scrapes = new Scrapes();
    const series: Figures[] = [];
    console.log(`soaking for ${minutes} min; Ctrl-C ends it early`);
    console.log('minute  answered  unanswered  malformed  resident MB  heap MB  open files  resources  lag p99 ms');
    const observe = async (): Promise<void> => {
      for (let second = 1; !over.aborted; second += 1) {
        await pause(1_000, over);
        const text = await scrapes.scrape(`${exporter.url}/metrics?collect[]=exporter`);
        if (text !== undefined) series.push(readFigures(text));
        if (second % 60 === 0) console.log(row(second / 60, scrapes, series.at(-1)));
      }
    };
    const timer = setTimeout(() => stop.abort(), minutes * 60_000);
    try {
      await Promise.all([
        injectFaults(simulator, over),
        rotateCredentials(accounts, over),
        reloadAccounts(accounts, exporter, over),
        scrapeAll(exporter.url, scrapes, over),
        misbehave(exporter.url, over),
        observe(),
      ]);
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
    const last = (await scrapes.scrape(`${exporter.url}/metrics`)) ?? '';
    const ended = await exporter.stop();
    const outcome = {
      scrapes,
      ledger: ledger(last, simulator.calls),
      rotating: rotatingFailures(last),
      trends: trends(series),
      strangeLines: exporter.strangeLines,
      ended,
    };
    return report(outcome);
  } finally {
    await simulator.close();
    await accounts.remove();
  }
}

function row(minute: number, { answered, unanswered, malformed }: Scrapes, figures: Figures | undefined): string {
  const own = figures === undefined ? [] : Object.values(figures).map((value: number) => value.toFixed(1));
  return [minute, answered, unanswered, malformed, ...own].map((cell) => String(cell).padStart(10)).join('');
}

function report(outcome: Parameters<typeof verdict>[0]): number {
  const { scrapes } = outcome;
  console.log(`\nscrapes: ${scrapes.answered} answered, ${scrapes.unanswered} not, ${scrapes.malformed} malformed`);
  console.log('failures of the faulty accounts, injected and counted:');
  for (const { reason, injected, counted } of outcome.ledger) console.log(`  ${reason}: ${injected} ${counted}`);
  console.log(`failures of the rotating account: ${JSON.stringify(Object.fromEntries(outcome.rotating))}`);
  console.log('medians of the first and the last quarter:');
  for (const { name, first, last } of outcome.trends) console.log(`  ${name}: ${first.toFixed(1)} ${last.toFixed(1)}`);
  const broken = verdict(outcome);
  console.log(broken.length === 0 ? '\neverything held' : `\ndid not hold:\n  ${broken.join('\n  ')}`);
  return broken.length === 0 ? 0 : 1;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
try {
  const minutes = readArguments(process.argv.slice(2));
  if (minutes !== undefined) process.exitCode = await soak(minutes, stop);
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
