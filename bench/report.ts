import type { Variant } from './variants.ts';
import type { Workload } from './workload.ts';

/** What a measure found, for people, for programs, and against what was to be reached. */
interface BenchmarkResult {
  readonly tables: readonly Table[];
  /** The same as numbers, for the JSON file. */
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

/** As Markdown, with columns that are in line on a terminal as well. */
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
    title: 'Against the goals',
    columns: ['measure', 'goal', 'reached', ''],
    rows: goals.map(({ metric, bound, target, unit, actual }) => [
      metric,
      `${bound} ${target}${unit}`,
      Number.isNaN(actual) ? 'not measured here' : `${formatNumber(actual)}${unit}`,
      Number.isNaN(actual) ? '' : (bound === 'at most' ? actual <= target : actual >= target) ? 'met' : 'MISSED',
    ]),
  };
}

/** Three digits tell all that such figures know. */
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

/** What is measured, and how thoroughly. */
interface BenchmarkContext {
  readonly workload: Workload;
  /** The built exporter's main.js. */
  readonly program: string;
  /** In the order of the tables, the limit first. */
  readonly variants: readonly Variant[];
  /** Says what is under way. */
  readonly logProgress: (what: string) => void;
}

export type Benchmark = (assignment: BenchmarkContext) => Promise<BenchmarkResult>;
