import { formatCount, formatDuration } from '../health/formats.ts';
import { type EvaluatedToken, needsAttention, type Severity, STATE_SEVERITY } from '../health/token-health.ts';
import { formatInstant, type Instant } from '../model/instant.ts';
import type { TokenState } from '../model/state.ts';
import { hasUnknownStatus } from '../model/token.ts';
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

/** The states to dim, because the tokens are probably no longer in use. */
const DIMMED_STATES: ReadonlySet<TokenState> = new Set(['abandoned', 'replaced', 'revoked']);

const COLUMNS: readonly TableColumn[] = [
  { title: 'STATE' },
  { title: 'LEFT', alignRight: true },
  { title: 'EXPIRES' },
  { title: 'ACCOUNT', isShrinkable: true },
  { title: 'NAME', isShrinkable: true },
  { title: 'ROLE', isShrinkable: true },
  { title: 'STATUS', isShrinkable: true },
];

const STATUS_COLUMN = COLUMNS.findIndex(({ title }) => title === 'STATUS');

/**
 * Maximum columns of a cell if no terminal limits the width of the table. Every row is padded to the widest one, so a
 * single very long name would make the whole output very large.
 */
const MAX_CELL_COLUMNS = 256;

/** Maximum columns of a finding, which may name several tokens. */
const MAX_FINDING_COLUMNS = 1024;

/** The properties of the output device, and what to print. */
export interface TextOptions {
  /** Whether the table contains only the tokens that need attention. False by default. */
  readonly onlyProblems?: boolean;
  /** Width of the terminal; undefined for a pipe or a file. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

/** Formats the result for humans. The first line follows the convention of monitoring plugins. */
export function formatText(result: CheckResult, { columns, paint, onlyProblems = false }: TextOptions): string {
  const { severity, findings, tokens, at } = result;
  const label = (level: Severity): string => paint(level.toUpperCase(), SEVERITY_COLOR[level]);
  // Performance data is only for monitoring systems, which read a pipe.
  const data = columns === undefined ? ` | ${formatPerformanceData(result)}` : '';
  const lines = [`POINTONE ${label(severity)} - ${formatSummary(result)}${data}`];
  if (findings.length > 0) {
    lines.push('');
    for (const { severity: level, account, text } of findings) {
      const padding = ' '.repeat('CRITICAL'.length - level.length);
      lines.push(
        `${label(level)}${padding}  ${truncateToColumns(escapeInvisible(account === undefined ? text : `${account}: ${text}`), MAX_FINDING_COLUMNS)}`,
      );
    }
  }
  const shown = onlyProblems ? tokens.filter(needsAttention) : tokens;
  if (shown.length > 0) lines.push('', ...tokenTable(shown, at, columns ?? Number.POSITIVE_INFINITY, paint));
  const hidden = tokens.length - shown.length;
  if (hidden > 0)
    lines.push('', `${formatCount(hidden, shown.length > 0 ? 'other token' : 'token')} not shown: no problem`);
  return `${lines.join('\n')}\n`;
}

function tokenTable(tokens: readonly EvaluatedToken[], at: Instant, maxWidth: number, paint: Paint): string[] {
  const rows = tokens.map((evaluated) =>
    tokenCells(evaluated, at).map((cell) =>
      cell === '' ? '-' : truncateToColumns(escapeInvisible(cell), MAX_CELL_COLUMNS),
    ),
  );
  return formatTable(COLUMNS, rows, maxWidth, (text, row, column) => {
    const evaluated = tokens[row];
    if (evaluated === undefined) return paint(text, 'bold');
    if (DIMMED_STATES.has(evaluated.state)) return paint(text, 'dim');
    if (column === STATUS_COLUMN && hasUnknownStatus(evaluated.token)) return paint(text, SEVERITY_COLOR.warning);
    return column === 0 ? paint(text, SEVERITY_COLOR[STATE_SEVERITY[evaluated.state]]) : text;
  });
}

function tokenCells({ account, token, state }: EvaluatedToken, at: Instant): string[] {
  const { expiresAt } = token;
  const left = expiresAt === undefined ? '' : `${expiresAt < at ? '-' : ''}${formatDuration(Math.abs(expiresAt - at))}`;
  // The date in UTC is enough: the time left shows the hours.
  const expires = expiresAt === undefined ? 'unknown' : formatInstant(expiresAt).slice(0, 10);
  const status = hasUnknownStatus(token) ? `${token.status} (unknown)` : token.status;
  return [state, left, expires, account, token.name, token.role, status];
}

export interface TableColumn {
  readonly title: string;
  /** Whether to align the column to the right, as for numbers. */
  readonly alignRight?: boolean;
  /** Whether the column may be cut to fit the terminal. */
  readonly isShrinkable?: boolean;
}

/** Columns are never cut below this width, because a shorter part of a name does not identify anything. */
const MIN_COLUMN_WIDTH = 8;

const GAP = '  ';

/**
 * Formats rows as lines, below a line of titles.
 *
 * @param maxWidth maximum width of a line; Infinity to cut nothing
 * @param paint styles a cell without its padding; the titles are row -1
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  maxWidth: number,
  paint: (text: string, row: number, column: number) => string,
): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(
    columns,
    titles.map((title, column) =>
      rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), title.length),
    ),
    maxWidth,
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

/** Shrinks the widest shrinkable column first, so that short ones remain complete. */
function fitWidths(columns: readonly TableColumn[], contentWidths: readonly number[], maxWidth: number): number[] {
  const widths = [...contentWidths];
  let excess = contentWidths.reduce((sum, width) => sum + width, GAP.length * (contentWidths.length - 1)) - maxWidth;
  while (excess > 0) {
    const shrinkable = widths.map((width, column) => (columns[column]?.isShrinkable ? width : 0));
    const widest = Math.max(...shrinkable);
    if (widest <= MIN_COLUMN_WIDTH) break;
    widths[shrinkable.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
