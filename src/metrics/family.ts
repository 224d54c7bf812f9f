import type { Instant } from '../model/instant.ts';

/**
 * Prints one sample of the family being written; the labels' values come in the order of `Family.labels`. They are two at
 * most: a list of any length would be made and thrown away for each of many thousand samples.
 */
export type Emit = (value: number, first?: string, second?: string) => void;

/** A metric family as data: this description is what is printed, documented and tested. */
export interface Family<Subject> {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
  /** The unit the name ends in, as OpenMetrics wants it said. */
  readonly unit?: 'seconds';
  readonly help: string;
  /** The labels' names beyond those that name the subject itself. */
  readonly labels: readonly [] | readonly [string] | readonly [string, string];
  /** Emits the subject's samples as of an instant; none emitted is a series absent. */
  collect(subject: Subject, at: Instant, emit: Emit): void;
}

/** A subject with the labels that name it, rendered once for all its samples: `account="a",name="b"`. */
export interface Row<Subject> {
  readonly subject: Subject;
  readonly labels: string;
  /** Appended to the family's name, for the parts of a histogram or summary. */
  readonly suffix?: string;
}

/** `name="value"` pairs separated by commas, values escaped by the rules both formats share. */
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

/** A family with what all its samples share, as the bytes they are written by. */
export interface EncodedFamily<Subject> {
  readonly family: Family<Subject>;
  readonly name: Uint8Array;
  /** The lines before its first sample, in the text format and in OpenMetrics. */
  readonly header: string;
  readonly openMetricsHeader: string;
  /** What stands before the value of its first label, from the comma after the row's own. */
  readonly firstLabelPrefix: Uint8Array;
  /** What stands between that value and the second one. */
  readonly secondLabelPrefix: Uint8Array;
}

/** To be done once for families that are written again and again. */
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
  // OpenMetrics names a counter's family without the suffix that its samples carry.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# HELP ${family} ${escapeHelp(help).replaceAll('"', '\\"')}\n# TYPE ${family} ${type}\n${unitLine}`;
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
