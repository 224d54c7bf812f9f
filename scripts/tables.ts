/** Generates the tables in the documentation from the data that the program uses. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Command, SETTINGS, type Setting } from '../src/config/settings.ts';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS } from '../src/metrics/account-families.ts';
import type { Family } from '../src/metrics/family.ts';
import { TOKEN_FAMILIES, TOKEN_LABELS } from '../src/metrics/token-families.ts';

/** The tables. Each replaces the text between `<!-- NAME -->` and `<!-- /NAME -->` in its file. */
export const TABLES = [
  { file: 'docs/settings.md', name: 'settings', text: () => settingsTable(undefined) },
  { file: 'docs/settings.md', name: 'check settings', text: () => settingsTable('check') },
  { file: 'docs/settings.md', name: 'diagnose settings', text: () => settingsTable('diagnose') },
  {
    file: 'docs/metrics.md',
    name: 'account metrics',
    text: () => metricsTable(ACCOUNT_FAMILIES, ACCOUNT_LABELS),
  },
  {
    file: 'docs/metrics.md',
    name: 'token metrics',
    text: () => metricsTable(TOKEN_FAMILIES, TOKEN_LABELS),
  },
  { file: 'docs/alerts.md', name: 'alerts', text: alertsTable },
] as const;

/** Returns the document with an updated table. Throws if it has no markers for the table. */
export function replaceTable(document: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const start = document.indexOf(begin);
  const stop = document.indexOf(end, start);
  if (start < 0 || stop < 0) throw new Error(`no markers for the table ${name}`);
  return document.slice(0, start + begin.length) + table + document.slice(stop);
}

/** @param of the command to which the settings are specific; undefined for the settings of all commands */
function settingsTable(of: Command | undefined): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS)
    .filter(({ command }) => command === of)
    .map(({ flag, variable, default: fallback, parser, help, placeholder }) => [
      `\`--${flag}${placeholder === undefined ? '' : `=${placeholder}`}\``,
      variable === undefined ? '' : `\`${variable}\``,
      fallback === undefined ? 'none' : `\`${fallback}\``,
      `${help} Accepted: ${parser.accepts}.`,
    ]);
  return table(['flag', 'variable', 'default', 'meaning'], rows);
}

function metricsTable<Subject>(families: readonly Family<Subject>[], labels: readonly string[]): string {
  const rows = families.map(({ name, type, labels: more, help }) => [
    `\`${name}\``,
    type,
    [...labels, ...more].map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}

interface AlertRule {
  readonly alert?: string;
  readonly for?: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string };
}

function alertsTable(): string {
  const rules: { groups: { rules: AlertRule[] }[] } = parse(
    readFileSync(new URL('../alerts/rules.yml', import.meta.url), 'utf8'),
  );
  const alerts = rules.groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined);
  const rows = alerts.map(({ alert = '', for: duration = '0s', labels, annotations }) => [
    `[\`${alert}\`](runbooks/${alert}.md)`,
    labels?.severity ?? '',
    duration,
    withPlaceholders(annotations?.summary ?? ''),
  ]);
  return table(['alert', 'severity', 'for', 'summary'], rows);
}

/** Returns the summary with the placeholders of the runbooks (ACCOUNT, NAME) and without its optional parts. */
function withPlaceholders(summary: string): string {
  return summary
    .replaceAll(/\{\{ with .*?\{\{ end \}\}/g, '')
    .replaceAll(/\{\{ or \$labels\.\w+ \$labels\.(\w+) \}\}/g, (_, label: string) => label.toUpperCase());
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
