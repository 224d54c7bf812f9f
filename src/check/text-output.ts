import { formatDuration } from '../health/durations.ts';
import { type EvaluatedToken, type Severity, STATE_SEVERITY } from '../health/token-health.ts';
import { formatInstant, type Instant } from '../model/instant.ts';
import type { TokenState } from '../model/state.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import { type Color, displayWidth, type Paint, truncateToColumns } from '../runtime/terminal.ts';
import type { CheckResult } from './result.ts';
import { formatPerformanceData, formatSummary } from './summary.ts';

const SEVERITY_COLOR: Readonly<Record<Severity, Color>> = {
  ok: 'green',
  warning: 'yellow',
  critical: 'red',
  unknown: 'magenta',
};

/** Those that nobody has to look at. */
const DIMMED_STATES: ReadonlySet<TokenState> = new Set(['abandoned', 'replaced', 'revoked']);

const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'LEFT', alignRight: true },
  { title: 'EXPIRES' },
  { title: 'ACCOUNT', isShrinkable: true },
  { title: 'NAME', isShrinkable: true },
  { title: 'ROLE', isShrinkable: true },
  { title: 'STATUS', isShrinkable: true },
];

/**
 * Columns of a cell where no terminal gives the table its width. Every row is padded to the widest one: a single endless
 * name would make the whole too long to be printed.
 */
const MAX_CELL_COLUMNS = 256;

/** Columns of a finding, which may name several tokens. */
const MAX_FINDING_COLUMNS = 1024;

/** What a text is printed to. */
export interface TextOptions {
  /** Columns of the terminal; undefined where it is none, but a pipe or a file. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

/** The whole for people; the first line is what a monitoring system wants to have. */
export function formatText(result: CheckResult, { columns, paint }: TextOptions): string {
  const { severity, findings, tokens, at } = result;
  const label = (of: Severity): string => paint(of.toUpperCase(), SEVERITY_COLOR[of]);
  // A person at a terminal has no use for performance data.
  const data = columns === undefined ? ` | ${formatPerformanceData(result)}` : '';
  const lines = [`POINTONE ${label(severity)} - ${formatSummary(result)}${data}`];
  if (findings.length > 0) {
    lines.push('');
    for (const { severity: of, account, text } of findings) {
      const padding = ' '.repeat('CRITICAL'.length - of.length);
      lines.push(
        `${label(of)}${padding}  ${truncateToColumns(escapeInvisible(account === undefined ? text : `${account}: ${text}`), MAX_FINDING_COLUMNS)}`,
      );
    }
  }
  if (tokens.length > 0) lines.push('', ...tokenTable(tokens, at, columns ?? Number.POSITIVE_INFINITY, paint));
  return `${lines.join('\n')}\n`;
}

function tokenTable(tokens: readonly EvaluatedToken[], at: Instant, room: number, paint: Paint): string[] {
  const rows = tokens.map((evaluated) =>
    tokenCells(evaluated, at).map((cell) =>
      cell === '' ? '-' : truncateToColumns(escapeInvisible(cell), MAX_CELL_COLUMNS),
    ),
  );
  return formatTable(COLUMNS, rows, room, (text, row, column) => {
    const evaluated = tokens[row];
    if (evaluated === undefined) return paint(text, 'bold');
    if (DIMMED_STATES.has(evaluated.state)) return paint(text, 'dim');
    return column === 0 ? paint(text, SEVERITY_COLOR[STATE_SEVERITY[evaluated.state]]) : text;
  });
}

function tokenCells({ account, token, state }: EvaluatedToken, at: Instant): string[] {
  const { expiresAt } = token;
  const left = expiresAt === undefined ? '' : `${expiresAt < at ? '-' : ''}${formatDuration(Math.abs(expiresAt - at))}`;
  // The day, in UTC: what is left says it to the hour.
  const expires = expiresAt === undefined ? 'unknown' : formatInstant(expiresAt).slice(0, 10);
  return [state, left, expires, account, token.name, token.role, token.status];
}

export interface Column {
  readonly title: string;
  /** Numbers are compared by their last digit. */
  readonly alignRight?: boolean;
  /** May be cut where there is too little room; the others never are. */
  readonly isShrinkable?: boolean;
}

/** Narrower than this, no column is cut: what is left would name nothing. */
const MIN_COLUMN_WIDTH = 8;

const GAP = '  ';

/**
 * Rows under their titles, each a line.
 *
 * @param room columns that a line may take; infinite where nothing is to be cut
 * @param paint what becomes of a cell, its padding aside
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
  paint: (text: string, row: number, column: number) => string,
): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(
    columns,
    titles.map((title, column) =>
      rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), title.length),
    ),
    room,
  );
  const line = (cells: readonly string[], row: number): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const text = truncateToColumns(cell, width);
        const padding = ' '.repeat(width - displayWidth(text));
        const painted = paint(text, row, column);
        if (columns[column]?.alignRight) return padding + painted;
        return column === columns.length - 1 ? painted : painted + padding;
      })
      .join(GAP);
  return [titles, ...rows].map((cells, index) => line(cells, index - 1));
}

/** Takes from the widest elastic column first, so that short ones stay whole. */
function fitWidths(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = natural.reduce((sum, width) => sum + width, GAP.length * (natural.length - 1)) - room;
  while (excess > 0) {
    const elastic = widths.map((width, column) => (columns[column]?.isShrinkable ? width : 0));
    const widest = Math.max(...elastic);
    if (widest <= MIN_COLUMN_WIDTH) break;
    widths[elastic.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
