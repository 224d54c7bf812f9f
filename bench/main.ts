/** `npm run bench`: measures the cost of a scrape and compares variants. See docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { type BenchmarkName, type BenchOptions, parseArguments, USAGE } from './arguments.ts';
import { accounts } from './benchmarks/accounts.ts';
import { exporterMetrics } from './benchmarks/exporter-metrics.ts';
import { install } from './benchmarks/install.ts';
import { memory } from './benchmarks/memory.ts';
import { scrape } from './benchmarks/scrape.ts';
import { sharing } from './benchmarks/sharing.ts';
import { stall } from './benchmarks/stall.ts';
import { startup } from './benchmarks/start.ts';
import { killAll } from './processes.ts';
import { type Benchmark, formatTable, type Goal, goalsTable } from './report.ts';
import { describeEnvironment, formatEnvironment } from './system.ts';
import { BEFORE, exporter, limit, OURS, usual } from './variants.ts';

const IMPLEMENTATIONS: Readonly<Record<BenchmarkName, Benchmark>> = {
  scrape,
  'own-metrics': exporterMetrics,
  stall,
  memory,
  start: startup,
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

async function bench({ workload, short, benchmarks, json, program, before }: BenchOptions): Promise<void> {
  const variants = [limit, usual, exporter(OURS, program)];
  if (before !== undefined) variants.push(exporter(BEFORE, before));
  const logProgress = (what: string): void => console.error(`… ${what}`);

  const environment = describeEnvironment();
  const goals: Goal[] = [];
  const results: Record<string, unknown> = {};
  for (const name of benchmarks) {
    const result = await IMPLEMENTATIONS[name]({ workload, program, variants, logProgress });
    results[name] = result.values;
    goals.push(...result.goals);
    for (const table of result.tables) console.log(formatTable(table));
  }
  // The goals do not apply to the results of the short workload.
  if (!short) console.log(formatTable(goalsTable(goals)));
  const environmentAfter = describeEnvironment();
  console.log(formatEnvironment(environment, environmentAfter));
  if (json !== undefined) {
    await writeFile(
      json,
      `${JSON.stringify({ environment, environmentAfter, workload, results, goals }, undefined, 2)}\n`,
    );
  }
}

try {
  const options = parseArguments(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await bench(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  killAll();
}
