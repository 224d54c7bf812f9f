import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type DataTransformerConfig,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { runbook } from './links.ts';
import { DATA_SOURCE } from './queries.ts';

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

/** Reduces each series to its last value. */
export function lastValues(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
}

/** A column of a table: its field, title and display properties. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly properties?: readonly DynamicConfigValue[];
}

/** The methods of the SDK's table builder that columns need. */
interface AnyTableBuilder {
  transformations(steps: DataTransformerConfig[]): this;
  overrideByName(title: string, properties: DynamicConfigValue[]): this;
}

/**
 * Merges several queries into one table. Rows with equal labels become one row. Columns get their order, titles and
 * display properties.
 *
 * @param hidden fields that are not shown as columns
 */
export function mergeIntoTable<Table extends AnyTableBuilder>(
  table: Table,
  columns: readonly Column[],
  hidden: readonly string[],
): Table {
  table.transformations([
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((field) => [field, true])),
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
      },
    },
  ]);
  for (const { title, properties = [] } of columns) {
    if (properties.length > 0) table.overrideByName(title, [...properties]);
  }
  return table;
}
