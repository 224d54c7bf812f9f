import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FAILURE_REASONS } from '../../src/model/report.ts';
import { createExporter, type Exporter, type Scrape, scrape, simulate } from '../support/exporter.ts';

/** Creates one exporter and one simulator for all runs of a property. Each run compares the error counters. */
async function setup() {
  const { simulator, user } = await simulate();
  return { simulator, exporter: await createExporter(simulator, user) };
}

const errorCount = (metrics: Scrape): number =>
  FAILURE_REASONS.reduce(
    (sum, reason) => sum + (metrics.value('pointone_scrape_errors_total', { reason }) ?? Number.NaN),
    0,
  );

async function errorsOf(
  exporter: Exporter,
  previousTotal: number,
): Promise<{ metrics: Scrape; errors: number; total: number }> {
  const metrics = await scrape(exporter);
  const total = errorCount(metrics);
  return { metrics, errors: total - previousTotal, total };
}

it('any JSON response gives a valid exposition, and exactly one failure if it is not a list', async () => {
  const { simulator, exporter } = await setup();
  let previousTotal = 0;
  const listLike = fc.record(
    { data: fc.record({ viewPersonalAccessTokens: fc.jsonValue() }), errors: fc.jsonValue() },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), listLike), async (value) => {
      simulator.setFault({ kind: 'json', value });
      const { metrics, errors, total } = await errorsOf(exporter, previousTotal);
      previousTotal = total;
      expect(metrics.value('pointone_up')).toBe(1 - errors);
      const list = (value as { data?: { viewPersonalAccessTokens?: unknown } } | null)?.data?.viewPersonalAccessTokens;
      if (!Array.isArray(list)) expect(errors).toBe(1);
      else expect(metrics.value('pointone_tokens')).toBe(errors === 0 ? list.length : undefined);
    }),
    { numRuns: 200 },
  );
});

it('any list of objects is read', async () => {
  const { simulator, exporter } = await setup();
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.double(),
    fc.jsonValue(),
  );
  const token = fc.record(
    {
      name: anything,
      description: anything,
      role: anything,
      status: anything,
      createdAt: anything,
      expiresAt: anything,
      extra: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(token, fc.dictionary(fc.string(), fc.jsonValue()))), async (tokens) => {
      simulator.setFault({ kind: 'json', value: { data: { viewPersonalAccessTokens: tokens } } });
      for (const Accept of ['text/plain', 'application/openmetrics-text']) {
        const metrics = await scrape(exporter, undefined, { Accept });
        expect(metrics.value('pointone_up')).toBe(1);
        expect(metrics.value('pointone_tokens')).toBe(tokens.length);
        const exported = metrics.samples.filter(({ name }) => name === 'pointone_token_info').length;
        expect(exported + (metrics.value('pointone_duplicate_tokens') ?? 0)).toBe(tokens.length);
      }
    }),
    { numRuns: 100 },
  );
});

it('any Unicode string is exported unchanged', async () => {
  const { simulator, exporter } = await setup();
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', '{', '}', ',', '=', ' ', '\u2028', 'n') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ name: text, role: text, status: text, description: text }), async (token) => {
      simulator.setFault({ kind: 'json', value: { data: { viewPersonalAccessTokens: [token] } } });
      const metrics = await scrape(exporter);
      const description =
        [...token.description].length > 256 ? `${[...token.description].slice(0, 255).join('')}…` : token.description;
      expect(metrics.value('pointone_token_info', { name: token.name, role: token.role, description })).toBe(1);
      if (token.status !== '') expect(metrics.value('pointone_token_status', { status: token.status })).toBe(1);
    }),
    { numRuns: 200 },
  );
});
