import { displayWidth, truncateToColumns } from '../runtime/terminal.ts';

/** Maximum width of a line in columns. Bug reports show longer ones with a scroll bar. */
export const MAX_COLUMNS = 100;

const GAP = '  ';

/**
 * Breaks a text into lines at its spaces. A part that is longer than a line is cut.
 *
 * @param first the beginning of the first line; the others are indented by its width
 */
export function wrap(text: string, first = ''): string[] {
  const indent = ' '.repeat(displayWidth(first));
  const width = MAX_COLUMNS - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/ +/)) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(part) > width) {
      lines.push(line);
      line = '';
    }
    line = truncateToColumns(line === '' ? part : `${line} ${part}`, width);
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? first : indent) + content);
}

export interface Column {
  readonly title: string;
  /** Whether to align the column to the right, as for numbers. */
  readonly alignRight?: boolean;
}

/** Maximum width of a cell, so that several columns fit into a line. */
const MAX_CELL = 60;

/** Formats an indented table below a line of titles. Cells that do not fit are cut. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, column) =>
    Math.min(
      MAX_CELL,
      lines.reduce((most, cells) => Math.max(most, displayWidth(cells[column] ?? '')), 0),
    ),
  );
  return lines.map((cells) => {
    const padded = columns.map(({ alignRight }, column) => {
      const width = widths[column] ?? 0;
      const cell = truncateToColumns(cells[column] ?? '', width);
      const padding = ' '.repeat(Math.max(width - displayWidth(cell), 0));
      return alignRight ? padding + cell : cell + padding;
    });
    return truncateToColumns(GAP + padded.join(GAP).trimEnd(), MAX_COLUMNS);
  });
}

/** Formats pairs of a label and a text, with the texts aligned. */
export function formatPairs(pairs: readonly (readonly [label: string, text: string])[]): string[] {
  const width = pairs.reduce((most, [label]) => Math.max(most, label.length), 0);
  return pairs.flatMap(([label, text]) => wrap(text, `${GAP}${label.padEnd(width)}${GAP}`));
}
