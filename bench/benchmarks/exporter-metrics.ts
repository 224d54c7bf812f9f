import { setTimeout as wait } from 'node:timers/promises';
import { compareTargets } from '../comparison.ts';
import { type Benchmark, formatCount, formatNumber } from '../report.ts';
import { startBenchApi } from '../simulator.ts';
import { cpuMs } from '../system.ts';
import { environmentFor, startExporter } from '../variants.ts';
import { comparisonPlan } from '../workload.ts';

const ACCOUNTS_ONLY = 'accounts only, --web.disable-exporter-metrics';
const WITHOUT_PROCESS_METRICS = 'all of /metrics, --web.disable-exporter-metrics';
const ALL_METRICS = 'all of /metrics, with process metrics (the default)';

/** The cost of the exporter metrics. It does not depend on the number of tokens, so a short list shows it best. */
export const exporterMetrics: Benchmark = async ({ workload, program, logProgress }) => {
  logProgress('exporter metrics');
  const tokens = Math.min(...workload.tokens);
  const upstream = await startBenchApi(1, tokens);
  const environment = environmentFor(upstream);
  const withoutProcessMetrics = await startExporter(program, ['--web.disable-exporter-metrics'], environment);
  const withProcessMetrics = await startExporter(program, [], environment);
  try {
    const timings = await compareTargets(
      [
        {
          name: ACCOUNTS_ONLY,
          pid: withoutProcessMetrics.pid,
          url: `${withoutProcessMetrics.address}/metrics?collect[]=accounts`,
        },
        {
          name: WITHOUT_PROCESS_METRICS,
          pid: withoutProcessMetrics.pid,
          url: `${withoutProcessMetrics.address}/metrics`,
        },
        { name: ALL_METRICS, pid: withProcessMetrics.pid, url: `${withProcessMetrics.address}/metrics` },
      ],
      comparisonPlan(tokens, workload),
    );
    const idle = await idleCpu([withoutProcessMetrics, withProcessMetrics], workload.idleSeconds);
    return {
      tables: [
        {
          title: `Exporter metrics, at ${formatCount(tokens)} tokens`,
          columns: ['scrape', 'p50 in ms', 'CPU in ms'],
          rows: Array.from(timings, ([name, { p50Ms, cpuMs }]) => [name, formatNumber(p50Ms), formatNumber(cpuMs)]),
        },
        {
          title: 'CPU time when idle, in ms per second',
          columns: ['without process metrics', 'with process metrics'],
          rows: [idle.map(formatNumber)],
        },
      ],
      values: { ...Object.fromEntries(timings), idle },
      goals: [],
    };
  } finally {
    await Promise.all([withoutProcessMetrics, withProcessMetrics, upstream].map((process) => process.stop()));
  }
};

/** Returns the CPU time of each process without requests, in milliseconds per second. */
async function idleCpu(processes: readonly { readonly pid: number }[], seconds: number): Promise<number[]> {
  const before = processes.map(({ pid }) => cpuMs(pid));
  await wait(seconds * 1000);
  return processes.map(({ pid }, index) => (cpuMs(pid) - (before[index] ?? Number.NaN)) / seconds);
}
