import { parseArgs } from 'node:util';
import { FULL_WORKLOAD, SHORT_WORKLOAD, type Workload } from './workload.ts';

/** What can be measured, in the order in which it is. */
const BENCHMARKS = {
  scrape: 'time and CPU of a scrape by the number of tokens, plain and compressed',
  'own-metrics': "what the exporter's own metrics cost",
  stall: 'how long others wait while a scrape is answered',
  memory: 'peak resident memory',
  start: 'start of the process to its first scrape',
  accounts: 'many slow accounts in one scrape',
  sharing: 'upstream calls of overlapping scrapes',
  install: 'size of the production install; left out unless asked for by --install-size or --only, needs the registry',
} as const;

export type BenchmarkName = keyof typeof BENCHMARKS;

export interface BenchOptions {
  readonly workload: Workload;
  readonly short: boolean;
  readonly benchmarks: readonly BenchmarkName[];
  /** The file to write figures to. */
  readonly json: string | undefined;
  /** The main.js of the build to measure, and of another to run beside it. */
  readonly program: string;
  readonly before: string | undefined;
}

export const USAGE = `npm run bench -- [--OPTION …]

Measures what a scrape of the built exporter costs, against the least that is possible on Node and against the usual way
to write an exporter, on this machine, over loopback alone. Ends by itself.

  --tokens 10,1000     lengths of the list (${FULL_WORKLOAD.tokens.join()})
  --rounds N           rounds in which the variants take turns, the more the steadier (${FULL_WORKLOAD.rounds})
  --only NAME,…        measure these alone; see below
  --json FILE          write the figures to a file as well
  --program FILE       the main.js of the build to measure (dist/main.js)
  --before FILE        the main.js of another build, to be measured beside it
  --install-size       measure the size of the production install as well
  --short              everything once and small, to see that it works: the figures mean nothing
  --help               print this

${Object.entries(BENCHMARKS)
  .map(([name, what]) => `  ${name.padEnd(12)} ${what}`)
  .join('\n')}
`;

/**
 * @returns undefined when help is wanted
 * @throws an Error that names the option and what it accepts
 */
export function parseArguments(args: string[]): BenchOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      tokens: text,
      rounds: text,
      only: text,
      json: text,
      program: { ...text, default: 'dist/main.js' },
      before: text,
      'install-size': flag,
      short: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const workload = values.short ? SHORT_WORKLOAD : FULL_WORKLOAD;
  const tokens = values.tokens?.split(',').map((one) => parseCount('tokens', one, 1_000_000));
  return {
    workload: {
      ...workload,
      ...(tokens === undefined ? {} : { tokens }),
      ...(values.rounds === undefined ? {} : { rounds: parseCount('rounds', values.rounds, 1000) }),
    },
    short: values.short,
    benchmarks: parseBenchmarks(values.only, values['install-size']),
    json: values.json,
    program: values.program,
    before: values.before,
  };
}

function parseBenchmarks(only: string | undefined, installSize: boolean): BenchmarkName[] {
  const all = Object.keys(BENCHMARKS) as BenchmarkName[];
  const selected = only?.split(',') ?? all.filter((name) => name !== 'install');
  const unknown = selected.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) throw new Error(`--only must be of ${all.join(', ')}, not '${unknown}'`);
  return all.filter((name) => selected.includes(name) || (installSize && name === 'install'));
}

function parseCount(name: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= max) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${max}, not '${text}'`);
}
