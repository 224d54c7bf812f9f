import { shortDuration } from '../health/durations.ts';
import { type Judged, type Severity, STANDING_SEVERITY } from '../health/token-health.ts';
import { formatInstant, type Instant } from '../model/instant.ts';
import type { Standing } from '../model/state.ts';
import { visible } from '../runtime/display-text.ts';
import { type Color, cutToColumns, displayWidth, type Paint } from '../runtime/terminal.ts';
import type { Verdict } from './result.ts';
import { performanceData, summary } from './summary.ts';

const SEVERITY_COLOR: Readonly<Record<Severity, Color>> = {
  ok: 'green',
  warning: 'yellow',
  critical: 'red',
  unknown: 'magenta',
};

/** Those that nobody has to look at. */
const QUIET: ReadonlySet<Standing> = new Set(['abandoned', 'replaced', 'revoked']);

const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'LEFT', alignRight: true },
  { title: 'EXPIRES' },
  { title: 'ACCOUNT', isElastic: true },
  { title: 'NAME', isElastic: true },
  { title: 'ROLE', isElastic: true },
  { title: 'STATUS', isElastic: true },
];

/**
 * Columns of a cell where no terminal gives the table its width. Every row is padded to the widest one: a single endless
 * name would make the whole too long to be printed.
 */
const LONGEST_CELL = 256;

/** Columns of a finding, which may name several tokens. */
const LONGEST_FINDING = 1024;

/** What a text is printed to. */
export interface Screen {
  /** Columns of the terminal; undefined where it is none, but a pipe or a file. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

/** The whole for people; the first line is what a monitoring system wants to have. */
export function textOutput(verdict: Verdict, { columns, paint }: Screen): string {
  const { severity, findings, tokens, at } = verdict;
  const says = (of: Severity): string => paint(of.toUpperCase(), SEVERITY_COLOR[of]);
  // A person at a terminal has no use for performance data.
  const data = columns === undefined ? ` | ${performanceData(verdict)}` : '';
  const lines = [`POINTONE ${says(severity)} - ${summary(verdict)}${data}`];
  if (findings.length > 0) {
    lines.push('');
    for (const { severity: of, account, text } of findings) {
      const padding = ' '.repeat('CRITICAL'.length - of.length);
      lines.push(
        `${says(of)}${padding}  ${cutToColumns(visible(account === undefined ? text : `${account}: ${text}`), LONGEST_FINDING)}`,
      );
    }
  }
  if (tokens.length > 0) lines.push('', ...table(tokens, at, columns ?? Number.POSITIVE_INFINITY, paint));
  return `${lines.join('\n')}\n`;
}

function table(tokens: readonly Judged[], at: Instant, room: number, paint: Paint): string[] {
  const rows = tokens.map((judged) =>
    cells(judged, at).map((cell) => (cell === '' ? '-' : cutToColumns(visible(cell), LONGEST_CELL))),
  );
  return layOut(COLUMNS, rows, room, (text, row, column) => {
    const judged = tokens[row];
    if (judged === undefined) return paint(text, 'bold');
    if (QUIET.has(judged.standing)) return paint(text, 'dim');
    return column === 0 ? paint(text, SEVERITY_COLOR[STANDING_SEVERITY[judged.standing]]) : text;
  });
}

function cells({ account, token, standing }: Judged, at: Instant): string[] {
  const { expiresAt } = token;
  const left = expiresAt === undefined ? '' : `${expiresAt < at ? '-' : ''}${shortDuration(Math.abs(expiresAt - at))}`;
  // The day, in UTC: what is left says it to the hour.
  const expires = expiresAt === undefined ? 'unknown' : formatInstant(expiresAt).slice(0, 10);
  return [standing, left, expires, account, token.name, token.role, token.status];
}

export interface Column {
  readonly title: string;
  /** Numbers are compared by their last digit. */
  readonly alignRight?: boolean;
  /** May be cut where there is too little room; the others never are. */
  readonly isElastic?: boolean;
}

/** Narrower than this, no column is cut: what is left would name nothing. */
const LEAST_WIDTH = 8;

const GAP = '  ';

/**
 * Rows under their titles, each a line.
 *
 * @param room columns that a line may take; infinite where nothing is to be cut
 * @param paint what becomes of a cell, its padding aside
 */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
  paint: (text: string, row: number, column: number) => string,
): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = fitted(
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
        const text = cutToColumns(cell, width);
        const padding = ' '.repeat(width - displayWidth(text));
        const painted = paint(text, row, column);
        if (columns[column]?.alignRight) return padding + painted;
        return column === columns.length - 1 ? painted : painted + padding;
      })
      .join(GAP);
  return [titles, ...rows].map((cells, index) => line(cells, index - 1));
}

/** Takes from the widest elastic column first, so that short ones stay whole. */
function fitted(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = natural.reduce((sum, width) => sum + width, GAP.length * (natural.length - 1)) - room;
  while (excess > 0) {
    const elastic = widths.map((width, column) => (columns[column]?.isElastic ? width : 0));
    const widest = Math.max(...elastic);
    if (widest <= LEAST_WIDTH) break;
    widths[elastic.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
