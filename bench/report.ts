import type { Variant } from './variants.ts';
import type { Workload } from './workload.ts';

/** The result of a benchmark. */
interface BenchmarkResult {
  readonly tables: readonly Table[];
  /** The values of the tables as numbers, for the JSON file. */
  readonly values: unknown;
  readonly goals: readonly Goal[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

export interface Goal {
  readonly metric: string;
  readonly bound: 'at most' | 'at least';
  readonly target: number;
  readonly unit: string;
  readonly actual: number;
}

/** Formats a table as Markdown with aligned columns. */
export function formatTable({ title, columns, rows, notes = [] }: Table): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const formatRow = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    formatRow(columns),
    rule,
    ...rows.map(formatRow),
    ...notes.flatMap((note) => ['', note]),
    '',
  ].join('\n');
}

export function goalsTable(goals: readonly Goal[]): Table {
  return {
    title: 'Goals',
    columns: ['metric', 'goal', 'result', ''],
    rows: goals.map(({ metric, bound, target, unit, actual }) => [
      metric,
      `${bound} ${target}${unit}`,
      Number.isNaN(actual) ? 'not measured' : `${formatNumber(actual)}${unit}`,
      Number.isNaN(actual) ? '' : (bound === 'at most' ? actual <= target : actual >= target) ? 'met' : 'MISSED',
    ]),
  };
}

/** Formats with three significant digits, which match the precision of the results. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

export function formatRatio(value: number): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(2)} ×`;
}

export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** What a benchmark runs with. */
interface BenchmarkContext {
  readonly workload: Workload;
  /** The built exporter's main.js. */
  readonly program: string;
  /** In the order of the tables, with the limit first. */
  readonly variants: readonly Variant[];
  /** Logs the current step. */
  readonly logProgress: (what: string) => void;
}

export type Benchmark = (assignment: BenchmarkContext) => Promise<BenchmarkResult>;
