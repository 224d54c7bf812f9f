import { courseFor } from '../extent.ts';
import { HttpClient } from '../http-client.ts';
import { type Runner, race, type Standing } from '../race.ts';
import { count, type Goal, ratio, significant, type Table } from '../report.ts';
import { countSamples, firstDifference } from '../sameness.ts';
import type { Upstream } from '../simulator.ts';
import { CALL, LIMIT, OURS, USUAL, type Variant, withVariants } from '../variants.ts';
import type { Measure } from './measure.ts';

/** The API asked directly, to see how much of each figure is not the variant's own. */
const UPSTREAM = 'of it the API alone';

/** By the number of tokens, then by variant. */
type Standings = ReadonlyMap<number, ReadonlyMap<string, Standing>>;

/** How long a scrape takes and what CPU time it costs, by the length of the list, plain and compressed. */
export const scrape: Measure = async (assignment) => {
  const plain = new Map<number, Map<string, Standing>>();
  const compressed = new Map<number, Map<string, Standing>>();
  const same: string[] = [];
  for (const tokens of assignment.extent.tokens) {
    assignment.tell(`scrapes of ${count(tokens)} tokens`);
    await withVariants(assignment.variants, tokens, async (variants, upstream) => {
      same.push(`${count(await checkSameness(variants))} at ${count(tokens)} tokens`);
      const runners = variants.map(runnerOf);
      plain.set(tokens, await race([...runners, directly(upstream)], courseFor(tokens, assignment.extent)));
      compressed.set(tokens, await race(runners.filter(compresses).map(asGzip), courseFor(tokens, assignment.extent)));
    });
  }
  const notes = [`Samples, the same from all variants: ${same.join(', ')}.`];
  return {
    tables: [
      { ...table('Time of a scrape, p50 in ms', plain, 'p50Ms', 'p50Ratio'), notes },
      table('CPU time of a scrape in ms', plain, 'cpuMs', 'cpuRatio'),
      table('Time of a compressed scrape, p50 in ms', compressed, 'p50Ms', 'p50Ratio'),
      table('CPU time of a compressed scrape in ms', compressed, 'cpuMs', 'cpuRatio'),
    ],
    figures: { plain: figuresOf(plain), gzip: figuresOf(compressed) },
    goals: goalsOf(plain),
  };
};

function runnerOf({ name, pid, metricsUrl }: Variant): Runner {
  return { name, pid, url: metricsUrl };
}

function directly({ endpoint, pid, credentials }: Upstream): Runner {
  const [credential] = credentials.values();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential}` };
  return { name: UPSTREAM, pid, url: endpoint, request: { method: 'POST', headers, body: CALL } };
}

/** The usual pattern does not compress. */
function compresses({ name }: Runner): boolean {
  return name !== USUAL;
}

function asGzip(runner: Runner): Runner {
  return { ...runner, request: { headers: { 'accept-encoding': 'gzip' } } };
}

/** @returns how many samples each prints. Throws where they print different ones */
async function checkSameness(variants: readonly Variant[]): Promise<number> {
  const client = new HttpClient();
  const texts: string[] = [];
  for (const { metricsUrl } of variants) texts.push(await client.text(metricsUrl));
  client.close();
  const [first = '', ...others] = texts;
  for (const [index, other] of others.entries()) {
    const difference = firstDifference(first, other);
    if (difference === undefined) continue;
    const names = `${variants[0]?.name} and ${variants[index + 1]?.name}`;
    throw new Error(`nothing is timed, since ${names} print different things:\n  ${difference}`);
  }
  return countSamples(first);
}

function table(title: string, standings: Standings, value: keyof Standing, against: keyof Standing): Table {
  const sizes = [...standings.keys()];
  const names = [...(standings.values().next().value?.keys() ?? [])];
  const cell = (standing: Standing | undefined, name: string): string => {
    if (standing === undefined) return '–';
    const figure = significant(standing[value]);
    return name === LIMIT || name === UPSTREAM ? figure : `${figure} (${ratio(standing[against])})`;
  };
  return {
    title,
    columns: ['', ...sizes.map((size, index) => (index === 0 ? `${count(size)} tokens` : count(size)))],
    rows: names.map((name) => [name, ...sizes.map((size) => cell(standings.get(size)?.get(name), name))]),
  };
}

function figuresOf(standings: Standings): object {
  return Object.fromEntries(Array.from(standings, ([tokens, by]) => [tokens, Object.fromEntries(by)]));
}

/** At most so many times the limit, and so many times faster than the usual pattern, by the number of tokens. */
const GOALS = new Map([
  [10, { limit: 2, usual: undefined }],
  [1000, { limit: 1.25, usual: 4 }],
  [10_000, { limit: 1.25, usual: 6 }],
  [100_000, { limit: 1.35, usual: undefined }],
]);

function goalsOf(standings: Standings): Goal[] {
  return Array.from(standings).flatMap(([tokens, by]): Goal[] => {
    const goal = GOALS.get(tokens);
    const [ours, usual] = [by.get(OURS), by.get(USUAL)];
    if (goal === undefined || ours === undefined) return [];
    const at = `${count(tokens)} tokens`;
    const limits: Goal[] = [
      {
        measure: `p50 at ${at} against the limit`,
        bound: 'at most',
        goal: goal.limit,
        unit: ' ×',
        reached: ours.p50Ratio,
      },
      {
        measure: `CPU at ${at} against the limit`,
        bound: 'at most',
        goal: goal.limit,
        unit: ' ×',
        reached: ours.cpuRatio,
      },
    ];
    if (goal.usual === undefined || usual === undefined) return limits;
    const measure = `p50 at ${at}, faster than the usual pattern`;
    return [
      ...limits,
      { measure, bound: 'at least', goal: goal.usual, unit: ' ×', reached: usual.p50Ratio / ours.p50Ratio },
    ];
  });
}
