/**
 * Loads Grafana's own package, @grafana/data. It is not a dependency of the project but installed apart, in
 * test/grafana/: it brings 210 packages of 177 MB, which only the tests of the dashboard use.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const FOLDER = new URL('../grafana/', import.meta.url);

/** Reports whether @grafana/data is installed. */
export function grafanaIsInstalled(): boolean {
  return existsSync(new URL('node_modules/@grafana/data/package.json', FOLDER));
}

/** The part of @grafana/data that the tests use. Its own types are there only if it is installed. */
interface GrafanaData {
  createTheme(): Theme;
  standardTransformers: Readonly<Record<string, { readonly id: string }>>;
  standardTransformersRegistry: { setInit(list: () => unknown[]): void };
  FieldConfigOptionsRegistry: new (list: () => unknown[]) => unknown;
  FieldType: Readonly<Record<'time' | 'string' | 'number', string>>;
  createDataFrame(frame: unknown): Frame;
  transformDataFrame(
    steps: unknown,
    frames: readonly Frame[],
  ): { subscribe(observer: { next(frames: Frame[]): void; error(error: unknown): void }): unknown };
  applyFieldOverrides(options: unknown): Frame[];
  getFieldDisplayName(field: Field, frame: Frame, frames: readonly Frame[]): string;
  getFieldDisplayValues(options: unknown): { readonly display: DisplayValue }[];
  formattedValueToString(value: DisplayValue): string;
  reduceField(options: { field: Field; reducers: readonly string[] }): Record<string, unknown>;
  escapeRegex(value: string): string;
}

interface Theme {
  readonly visualization: { getColorByName(name: string): string };
}

export interface DisplayValue {
  readonly text: string;
  readonly color?: string;
  readonly title?: string;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly config: { readonly custom?: { readonly hideFrom?: { readonly legend?: boolean }; readonly width?: number } };
  readonly values: readonly unknown[];
  display(value: unknown): DisplayValue;
  getLinks(row: { valueRowIndex: number }): readonly { readonly title: string; readonly href: string }[];
}

export interface Frame {
  readonly length: number;
  readonly fields: readonly Field[];
}

export interface Grafana {
  readonly data: GrafanaData;
  readonly theme: Theme;
  readonly fieldConfigRegistry: unknown;
}

let loaded: Grafana | undefined;

/** Returns the package, loaded once. */
export function grafana(): Grafana {
  loaded ??= load();
  return loaded;
}

/** The transformations of the dashboard. Grafana's application registers all of them. */
const TRANSFORMERS = ['mergeTransformer', 'filterFieldsByNameTransformer', 'organizeFieldsTransformer'];

/** The options of a field that the dashboard sets. Grafana's application registers them with their editors. */
const STANDARD_OPTIONS = ['unit', 'decimals', 'min', 'max', 'noValue', 'mappings', 'thresholds', 'color', 'links'];
const CUSTOM_OPTIONS = ['width', 'minWidth', 'cellOptions', 'hideFrom'];

function load(): Grafana {
  const data = createRequire(new URL('package.json', FOLDER))('@grafana/data') as GrafanaData;
  // Grafana reads the browser's languages when it formats the first value, and settings from `window` when it transforms
  // data. While the package loads, `window` must not exist: its dependencies would expect a document too.
  const languages = { language: 'en-US', languages: ['en-US'] };
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: languages });
  if (!('window' in globalThis)) Object.defineProperty(globalThis, 'window', { value: globalThis });
  data.standardTransformersRegistry.setInit(() =>
    TRANSFORMERS.map((name) => data.standardTransformers[name]).map((transformation) => ({
      id: transformation?.id,
      // A function, because Grafana's application loads each transformation when it is used.
      transformation: () => Promise.resolve(transformation),
    })),
  );
  const option = (path: string, isCustom: boolean) => ({
    id: isCustom ? `custom.${path}` : path,
    path,
    isCustom,
    process: (value: unknown) => value,
    shouldApply: () => true,
  });
  const options = [
    ...STANDARD_OPTIONS.map((path) => option(path, false)),
    ...CUSTOM_OPTIONS.map((path) => option(path, true)),
  ];
  return { data, theme: data.createTheme(), fieldConfigRegistry: new data.FieldConfigOptionsRegistry(() => options) };
}
