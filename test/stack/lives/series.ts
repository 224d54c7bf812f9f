import type { Dialect } from '../../../simulator/dialects.ts';
import { type Deployment, type Life, START, storedLabels } from './life.ts';
import { runExporters, type Scrape } from './run-exporters.ts';
import type { Target } from './scrape.ts';

/** A series in promtool's input format. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** The values of a series by step; undefined where a scrape does not contain it. */
interface Column {
  readonly series: string;
  /** Subtracted from each value. */
  readonly offset: number;
  readonly values: (number | undefined)[];
}

/**
 * Returns the series that Prometheus stores when it scrapes the exporters of a life: with the labels of the target, and
 * with a stale marker where a series ends. Long lives contain only the series that the rules about tokens use, because
 * promtool takes time for each series; `allMetrics` adds the others.
 */
export async function seriesOf(life: Life, allMetrics: boolean, dialect: Dialect): Promise<InputSeries[]> {
  const columns: Column[] = [];
  for (const deployment of life.deployments) columns.push(...(await columnsOf(life, deployment, allMetrics, dialect)));
  return columns.map(({ series, values }) => ({ series, values: encode(values, life.steps) }));
}

async function columnsOf(life: Life, deployment: Deployment, allMetrics: boolean, dialect: Dialect): Promise<Column[]> {
  // The keys are the start of a line up to its value, so that the labels of a series are parsed once and not at each step.
  const byTarget = new Map<string, Map<string, Column | undefined>>();
  await runExporters(life, deployment, dialect, async ({ step, target, expose }: Scrape) => {
    const columns = byTarget.get(target.id) ?? new Map<string, Column | undefined>();
    byTarget.set(target.id, columns);
    const add = (key: string, value: number): void => {
      if (!columns.has(key)) columns.set(key, createColumn(key, target, allMetrics));
      const column = columns.get(key);
      if (column !== undefined) column.values[step] = value - column.offset;
    };
    add('up', target.state === 'up' ? 1 : 0);
    for (const line of (await expose()).split('\n')) {
      const end = line.lastIndexOf(' ');
      if (end > 0 && !line.startsWith('#')) add(line.slice(0, end), Number(line.slice(end + 1)));
    }
  });
  return [...byTarget.values()].flatMap((columns) => [...columns.values()].filter((column) => column !== undefined));
}

/** Families that only the alerts on the exporter and on lists use. */
const ONLY_WITH_ALL_METRICS = new Set([
  'pointone_exporter_build_info',
  'pointone_exporter_config_last_reload_successful',
  'pointone_exporter_config_last_reload_success_timestamp_seconds',
  'pointone_scrape_duration_seconds',
  'pointone_clock_skew_seconds',
  'pointone_duplicate_tokens',
  'pointone_unreadable_fields',
  'pointone_token_expires_in_seconds',
  'pointone_token_info',
]);

const LABEL = /(\w+)=("(?:[^"\\]|\\.)*")/g;

/** Creates the column of a sample `name{labels}`; undefined if it is omitted. */
function createColumn(key: string, target: Target, allMetrics: boolean): Column | undefined {
  const brace = key.indexOf('{');
  const name = brace < 0 ? key : key.slice(0, brace);
  // The escape sequences of the text format are also escape sequences of JSON.
  const labels: Record<string, string> = Object.fromEntries(
    [...key.slice(name.length).matchAll(LABEL)].map(([, label, value = '""']) => [label, JSON.parse(value)]),
  );
  // Every failed fetch of a life has the reason `network`.
  if (!allMetrics && (ONLY_WITH_ALL_METRICS.has(name) || (labels['reason'] ?? 'network') !== 'network'))
    return undefined;
  return {
    series: name + formatLabels(storedLabels(target.labels, labels)),
    offset: name.endsWith('_timestamp_seconds') ? START / 1000 : 0,
    values: [],
  };
}

/** Formats labels as a selector. An empty label equals an absent label and is omitted. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}

/** Encodes values in promtool's notation. Runs of equal values and of gaps are combined. */
function encode(column: readonly (number | undefined)[], steps: number): string {
  const runs: string[] = [];
  for (let start = 0; start < steps; ) {
    const value = column[start];
    let end = start + 1;
    while (end < steps && column[end] === value) end += 1;
    if (value !== undefined) runs.push(`${value}+0x${end - start - 1}`);
    else if (start === 0) runs.push(`_x${end}`);
    else runs.push(end - start === 1 ? 'stale' : `stale _x${end - start - 1}`);
    start = end;
  }
  return runs.join(' ');
}
