import type { Family } from './family.ts';

/** A family with what all its samples share, as the bytes they are written by. */
export interface EncodedFamily<Subject> {
  readonly family: Family<Subject>;
  readonly name: Uint8Array;
  /** The lines before its first sample, in the text format and in OpenMetrics. */
  readonly header: string;
  readonly openMetricsHeader: string;
  /** What stands before the value of its first label, from the comma after the row's own. */
  readonly beforeFirst: Uint8Array;
  /** What stands between that value and the second one. */
  readonly beforeSecond: Uint8Array;
}

/** To be done once for families that are written again and again. */
export function encoded<Subject>(families: readonly Family<Subject>[]): readonly EncodedFamily<Subject>[] {
  return families.map((family) => {
    const [first, second] = family.labels;
    return {
      family,
      name: Buffer.from(family.name),
      header: header(family),
      openMetricsHeader: openMetricsHeader(family),
      beforeFirst: Buffer.from(`,${first}="`),
      beforeSecond: Buffer.from(`",${second}="`),
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
