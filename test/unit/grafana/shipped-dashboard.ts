/** The shipped dashboard, parsed from its JSON without the types of the SDK. */
import { readFileSync } from 'node:fs';

export interface Step {
  readonly value: number | null;
  readonly color: string;
}

interface Query {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly instant?: boolean;
  readonly format: string;
  readonly legendFormat?: string;
  readonly interval?: string;
}

interface Property {
  readonly id: string;
  readonly value: unknown;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly collapsed?: boolean;
  readonly datasource?: Query['datasource'];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Query[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  readonly panels?: readonly Panel[];
  readonly transformations?: readonly { readonly id: string; readonly options: Record<string, never> }[];
  readonly options?: {
    readonly reduceOptions?: { readonly calcs: readonly string[] };
    readonly legend?: { readonly calcs: readonly string[] };
    readonly sortBy?: readonly { readonly displayName: string; readonly desc?: boolean }[];
  };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly min?: number;
      readonly max?: number;
      readonly mappings?: readonly unknown[];
      readonly thresholds?: { steps: Step[] };
      readonly custom?: {
        readonly stacking?: { readonly mode: string; readonly group?: string };
        readonly barAlignment?: number;
      };
    };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly Property[];
    }[];
  };
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly multi: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly definition?: string;
  readonly query: string | { readonly query: string };
}

export interface Shipped {
  readonly id?: number;
  readonly uid: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: {
    readonly list: readonly {
      readonly name: string;
      readonly expr: string;
      readonly target: { readonly expr: string };
    }[];
  };
}

export const SHIPPED_TEXT = readFileSync(
  new URL('../../../grafana/dashboards/pointone-tokens.json', import.meta.url),
  'utf8',
);
export const SHIPPED: Shipped = JSON.parse(SHIPPED_TEXT);

/** All rows and panels. The panels of a collapsed row follow the row. */
export const ROWS_AND_PANELS: readonly Panel[] = SHIPPED.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
export const PANELS: readonly Panel[] = ROWS_AND_PANELS.filter(({ type }) => type !== 'row');

export function panelTitled(title: string): Panel {
  const found = PANELS.filter((panel) => panel.title === title);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} panels have the title ${title}`);
  return found[0];
}

/** Each expression of the dashboard, with its panel and query. */
export const EXPRESSIONS: readonly (readonly [place: string, expression: string])[] = [
  ...PANELS.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => [`${title}, ${refId}`, expr] as const),
  ),
  ...SHIPPED.annotations.list.map(({ name, expr }) => [name, expr] as const),
];
