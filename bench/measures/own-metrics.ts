import { setTimeout as wait } from 'node:timers/promises';
import { courseFor } from '../extent.ts';
import { cpuMs } from '../proc.ts';
import { race } from '../race.ts';
import { count, significant } from '../report.ts';
import { startUpstream } from '../simulator.ts';
import { environmentOf, startExporter } from '../variants.ts';
import type { Measure } from './measure.ts';

const WITHOUT = 'accounts alone, --web.disable-exporter-metrics';
const ALL_BUT_PROCESS = 'all of /metrics, --web.disable-exporter-metrics';
const ALL = 'all of /metrics, with process metrics (the default)';

/** What the exporter's metrics about itself cost: the same for any number of tokens, so that few show it best. */
export const ownMetrics: Measure = async ({ extent, program, tell }) => {
  tell("the exporter's own metrics");
  const tokens = Math.min(...extent.tokens);
  const upstream = await startUpstream(1, tokens);
  const environment = environmentOf(upstream);
  const bare = await startExporter(program, ['--web.disable-exporter-metrics'], environment);
  const whole = await startExporter(program, [], environment);
  try {
    const standings = await race(
      [
        { name: WITHOUT, pid: bare.pid, url: `${bare.said}/metrics?collect[]=accounts` },
        { name: ALL_BUT_PROCESS, pid: bare.pid, url: `${bare.said}/metrics` },
        { name: ALL, pid: whole.pid, url: `${whole.said}/metrics` },
      ],
      courseFor(tokens, extent),
    );
    const rest = await atRest([bare, whole], extent.restSeconds);
    return {
      tables: [
        {
          title: `The exporter's own metrics, at ${count(tokens)} tokens`,
          columns: ['scrape', 'p50 in ms', 'CPU in ms'],
          rows: Array.from(standings, ([name, { p50Ms, cpuMs }]) => [name, significant(p50Ms), significant(cpuMs)]),
        },
        {
          title: 'CPU time at rest, in ms a second',
          columns: ['without process metrics', 'with them'],
          rows: [rest.map(significant)],
        },
      ],
      figures: { ...Object.fromEntries(standings), rest },
      goals: [],
    };
  } finally {
    await Promise.all([bare, whole, upstream].map((process) => process.stop()));
  }
};

/** Milliseconds of CPU time a second that each process takes while nobody asks anything. */
async function atRest(processes: readonly { readonly pid: number }[], seconds: number): Promise<number[]> {
  const before = processes.map(({ pid }) => cpuMs(pid));
  await wait(seconds * 1000);
  return processes.map(({ pid }, index) => (cpuMs(pid) - (before[index] ?? Number.NaN)) / seconds);
}
