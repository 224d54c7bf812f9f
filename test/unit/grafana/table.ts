/** Emulates the features of Grafana's table panel that this dashboard uses. */
import type { Panel, Property, Step } from './shipped-dashboard.ts';

export type Vector = readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[];
type Cell = string | number | undefined;
type Row = Record<string, Cell>;

/** A displayed table: columns from left to right, rows from top to bottom. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** @param results the results of the panel's queries, all at one instant */
export function tableOf(panel: Panel, results: readonly Vector[]): Table {
  const [merge, organize, ...more] = panel.transformations ?? [];
  if (merge?.id !== 'merge' || organize?.id !== 'organize' || more.length > 0) throw new Error('not emulated');
  const frames = results.map((vector, index) => frame(vector, panel.targets?.[index]?.refId ?? ''));
  return sortTable(organizeColumns(mergeFrames(frames), organize.options), panel.options?.sortBy ?? []);
}

/** A label that a series lacks is an empty cell. A label that all series lack has no column. */
function frame(vector: Vector, refId: string): Row[] {
  const labels = [...new Set(vector.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return vector.map(({ metric, value }) => ({
    Time: 0,
    ...Object.fromEntries(labels.map((label) => [label, metric[label] ?? ''])),
    [`Value #${refId}`]: value,
  }));
}

/** Merges each row into all rows with equal values in the common fields, or adds it if there is no such row. */
function mergeFrames(frames: readonly Row[][]): Row[] {
  const rows: Row[] = [];
  for (const row of frames.flat()) {
    const agreeing = rows.filter((existing) =>
      Object.entries(row).every(([field, value]) => existing[field] === undefined || existing[field] === value),
    );
    for (const existing of agreeing) Object.assign(existing, row);
    if (agreeing.length === 0) rows.push({ ...row });
  }
  return rows;
}

interface OrganizeOptions {
  readonly excludeByName: Readonly<Record<string, boolean>>;
  readonly indexByName: Readonly<Record<string, number>>;
  readonly renameByName: Readonly<Record<string, string>>;
}

function organizeColumns(rows: readonly Row[], options: unknown): Table {
  const { excludeByName, indexByName, renameByName } = options as OrganizeOptions;
  const place = (field: string): number => indexByName[field] ?? Number.POSITIVE_INFINITY;
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .filter((field) => excludeByName[field] !== true)
    .sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  const named = (field: string): string => renameByName[field] ?? field;
  return {
    columns: fields.map(named),
    rows: rows.map((row) => Object.fromEntries(fields.map((field) => [named(field), row[field]]))),
  };
}

type SortBy = readonly { readonly displayName: string; readonly desc?: boolean }[];

/** Sorts by numbers, as this dashboard does. An empty cell is the smallest value. */
function sortTable({ columns, rows }: Table, sortBy: SortBy): Table {
  const number = (cell: Cell): number => (typeof cell === 'number' ? cell : Number.NEGATIVE_INFINITY);
  const compare = (a: Row, b: Row): number => {
    for (const { displayName, desc = false } of sortBy) {
      const [left, right] = [number(a[displayName]), number(b[displayName])];
      if (left !== right) return left < right === desc ? 1 : -1;
    }
    return 0;
  };
  return { columns, rows: [...rows].sort(compare) };
}

/** Returns the displayed text of each cell: numbers as labels, times and durations. */
export function displayedCells(panel: Panel, table: Table): readonly (readonly string[])[] {
  return table.rows.map((row) => table.columns.map((column) => text(row[column], propertiesOf(panel, column))));
}

function propertiesOf(panel: Panel, column: string): ReadonlyMap<string, unknown> {
  const own = (panel.fieldConfig?.overrides ?? []).filter(
    ({ matcher }) => matcher.id === 'byName' && matcher.options === column,
  );
  return new Map(own.flatMap(({ properties }) => properties).map(({ id, value }: Property) => [id, value]));
}

function text(cell: Cell, properties: ReadonlyMap<string, unknown>): string {
  if (cell === undefined) return `${properties.get('noValue') ?? ''}`;
  if (typeof cell === 'string') return cell;
  const mapping = (properties.get('mappings') as { options: Record<string, { text: string }> }[] | undefined)?.[0];
  const unit = properties.get('unit');
  if (mapping !== undefined) return mapping.options[cell]?.text ?? `no label for ${cell}`;
  if (unit === 'dateTimeAsIso') return new Date(cell).toISOString().slice(0, 19).replace('T', ' ');
  if (unit === 'dtdurations') return span(cell);
  throw new Error(`a number without labels or unit: ${cell}`);
}

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_628_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Formats a duration as Grafana's unit does with one decimal: the largest unit and the one below it. */
function span(seconds: number): string {
  if (seconds < 0) return `${span(-seconds)} ago`;
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const [unit, size] = UNITS[first] ?? ['second', 1];
  const count = Math.floor(seconds / size);
  const words = [`${count} ${unit}${count === 1 ? '' : 's'}`];
  const [below, part] = UNITS[first + 1] ?? ['', Number.POSITIVE_INFINITY];
  const rest = Math.floor((seconds % size) / part);
  if (rest > 0) words.push(`${rest} ${below}${rest === 1 ? '' : 's'}`);
  return words.join(', ');
}

/** Returns the colour of a value by its thresholds. */
export function colorOf(steps: readonly Step[], value: number): string | undefined {
  return steps.findLast((step) => step.value === null || value >= step.value)?.color;
}

/** Renders the table as aligned text. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((line) => line.map((cell) => cell.replaceAll('\n', '\\n')));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
  return lines
    .map((line) => line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
