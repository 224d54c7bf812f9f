import type { Instant } from '../tokens/instant.ts';
import { type Emit, escapeLabel, type Family, type Row } from './family.ts';
import type { Format } from './format.ts';

/** Characters gathered before they are handed on: few enough that nothing else waits long for the event loop. */
const CHUNK = 32 * 1024;

/** Families with the rows they speak of, ready to be written. */
export type Group = (at: Instant, format: Format) => Generator<string>;

export function group<Subject>(families: readonly Family<Subject>[], rows: readonly Row<Subject>[]): Group {
  return function* (at, format) {
    for (const family of families) yield* expose(family, rows, at, format);
  };
}

/**
 * The one writer of the exposition: everything the exporter prints for Prometheus passes here. It yields chunks of
 * text as of one instant, so that any number of tokens can be streamed.
 */
export function* exposition(groups: readonly Group[], at: Instant, format: Format): Generator<string> {
  let text = '';
  for (const write of groups) {
    for (const part of write(at, format)) {
      text += part;
      if (text.length < CHUNK) continue;
      yield text;
      text = '';
    }
  }
  if (format.openMetrics) text += '# EOF\n';
  if (text !== '') yield text;
}

function* expose<Subject>(
  family: Family<Subject>,
  rows: readonly Row<Subject>[],
  at: Instant,
  format: Format,
): Generator<string> {
  const header = describe(family, format);
  const [first = '', ...others] = family.labels;
  let text = header;
  let row = rows[0];
  const emit: Emit = (value, ...values) => {
    let labels = row?.labels ?? '';
    if (first !== '') labels += `${labels === '' ? '' : ','}${first}="${escapeLabel(values[0] ?? '')}"`;
    others.forEach((name, index) => {
      labels += `,${name}="${escapeLabel(values[index + 1] ?? '')}"`;
    });
    text += `${family.name}${row?.suffix ?? ''}${labels === '' ? '' : `{${labels}}`} ${formatValue(value)}\n`;
  };
  for (row of rows) {
    family.each(row.subject, at, emit);
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  // A family that has nothing to say is not announced either.
  if (text !== header) yield text;
}

function describe({ name, type, unit, help }: Family<never>, { openMetrics }: Format): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  if (!openMetrics) return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n`;
  // OpenMetrics names a counter's family without the suffix that its samples carry.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# HELP ${family} ${escaped.replaceAll('"', '\\"')}\n# TYPE ${family} ${type}\n${unitLine}`;
}

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
