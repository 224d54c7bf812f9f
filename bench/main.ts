/** `npm run bench`: what a scrape costs, and against what. See docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { type MeasureName, readArguments, USAGE, type Wanted } from './arguments.ts';
import { describeMachine, printMachine } from './machine.ts';
import { accounts } from './measures/accounts.ts';
import { install } from './measures/install.ts';
import type { Measure } from './measures/measure.ts';
import { memory } from './measures/memory.ts';
import { ownMetrics } from './measures/own-metrics.ts';
import { scrape } from './measures/scrape.ts';
import { sharing } from './measures/sharing.ts';
import { stall } from './measures/stall.ts';
import { startUp } from './measures/start.ts';
import { killAll } from './processes.ts';
import { type Goal, goalsTable, printTable } from './report.ts';
import { BEFORE, exporter, limit, OURS, usual } from './variants.ts';

const BY_NAME: Readonly<Record<MeasureName, Measure>> = {
  scrape,
  'own-metrics': ownMetrics,
  stall,
  memory,
  start: startUp,
  accounts,
  sharing,
  install,
};

process.on('exit', killAll);
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => process.exit(status));
}

async function bench({ extent, short, measures, json, program, before }: Wanted): Promise<void> {
  const variants = [limit, usual, exporter(OURS, program)];
  if (before !== undefined) variants.push(exporter(BEFORE, before));
  const tell = (what: string): void => console.error(`… ${what}`);

  const machine = describeMachine();
  const goals: Goal[] = [];
  const figures: Record<string, unknown> = {};
  for (const name of measures) {
    const findings = await BY_NAME[name]({ extent, program, variants, tell });
    figures[name] = findings.figures;
    goals.push(...findings.goals);
    for (const table of findings.tables) console.log(printTable(table));
  }
  // Goals are about figures, and those of the short form mean nothing.
  if (!short) console.log(printTable(goalsTable(goals)));
  const machineAfter = describeMachine();
  console.log(printMachine(machine, machineAfter));
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ machine, machineAfter, extent, figures, goals }, undefined, 2)}\n`);
  }
}

try {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted === undefined) console.log(USAGE);
  else await bench(wanted);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  killAll();
}
