import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type DataTransformerConfig,
  type DynamicConfigValue,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { runbook } from './links.ts';
import { DATA_SOURCE } from './queries.ts';
import { emptyLabel } from './thresholds.ts';

/** The properties that every panel must have. */
export interface PanelConfig {
  /** Must never change: links to a panel and annotations refer to it. */
  readonly id: number;
  readonly title: string;
  /** What the panel shows, and what to do if it is red. Markdown. */
  readonly description: string;
  /** Position and size on a grid of 24 columns. */
  readonly position: readonly [x: number, y: number, w: number, h: number];
  readonly unit: string;
  /** The text to show if the query returns nothing. */
  readonly noData: string;
  /** The alerts whose runbooks the panel links to. */
  readonly alerts: readonly string[];
}

/** The methods that all panel builders of the SDK share. */
interface AnyPanelBuilder {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: typeof DATA_SOURCE): this;
  gridPos(at: { x: number; y: number; w: number; h: number }): this;
  unit(unit: string): this;
  noValue(text: string): this;
  links(links: DashboardLinkBuilder[]): this;
  targets(targets: { build(): Dataquery }[]): this;
}

/** Sets the common properties and the queries of a panel. */
export function configurePanel<Panel extends AnyPanelBuilder>(
  panel: Panel,
  config: PanelConfig,
  ...queries: DataqueryBuilder[]
): Panel {
  const [x, y, w, h] = config.position;
  return panel
    .id(config.id)
    .title(config.title)
    .description(config.description)
    .datasource(DATA_SOURCE)
    .gridPos({ x, y, w, h })
    .unit(config.unit)
    .noValue(config.noData)
    .links(config.alerts.map((alert) => link(`Runbook: ${alert}`, runbook(alert))))
    .targets(queries);
}

/** Returns a link that opens in a new tab. */
export function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).icon('doc').url(url).targetBlank(true);
}

/** The methods that the builders of stat panels and bar gauges share. */
interface ValuePanelBuilder {
  mappings(mappings: ValueMapping[]): this;
  reduceOptions(options: ReduceDataOptionsBuilder): this;
}

/**
 * Shows the last value of each series. Without data, shows the text in its own colour: `noValue` alone has the colour of
 * the lowest threshold, which is green in most panels.
 */
export function showLastValues<Panel extends ValuePanelBuilder>(panel: Panel, noData: string, color: string): Panel {
  return panel
    .mappings([emptyLabel(noData, color)])
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false));
}

/** A column of a table: its field, title and display properties. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly properties?: readonly DynamicConfigValue[];
}

/**
 * The last columns of each table, which exist if the targets have these labels. They keep accounts and tokens of the same
 * name apart.
 */
export const ENVIRONMENT_COLUMNS: readonly Column[] = [
  { field: 'namespace', title: 'Namespace' },
  { field: 'cluster', title: 'Cluster' },
];

/** The methods of the SDK's table builder that columns need. */
interface AnyTableBuilder {
  transformations(steps: DataTransformerConfig[]): this;
  overrideByName(title: string, properties: DynamicConfigValue[]): this;
  overrideByFieldType(type: string, properties: DynamicConfigValue[]): this;
}

/**
 * Merges several queries into one table. Rows with equal labels become one row. The table has the given columns only, in
 * their order, with their titles and display properties. A column without its label is omitted.
 */
export function mergeIntoTable<Table extends AnyTableBuilder>(table: Table, columns: readonly Column[]): Table {
  table.transformations([
    { id: 'merge', options: {} },
    // Any other label of a target or an alert would become a column.
    { id: 'filterFieldsByName', options: { include: { names: columns.map(({ field }) => field) } } },
    {
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
      },
    },
  ]);
  // Otherwise, an empty cell shows the text for a table without rows.
  table.overrideByFieldType('string', [{ id: 'noValue', value: '–' }]);
  for (const { title, properties = [] } of columns) {
    if (properties.length > 0) table.overrideByName(title, [...properties]);
  }
  return table;
}
