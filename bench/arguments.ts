import { parseArgs } from 'node:util';
import { FULL_WORKLOAD, SHORT_WORKLOAD, type Workload } from './workload.ts';

/** The benchmarks, in the order in which they run. */
const BENCHMARKS = {
  scrape: 'time and CPU time of a scrape by number of tokens, plain and compressed',
  'own-metrics': 'cost of the exporter metrics',
  stall: 'delay of other requests during a scrape',
  memory: 'peak resident memory',
  start: 'time from process start to first scrape',
  accounts: 'many slow accounts in one scrape',
  sharing: 'upstream requests of overlapping scrapes',
  install: 'size of the production install; only with --install-size or --only, needs the registry',
} as const;

export type BenchmarkName = keyof typeof BENCHMARKS;

export interface BenchOptions {
  readonly workload: Workload;
  readonly short: boolean;
  readonly benchmarks: readonly BenchmarkName[];
  /** The file to write the results to. */
  readonly json: string | undefined;
  /** The main.js of the build to measure, and of another build to compare it with. */
  readonly program: string;
  readonly before: string | undefined;
}

export const USAGE = `npm run bench -- [--OPTION …]

Measures the cost of a scrape of the built exporter on this machine, over loopback. Compares it with the minimum that
Node allows and with the usual way to write an exporter.

  --tokens 10,1000     numbers of tokens in the list (default ${FULL_WORKLOAD.tokens.join()})
  --rounds N           rounds in which the variants take turns; more rounds reduce noise (default ${FULL_WORKLOAD.rounds})
  --only NAME,…        run only these benchmarks
  --json FILE          also write the results to this file
  --program FILE       main.js of the build to measure (default dist/main.js)
  --before FILE        main.js of another build to compare with
  --install-size       also measure the size of the production install
  --short              run everything once with a small workload, as a check; the results are not meaningful
  --help               print this help

Benchmarks:
${Object.entries(BENCHMARKS)
  .map(([name, what]) => `  ${name.padEnd(12)} ${what}`)
  .join('\n')}
`;

/**
 * Parses the command line.
 *
 * @returns undefined for --help
 * @throws an Error that names the flag and the accepted values
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
  if (unknown !== undefined) throw new Error(`--only must be a list of ${all.join(', ')}, not '${unknown}'`);
  return all.filter((name) => selected.includes(name) || (installSize && name === 'install'));
}

function parseCount(name: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= max) return value;
  throw new Error(`--${name} must be an integer from 1 to ${max}, not '${text}'`);
}
