import { compareTargets, type Target, type Timing } from '../comparison.ts';
import { countSamples, firstDifference } from '../exposition-diff.ts';
import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount, formatNumber, formatRatio, type Goal, type Table } from '../report.ts';
import type { BenchApi } from '../simulator.ts';
import { LIMIT, OURS, REQUEST_BODY, type RunningVariant, USUAL, withVariants } from '../variants.ts';
import { comparisonPlan } from '../workload.ts';

/** Requests to the API itself, to show how much of each value is not due to the variant. */
const API_ONLY = 'API only';

/** By number of tokens, then by variant. */
type Timings = ReadonlyMap<number, ReadonlyMap<string, Timing>>;

/** Time and CPU time of a scrape by number of tokens, plain and compressed. */
export const scrape: Benchmark = async (context) => {
  const plain = new Map<number, Map<string, Timing>>();
  const compressed = new Map<number, Map<string, Timing>>();
  const sampleCounts: string[] = [];
  for (const tokens of context.workload.tokens) {
    context.logProgress(`scrapes of ${formatCount(tokens)} tokens`);
    await withVariants(context.variants, tokens, async (variants, upstream) => {
      sampleCounts.push(`${formatCount(await checkSameOutput(variants))} at ${formatCount(tokens)} tokens`);
      const targets = variants.map(targetOf);
      plain.set(
        tokens,
        await compareTargets([...targets, apiTarget(upstream)], comparisonPlan(tokens, context.workload)),
      );
      compressed.set(
        tokens,
        await compareTargets(targets.filter(supportsGzip).map(withGzip), comparisonPlan(tokens, context.workload)),
      );
    });
  }
  const notes = [`Samples, the same in all variants: ${sampleCounts.join(', ')}.`];
  return {
    tables: [
      { ...table('Time of a scrape, p50 in ms', plain, 'p50Ms', 'p50Ratio'), notes },
      table('CPU time of a scrape in ms', plain, 'cpuMs', 'cpuRatio'),
      table('Time of a compressed scrape, p50 in ms', compressed, 'p50Ms', 'p50Ratio'),
      table('CPU time of a compressed scrape in ms', compressed, 'cpuMs', 'cpuRatio'),
    ],
    values: { plain: valuesOf(plain), gzip: valuesOf(compressed) },
    goals: goalsOf(plain),
  };
};

function targetOf({ name, pid, metricsUrl }: RunningVariant): Target {
  return { name, pid, url: metricsUrl };
}

function apiTarget({ endpoint, pid, credentials }: BenchApi): Target {
  const [credential] = credentials.values();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential}` };
  return { name: API_ONLY, pid, url: endpoint, request: { method: 'POST', headers, body: REQUEST_BODY } };
}

/** The usual pattern does not compress. */
function supportsGzip({ name }: Target): boolean {
  return name !== USUAL;
}

function withGzip(target: Target): Target {
  return { ...target, request: { headers: { 'accept-encoding': 'gzip' } } };
}

/** Returns the number of samples in each output. Throws if the outputs differ. */
async function checkSameOutput(variants: readonly RunningVariant[]): Promise<number> {
  const client = new HttpClient();
  const texts: string[] = [];
  for (const { metricsUrl } of variants) texts.push(await client.text(metricsUrl));
  client.close();
  const [first = '', ...others] = texts;
  for (const [index, other] of others.entries()) {
    const difference = firstDifference(first, other);
    if (difference === undefined) continue;
    const names = `${variants[0]?.name} and ${variants[index + 1]?.name}`;
    throw new Error(`cannot compare ${names}: their outputs differ:\n  ${difference}`);
  }
  return countSamples(first);
}

function table(title: string, timings: Timings, value: keyof Timing, ratio: keyof Timing): Table {
  const sizes = [...timings.keys()];
  const names = [...(timings.values().next().value?.keys() ?? [])];
  const cell = (timing: Timing | undefined, name: string): string => {
    if (timing === undefined) return '–';
    const text = formatNumber(timing[value]);
    return name === LIMIT || name === API_ONLY ? text : `${text} (${formatRatio(timing[ratio])})`;
  };
  return {
    title,
    columns: ['', ...sizes.map((size, index) => (index === 0 ? `${formatCount(size)} tokens` : formatCount(size)))],
    rows: names.map((name) => [name, ...sizes.map((size) => cell(timings.get(size)?.get(name), name))]),
  };
}

function valuesOf(timings: Timings): object {
  return Object.fromEntries(Array.from(timings, ([tokens, by]) => [tokens, Object.fromEntries(by)]));
}

/** By number of tokens: the maximum ratio to the limit, and the minimum speedup over the usual pattern. */
const GOALS = new Map([
  [10, { limit: 2, usual: undefined }],
  [1000, { limit: 1.25, usual: 4 }],
  [10_000, { limit: 1.25, usual: 6 }],
  [100_000, { limit: 1.35, usual: undefined }],
]);

function goalsOf(timings: Timings): Goal[] {
  return Array.from(timings).flatMap(([tokens, by]): Goal[] => {
    const goal = GOALS.get(tokens);
    const [ours, usual] = [by.get(OURS), by.get(USUAL)];
    if (goal === undefined || ours === undefined) return [];
    const at = `${formatCount(tokens)} tokens`;
    const limits: Goal[] = [
      {
        metric: `p50 at ${at} relative to the limit`,
        bound: 'at most',
        target: goal.limit,
        unit: ' ×',
        actual: ours.p50Ratio,
      },
      {
        metric: `CPU at ${at} relative to the limit`,
        bound: 'at most',
        target: goal.limit,
        unit: ' ×',
        actual: ours.cpuRatio,
      },
    ];
    if (goal.usual === undefined || usual === undefined) return limits;
    const metric = `p50 at ${at}, speedup over the usual pattern`;
    return [
      ...limits,
      { metric, bound: 'at least', target: goal.usual, unit: ' ×', actual: usual.p50Ratio / ours.p50Ratio },
    ];
  });
}
