import { ExporterProcess } from './lives/exporter.ts';
import { ALWAYS, START, storedLabels } from './lives/life.ts';
import { USUAL_POLICY } from './lives/policy.ts';
import type { ListedToken } from './lives/scrape.ts';
import { encode, formatLabels, type InputSeries } from './lives/series.ts';

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly metric: string;
  readonly labels: Labels;
  /** By step; undefined where the series has no sample. */
  readonly values: readonly (number | undefined)[];
}

/** The families that the exporter derives from the lists. The scenarios state only what is in the lists. */
const DERIVED = [
  'pointone_last_success_timestamp_seconds',
  'pointone_token_deadline_timestamp_seconds',
  'pointone_token_last_expiry_timestamp_seconds',
  'pointone_token_cover_doubtful',
  'pointone_token_unlisted',
];

/**
 * Returns the series of a scenario, and those that the exporter derives from the lists that these series describe. The
 * exporter's own code derives them: one process for each target and account, from the first to the last scrape without a
 * gap. A family that the scenario itself has for an account is left as it is.
 *
 * @param interval seconds between two samples
 */
export async function withDerivedSeries(written: readonly InputSeries[], interval: number): Promise<InputSeries[]> {
  const all = written.map(parseSeries);
  const derived: InputSeries[] = [];
  for (const up of all.filter(({ metric }) => metric === 'pointone_up')) {
    derived.push(...(await deriveSeries(new AccountSeries(up, all), interval)));
  }
  return [...written, ...derived];
}

/** The series of one account of one target. */
class AccountSeries {
  readonly account: string;
  readonly target: Labels;
  readonly up: Series['values'];
  readonly #tokens = new Map<string, Record<string, Series>>();
  readonly #families: ReadonlySet<string>;

  constructor(up: Series, all: readonly Series[]) {
    const { own, target } = splitLabels(up.labels, up.labels, ['account']);
    this.account = own['account'] ?? '';
    this.target = target;
    this.up = up.values;
    const families = new Set<string>();
    for (const series of all) {
      const split = splitLabels(series.labels, target, ['account', 'name', 'role', 'created_at', 'status']);
      if (split.own['account'] !== this.account || formatLabels(split.target) !== formatLabels(target)) continue;
      families.add(series.metric);
      if (!series.metric.startsWith('pointone_token_')) continue;
      const { status, account, ...identity } = split.own;
      const key = JSON.stringify([identity['name'] ?? '', identity['role'] ?? '', identity['created_at'] ?? '']);
      const metrics = this.#tokens.get(key) ?? {};
      this.#tokens.set(key, metrics);
      metrics[series.metric + (status ?? '')] = series;
    }
    this.#families = families;
  }

  /** Reports whether the scenario has series of a family for this account. */
  readonly has = (family: string): boolean => this.#families.has(family);

  /** Returns the list that the series describe at a step. */
  listAt(step: number): ListedToken[] {
    return [...this.#tokens].flatMap(([key, metrics]) => {
      const sampleOf = (metric: string): number | undefined => metrics[metric]?.values[step];
      if (Object.keys(metrics).every((metric) => sampleOf(metric) === undefined)) return [];
      const [name, role] = JSON.parse(key) as [string, string];
      const createdAt = sampleOf('pointone_token_created_timestamp_seconds');
      const expiresAt = sampleOf('pointone_token_expiry_timestamp_seconds');
      const [status = ''] = Object.keys(metrics).flatMap((metric) =>
        metric.startsWith(STATUS) && sampleOf(metric) === 1 ? [metric.slice(STATUS.length)] : [],
      );
      return [{ key, name, group: name, role, createdAt, expiresAt, status }];
    });
  }
}

const STATUS = 'pointone_token_status';

async function deriveSeries(series: AccountSeries, interval: number): Promise<InputSeries[]> {
  const columns = new Map<string, (number | undefined)[]>();
  let process: ExporterProcess | undefined;
  for (const [step, up] of series.up.entries()) {
    if (up === undefined) {
      process = undefined;
      continue;
    }
    process ??= new ExporterProcess(step * interval, 'documented');
    const list = up === 1 ? series.listAt(step) : undefined;
    for (const { stored, value } of await scrapeDerived(process, series, list, step * interval)) {
      const values = columns.get(stored) ?? [];
      columns.set(stored, values);
      values[step] = value;
    }
  }
  return [...columns].map(([stored, values]) => ({ series: stored, values: encode(values, series.up.length) }));
}

/** Returns the derived samples of a scrape that reads the list, or fails if it is undefined. */
async function scrapeDerived(
  process: ExporterProcess,
  { account, target, has }: AccountSeries,
  list: readonly ListedToken[] | undefined,
  at: number,
): Promise<{ stored: string; value: number }[]> {
  process.configure([
    { name: account, tokens: [], expected: [], policy: USUAL_POLICY, configured: ALWAYS, unreadable: [] },
  ]);
  const reports = await process.collect({ accounts: [{ account, list, expected: [] }] }, at);
  const exposition = await process.expose({ path: '/probe' }, reports);
  return exposition.split('\n').flatMap((line) => {
    const [, sample = '', metric = '', value = ''] = /^((\w+)\{.*\}) (\S+)$/.exec(line) ?? [];
    if (!DERIVED.includes(metric) || has(metric)) return [];
    const offset = metric.endsWith('_timestamp_seconds') ? START / 1000 : 0;
    return [
      { stored: metric + formatLabels(storedLabels(target, parseLabels(sample))), value: Number(value) - offset },
    ];
  });
}

/** Separates the labels of a metric from those of its target, which may have renamed the former to `exported_…`. */
function splitLabels(labels: Labels, target: Labels, names: readonly string[]): { own: Labels; target: Labels } {
  const own: Record<string, string> = {};
  const rest: Record<string, string> = { ...labels };
  for (const name of names) {
    const exported = `exported_${name}`;
    const stored = exported in labels ? exported : labels === target || !(name in target) ? name : undefined;
    const value = stored === undefined ? undefined : labels[stored];
    if (stored === undefined || value === undefined) continue;
    own[name] = value;
    delete rest[stored];
  }
  return { own, target: rest };
}

function parseSeries({ series, values }: InputSeries): Series {
  return { metric: series.replace(/\{.*/s, ''), labels: parseLabels(series), values: decode(values) };
}

function parseLabels(series: string): Record<string, string> {
  return Object.fromEntries(
    [...series.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(([, name, value = '""']) => [name, JSON.parse(value)]),
  );
}

/** Decodes values in promtool's notation: the inverse of `encode`. */
function decode(values: string): (number | undefined)[] {
  return values.split(' ').flatMap((run) => {
    if (run === '') return [];
    const [, first = '', increment = '0', times = '0'] =
      /^(-?[\d.e]+|_|stale)([+-][\d.]+)?(?:x(\d+))?$/.exec(run) ?? [];
    if (first === '') throw new Error(`unknown notation: ${run}`);
    if (first === 'stale') return [undefined];
    // `_x3` are three gaps, but `1x3` are four samples.
    if (first === '_') return Array<undefined>(Number(times) || 1).fill(undefined);
    return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + index * Number(increment));
  });
}
