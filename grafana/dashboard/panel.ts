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

/** What every panel has to say of itself. */
export interface Frame {
  /** Stays the same for good: links to a panel, and annotations of it, hold it. */
  readonly id: number;
  readonly title: string;
  /** What it shows, and what to do when it is red. Markdown. */
  readonly description: string;
  /** Width, height and place on a grid of 24 columns. */
  readonly at: readonly [x: number, y: number, w: number, h: number];
  readonly unit: string;
  /** What stands there when nothing comes back. */
  readonly noData: string;
  /** The alerts whose runbooks the panel links to. */
  readonly alerts: readonly string[];
}

/** The part of the SDK's panel builders that they all share. */
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

/** Gives a panel its frame and its queries. */
export function framed<Panel extends AnyPanelBuilder>(
  panel: Panel,
  frame: Frame,
  ...queries: DataqueryBuilder[]
): Panel {
  const [x, y, w, h] = frame.at;
  return panel
    .id(frame.id)
    .title(frame.title)
    .description(frame.description)
    .datasource(DATA_SOURCE)
    .gridPos({ x, y, w, h })
    .unit(frame.unit)
    .noValue(frame.noData)
    .links(frame.alerts.map((alert) => link(`Runbook: ${alert}`, runbook(alert))))
    .targets(queries);
}

/** A link that opens beside the dashboard. */
export function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).icon('doc').url(url).targetBlank(true);
}

/** The last value of each series, and of all of them. */
export function lastValues(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
}

/** A column of a table: the field it is made of, and how it is shown. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly properties?: readonly DynamicConfigValue[];
}

/** The part of the SDK's table builder that columns need. */
interface AnyTableBuilder {
  transformations(steps: DataTransformerConfig[]): this;
  overrideByName(title: string, properties: DynamicConfigValue[]): this;
}

/**
 * Makes one table of several queries: rows that agree in their labels become one, columns get order, names and looks.
 *
 * @param hidden fields that are no columns
 */
export function oneTable<Table extends AnyTableBuilder>(
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
