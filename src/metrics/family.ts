import type { Instant } from '../model/instant.ts';

/** One of the two exposition formats. */
export interface Format {
  readonly contentType: string;
  readonly openMetrics: boolean;
}

/** The text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const TEXT: Format = { contentType: 'text/plain; version=0.0.4; charset=utf-8', openMetrics: false };

/** OpenMetrics: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md */
export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  openMetrics: true,
};

/**
 * Writes one sample of the current family. The label values are in the order of `Family.labels`. There are at most two:
 * an array of label values would be allocated for each of thousands of samples.
 */
export type Emit = (value: number, first?: string, second?: string) => void;

/** Describes a metric family as data. The exposition, the documentation and the tests use this description. */
export interface Family<Subject> {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
  /** The unit for OpenMetrics, which is also the suffix of the name. */
  readonly unit?: 'seconds';
  readonly help: string;
  /** The names of the labels in addition to those that identify the subject. */
  readonly labels: readonly [] | readonly [string] | readonly [string, string];
  /** Emits the samples of a subject at an instant. A subject without samples has no series. */
  collect(subject: Subject, at: Instant, emit: Emit): void;
}

/** A subject with the labels that identify it, formatted once for all its samples: `account="a",name="b"`. */
export interface Row<Subject> {
  readonly subject: Subject;
  readonly labels: string;
  /** Appended to the family's name, for the parts of a histogram or summary. */
  readonly suffix?: string;
}

/** Formats `name="value"` pairs, separated by commas. The escaping rules are the same in both formats. */
export function labelPairs(names: readonly string[], values: readonly string[]): string {
  let pairs = '';
  for (let index = 0; index < names.length; index += 1) {
    pairs += `${index === 0 ? '' : ','}${names[index]}="${escapeLabel(values[index] ?? '')}"`;
  }
  return pairs;
}

const SPECIAL = /[\\"\n]/;

export function escapeLabel(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** A family with the encoded parts that all its samples share. */
export interface EncodedFamily<Subject> {
  readonly family: Family<Subject>;
  readonly name: Uint8Array;
  /** The lines before the first sample, in the text format and in OpenMetrics. */
  readonly header: string;
  readonly openMetricsHeader: string;
  /** The bytes before the value of the first label, starting with the comma after the row's labels. */
  readonly firstLabelPrefix: Uint8Array;
  /** The bytes between the value of the first label and that of the second. */
  readonly secondLabelPrefix: Uint8Array;
}

/** Encodes the constant parts of families. Do this once for families that every scrape writes. */
export function encodeFamilies<Subject>(families: readonly Family<Subject>[]): readonly EncodedFamily<Subject>[] {
  return families.map((family) => {
    const [first, second] = family.labels;
    return {
      family,
      name: Buffer.from(family.name),
      header: header(family),
      openMetricsHeader: openMetricsHeader(family),
      firstLabelPrefix: Buffer.from(`,${first}="`),
      secondLabelPrefix: Buffer.from(`",${second}="`),
    };
  });
}

function header({ name, type, help }: Family<never>): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

function openMetricsHeader({ name, type, unit, help }: Family<never>): string {
  // In OpenMetrics, the name of a counter family lacks the suffix `_total` of its samples.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# HELP ${family} ${escapeHelp(help).replaceAll('"', '\\"')}\n# TYPE ${family} ${type}\n${unitLine}`;
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
