import fc from 'fast-check';
import { Counter, Gauge, Registry, type RegistryContentType } from 'prom-client';
import { expect, it } from 'vitest';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS, type AccountRow } from '../../../src/metrics/account-families.ts';
import { writeExposition } from '../../../src/metrics/exposition.ts';
import type { Family } from '../../../src/metrics/family.ts';
import { OPEN_METRICS, TEXT } from '../../../src/metrics/family.ts';
import { reportGroups } from '../../../src/metrics/report-groups.ts';
import { TOKEN_FAMILIES, TOKEN_LABELS } from '../../../src/metrics/token-families.ts';
import type { Report } from '../../../src/model/report.ts';
import { createdAtLabel, distinctTokens, type Token } from '../../../src/model/token.ts';
import { reportLists } from '../support/arbitraries.ts';

const AT = Date.UTC(2026, 6, 25, 12);

type Subject<S> = readonly [subject: S, ...labels: readonly string[]];

/** Loads the samples of the families into metrics of prom-client. */
function load<S>(
  registry: Registry<RegistryContentType>,
  families: readonly Family<S>[],
  subjectLabels: readonly string[],
  subjects: Subject<S>[],
) {
  for (const { name, help, type, labels, collect } of families) {
    const labelNames = [...subjectLabels, ...labels];
    const configuration = { name, help, labelNames, registers: [registry] };
    const gauge = type === 'gauge' ? new Gauge(configuration) : undefined;
    const counter = type === 'counter' ? new Counter(configuration) : undefined;
    for (const [subject, ...values] of subjects) {
      collect(subject, AT, (value, ...more) => {
        const pairs = Object.fromEntries(labelNames.map((label, index) => [label, [...values, ...more][index] ?? '']));
        gauge?.set(pairs, value);
        counter?.inc(pairs, value);
      });
    }
  }
}

async function writeByPromClient(reports: readonly Report[], openMetrics: boolean): Promise<string> {
  const registry = new Registry<RegistryContentType>();
  if (openMetrics) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const exportedTokens = (report: Report): readonly Token[] =>
    report.outcome.ok ? distinctTokens(report.outcome.tokens) : [];
  const accounts = reports.map(
    (report): Subject<AccountRow> => [{ report, exportedTokens: exportedTokens(report) }, report.account],
  );
  const tokens = reports.flatMap((report) =>
    exportedTokens(report).map(
      (token): Subject<Token> => [token, report.account, token.name, token.role, createdAtLabel(token)],
    ),
  );
  load(registry, ACCOUNT_FAMILIES, ACCOUNT_LABELS, accounts);
  load(registry, TOKEN_FAMILIES, TOKEN_LABELS, tokens);
  return registry.metrics();
}

function sampleLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it.each([
  ['the text format', TEXT],
  ['OpenMetrics', OPEN_METRICS],
])('writeExposition writes the same samples as prom-client, in %s', async (_name, format) => {
  await fc.assert(
    fc.asyncProperty(reportLists, async (reports) => {
      const actual = [...writeExposition(reportGroups(reports), AT, format)].join('');
      const expected = await writeByPromClient(reports, format.openMetrics);
      expect(sampleLines(actual)).toEqual(sampleLines(expected));
    }),
  );
});
