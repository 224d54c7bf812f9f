import { setTimeout as wait } from 'node:timers/promises';
import { compareTargets } from '../comparison.ts';
import { type Benchmark, formatCount, formatNumber } from '../report.ts';
import { startUpstream } from '../simulator.ts';
import { cpuMs } from '../system.ts';
import { environmentFor, startExporter } from '../variants.ts';
import { comparisonPlan } from '../workload.ts';

const ACCOUNTS_ONLY = 'accounts alone, --web.disable-exporter-metrics';
const WITHOUT_PROCESS_METRICS = 'all of /metrics, --web.disable-exporter-metrics';
const ALL_METRICS = 'all of /metrics, with process metrics (the default)';

/** What the exporter's metrics about itself cost: the same for any number of tokens, so that few show it best. */
export const exporterMetrics: Benchmark = async ({ workload, program, logProgress }) => {
  logProgress("the exporter's own metrics");
  const tokens = Math.min(...workload.tokens);
  const upstream = await startUpstream(1, tokens);
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
          title: `The exporter's own metrics, at ${formatCount(tokens)} tokens`,
          columns: ['scrape', 'p50 in ms', 'CPU in ms'],
          rows: Array.from(timings, ([name, { p50Ms, cpuMs }]) => [name, formatNumber(p50Ms), formatNumber(cpuMs)]),
        },
        {
          title: 'CPU time at rest, in ms a second',
          columns: ['without process metrics', 'with them'],
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

/** Milliseconds of CPU time a second that each process takes while nobody asks anything. */
async function idleCpu(processes: readonly { readonly pid: number }[], seconds: number): Promise<number[]> {
  const before = processes.map(({ pid }) => cpuMs(pid));
  await wait(seconds * 1000);
  return processes.map(({ pid }, index) => (cpuMs(pid) - (before[index] ?? Number.NaN)) / seconds);
}
