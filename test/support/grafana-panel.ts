/** Displays panels of the dashboard as Grafana does, from results of Prometheus. */
import type { Panel } from '../unit/grafana/shipped-dashboard.ts';
import { type DisplayValue, type Field, type Frame, grafana } from './grafana.ts';
import { replaceVariables } from './grafana-links.ts';

type Labels = Readonly<Record<string, string>>;

/** The result of an instant query. */
export type Vector = readonly { readonly metric: Labels; readonly value: number }[];

/** The result of a range query, with times in seconds. */
export type Matrix = readonly { readonly metric: Labels; readonly values: readonly (readonly [number, number])[] }[];

export interface Cell {
  readonly text: string;
  /** The colour in hexadecimal; see `colorNamed`. */
  readonly color: string | undefined;
  readonly link: string | undefined;
}

type Value = string | number | undefined;

/** A displayed table: columns from left to right, rows from top to bottom. */
export interface Table {
  readonly columns: readonly string[];
  /** The width of each column in pixels, if it is fixed. */
  readonly widths: readonly (number | undefined)[];
  /** The raw values, by column. */
  readonly rows: readonly Readonly<Record<string, Value>>[];
  /** The displayed cells of each row. */
  readonly cells: readonly (readonly Cell[])[];
}

/** Returns the colour of a name as the panels display it. */
export function colorNamed(name: string): string {
  return grafana().theme.visualization.getColorByName(name).toLowerCase();
}

/** @param results the results of the panel's queries, all at the same time */
export async function displayTable(panel: Panel, results: readonly Vector[]): Promise<Table> {
  const { data } = grafana();
  const frames = results.map((vector, index) => tableFrame(vector, panel.targets?.[index]?.refId ?? ''));
  const transformed = await new Promise<Frame[]>((next, error) =>
    data.transformDataFrame(panel.transformations ?? [], frames).subscribe({ next, error }),
  );
  const displayed = withOverrides(panel, transformed);
  const frame = displayed[0];
  if (frame === undefined || displayed.length > 1) throw new Error(`${displayed.length} tables instead of one`);
  const columns = frame.fields.map((field) => data.getFieldDisplayName(field, frame, displayed));
  const order = rowOrder(panel, columns, frame);
  return {
    columns,
    widths: frame.fields.map(({ config }) => config.custom?.width),
    rows: order.map((row) =>
      Object.fromEntries(
        columns.map((name, index) => [name, (frame.fields[index]?.values[row] ?? undefined) as Value]),
      ),
    ),
    cells: order.map((row) => frame.fields.map((field) => cellOf(field, row))),
  };
}

/** Returns what a stat panel or a bar gauge displays: one value for each series, or one text without data. */
export function displayValues(panel: Panel, result: Vector): readonly Cell[] {
  const { data, theme } = grafana();
  const frames = withOverrides(
    panel,
    result.map(({ metric, value }) => seriesFrame(panel, metric, 0, [[0, value]])),
  );
  const values = data.getFieldDisplayValues({
    fieldConfig: fieldConfigOf(panel),
    reduceOptions: panel.options?.reduceOptions,
    replaceVariables: (text: string) => text,
    data: frames,
    theme,
    timeZone: 'utc',
  });
  return values.map(({ display }) => ({ text: textOf(display), color: display.color?.toLowerCase(), link: undefined }));
}

export interface Series {
  readonly name: string;
  readonly inLegend: boolean;
  /** The last value as the legend displays it. */
  readonly last: string;
}

/** Returns the series of a time series panel. @param results the results of the panel's queries */
export function displaySeries(panel: Panel, results: readonly Matrix[]): readonly Series[] {
  const { data } = grafana();
  const frames = withOverrides(
    panel,
    results.flatMap((matrix, query) => matrix.map(({ metric, values }) => seriesFrame(panel, metric, query, values))),
  );
  return frames.flatMap((frame) =>
    frame.fields
      .filter(({ type }) => type === data.FieldType.number)
      .map((field) => ({
        name: data.getFieldDisplayName(field, frame, frames),
        inLegend: field.config.custom?.hideFrom?.legend !== true,
        last: textOf(field.display(data.reduceField({ field, reducers: ['lastNotNull'] })['lastNotNull'])),
      })),
  );
}

/**
 * Returns the frame of a query in the format "table", as Grafana's documentation describes it: a column for the time,
 * for each label and for the value. A label that a series lacks is an empty string.
 */
function tableFrame(vector: Vector, refId: string): Frame {
  const { data } = grafana();
  const labels = [...new Set(vector.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return data.createDataFrame({
    refId,
    fields: [
      { name: 'Time', type: data.FieldType.time, values: vector.map(() => 0) },
      ...labels.map((name) => ({
        name,
        type: data.FieldType.string,
        values: vector.map(({ metric }) => metric[name] ?? ''),
      })),
      { name: `Value #${refId}`, type: data.FieldType.number, values: vector.map(({ value }) => value) },
    ],
  });
}

/** Returns the frame of one series in the format "time series". */
function seriesFrame(
  panel: Panel,
  metric: Labels,
  query: number,
  values: readonly (readonly [number, number])[],
): Frame {
  const { data } = grafana();
  const { refId = '', legendFormat = '' } = panel.targets?.[query] ?? {};
  const displayNameFromDS = legendFormat.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  return data.createDataFrame({
    refId,
    fields: [
      { name: 'Time', type: data.FieldType.time, values: values.map(([seconds]) => seconds * 1000) },
      {
        name: 'Value',
        type: data.FieldType.number,
        labels: metric,
        config: { displayNameFromDS },
        values: values.map(([, value]) => value),
      },
    ],
  });
}

function withOverrides(panel: Panel, frames: readonly Frame[]): Frame[] {
  const { data, theme, fieldConfigRegistry } = grafana();
  const fieldConfig = fieldConfigOf(panel);
  return data.applyFieldOverrides({
    fieldConfig,
    fieldConfigRegistry,
    data: frames,
    theme,
    timeZone: 'utc',
    replaceVariables,
  });
}

/** Returns the options of the panel's fields. In JSON, the lowest threshold is null; Grafana reads it as -Infinity. */
function fieldConfigOf({ fieldConfig }: Panel): unknown {
  const { defaults, overrides = [] } = structuredClone(fieldConfig) ?? { defaults: {} };
  const steps = defaults.thresholds?.steps.map((step) => ({ ...step, value: step.value ?? Number.NEGATIVE_INFINITY }));
  return { overrides, defaults: { ...defaults, thresholds: { ...defaults.thresholds, steps } } };
}

function textOf(value: DisplayValue): string {
  return grafana().data.formattedValueToString(value);
}

function cellOf(field: Field, row: number): Cell {
  const value = field.display(field.values[row]);
  const link = field.getLinks({ valueRowIndex: row })[0]?.href;
  return { text: textOf(value), color: value.color?.toLowerCase(), link };
}

/** Returns the order of the rows. @grafana/ui, which sorts tables, takes a missing number for the smallest. */
function rowOrder(panel: Panel, columns: readonly string[], frame: Frame): number[] {
  const sortBy = panel.options?.sortBy ?? [];
  const number = (column: string, row: number): number =>
    Number(frame.fields[columns.indexOf(column)]?.values[row] ?? Number.NEGATIVE_INFINITY);
  const compare = (a: number, b: number): number => {
    for (const { displayName, desc = false } of sortBy) {
      const [left, right] = [number(displayName, a), number(displayName, b)];
      if (left !== right) return left < right === desc ? 1 : -1;
    }
    return 0;
  };
  return Array.from({ length: frame.length }, (_, row) => row).sort(compare);
}
