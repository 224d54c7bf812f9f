import { cutToColumns, displayWidth } from '../runtime/display-width.ts';

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
