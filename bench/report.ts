/** What a measure found, for people, for programs, and against what was to be reached. */
export interface Findings {
  readonly tables: readonly Table[];
  /** The same as numbers, for the JSON file. */
  readonly figures: unknown;
  readonly goals: readonly Goal[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

export interface Goal {
  readonly measure: string;
  readonly bound: 'at most' | 'at least';
  readonly goal: number;
  readonly unit: string;
  readonly reached: number;
}

/** As Markdown, with columns that are in line on a terminal as well. */
export function printTable({ title, columns, rows, notes = [] }: Table): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const print = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`## ${title}`, '', print(columns), rule, ...rows.map(print), ...notes.flatMap((note) => ['', note]), ''].join(
    '\n',
  );
}

export function goalsTable(goals: readonly Goal[]): Table {
  return {
    title: 'Against the goals',
    columns: ['measure', 'goal', 'reached', ''],
    rows: goals.map(({ measure, bound, goal, unit, reached }) => [
      measure,
      `${bound} ${goal}${unit}`,
      Number.isNaN(reached) ? 'not measured here' : `${significant(reached)}${unit}`,
      Number.isNaN(reached) ? '' : (bound === 'at most' ? reached <= goal : reached >= goal) ? 'met' : 'MISSED',
    ]),
  };
}

/** Three digits tell all that such figures know. */
export function significant(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

export function ratio(value: number): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(2)} ×`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
