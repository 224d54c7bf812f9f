import { parseArgs } from 'node:util';
import { type Extent, FULL, SHORT } from './extent.ts';

/** What can be measured, in the order in which it is. */
const MEASURES = {
  scrape: 'time and CPU of a scrape by the number of tokens, plain and compressed',
  'own-metrics': "what the exporter's own metrics cost",
  stall: 'how long others wait while a scrape is answered',
  memory: 'peak resident memory',
  start: 'start of the process to its first scrape',
  accounts: 'many slow accounts in one scrape',
  sharing: 'upstream calls of overlapping scrapes',
  install: 'size of the production install; left out unless asked for by --install-size or --only, needs the registry',
} as const;

export type MeasureName = keyof typeof MEASURES;

export interface Wanted {
  readonly extent: Extent;
  readonly short: boolean;
  readonly measures: readonly MeasureName[];
  /** The file to write figures to. */
  readonly json: string | undefined;
  /** The main.js of the build to measure, and of another to run beside it. */
  readonly program: string;
  readonly before: string | undefined;
}

export const USAGE = `npm run bench -- [--OPTION …]

Measures what a scrape of the built exporter costs, against the least that is possible on Node and against the usual way
to write an exporter, on this machine, over loopback alone. Ends by itself.

  --tokens 10,1000     lengths of the list (${FULL.tokens.join()})
  --rounds N           rounds in which the variants take turns, the more the steadier (${FULL.rounds})
  --only NAME,…        measure these alone; see below
  --json FILE          write the figures to a file as well
  --program FILE       the main.js of the build to measure (dist/main.js)
  --before FILE        the main.js of another build, to be measured beside it
  --install-size       measure the size of the production install as well
  --short              everything once and small, to see that it works: the figures mean nothing
  --help               print this

${Object.entries(MEASURES)
  .map(([name, what]) => `  ${name.padEnd(12)} ${what}`)
  .join('\n')}
`;

/**
 * @returns undefined when help is wanted
 * @throws an Error that names the option and what it accepts
 */
export function readArguments(args: string[]): Wanted | undefined {
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
  const extent = values.short ? SHORT : FULL;
  const tokens = values.tokens?.split(',').map((one) => readCount('tokens', one, 1_000_000));
  return {
    extent: {
      ...extent,
      ...(tokens === undefined ? {} : { tokens }),
      ...(values.rounds === undefined ? {} : { rounds: readCount('rounds', values.rounds, 1000) }),
    },
    short: values.short,
    measures: readMeasures(values.only, values['install-size']),
    json: values.json,
    program: values.program,
    before: values.before,
  };
}

function readMeasures(only: string | undefined, installSize: boolean): MeasureName[] {
  const all = Object.keys(MEASURES) as MeasureName[];
  const wanted = only?.split(',') ?? all.filter((name) => name !== 'install');
  const unknown = wanted.find((name) => !Object.hasOwn(MEASURES, name));
  if (unknown !== undefined) throw new Error(`--only must be of ${all.join(', ')}, not '${unknown}'`);
  return all.filter((name) => wanted.includes(name) || (installSize && name === 'install'));
}

function readCount(name: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not '${text}'`);
}
