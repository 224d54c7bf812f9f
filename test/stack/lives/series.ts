import { type Life, scrapeTimes, storedLabels } from './life.ts';
import { type AccountScrape, type ListedToken, scrape, type Target } from './scrape.ts';

/** A series in promtool's input format. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/**
 * Returns the series that Prometheus would store, with a stale marker where a series ends. Long lives contain only the
 * metrics about tokens; `allMetrics` adds the others.
 */
export function seriesOf(life: Life, allMetrics: boolean): InputSeries[] {
  return life.deployments.flatMap((deployment) => {
    const columns = new Map<string, { readonly series: string; readonly values: (number | undefined)[] }>();
    const countersByTarget = new Map<string, AccountCounters>();
    scrapeTimes(life).forEach((at, step) => {
      for (const target of scrape(deployment, at)) {
        const counters = countersByTarget.get(target.id) ?? emptyCounters();
        countersByTarget.set(target.id, counters);
        for (const [name, labels, value] of samples(target, at, counters, allMetrics)) {
          // For speed, the labels of a series are formatted once and not at every step.
          const key = [target.id, name, ...Object.values(labels)].join('\n');
          const column = columns.get(key) ?? {
            series: name + formatLabels(storedLabels(target.labels, labels)),
            values: [],
          };
          columns.set(key, column);
          column.values[step] = value;
        }
      }
    });
    return [...columns.values()].map(({ series, values }) => ({ series, values: encode(values, life.steps) }));
  });
}

/** What an exporter remembers of earlier fetches until it restarts. */
interface AccountCounters {
  readonly errors: Map<string, number>;
  readonly lastSuccess: Map<string, number>;
}

function emptyCounters(): AccountCounters {
  return { errors: new Map(), lastSuccess: new Map() };
}

function samples(target: Target, at: number, counters: AccountCounters, allMetrics: boolean): Sample[] {
  if (target.state !== 'up') {
    counters.errors.clear();
    counters.lastSuccess.clear();
    return target.state === 'down' ? [['up', {}, 0]] : [];
  }
  const build: Sample[] = allMetrics
    ? [['pointone_exporter_build_info', { version: '0.1.0', node_version: 'v24' }, 1]]
    : [];
  return [['up', {}, 1], ...build, ...target.accounts.flatMap((one) => accountSamples(one, at, counters, allMetrics))];
}

/** All reasons but `network`, for which every fetch of a life fails. */
const OTHER_REASONS = 'timeout http rate_limited unauthenticated forbidden graphql invalid_response credential'.split(
  ' ',
);
const CHECKED_FIELDS = ['name', 'role', 'status', 'createdAt', 'expiresAt'] as const;

function accountSamples(
  accountScrape: AccountScrape,
  at: number,
  counters: AccountCounters,
  allMetrics: boolean,
): Sample[] {
  const { account, list } = accountScrape;
  if (list === undefined) counters.errors.set(account, (counters.errors.get(account) ?? 0) + 1);
  else counters.lastSuccess.set(account, at);
  const lastSuccess = counters.lastSuccess.get(account);
  const found: Sample[] = [
    ['pointone_up', {}, list === undefined ? 0 : 1],
    ['pointone_scrape_errors_total', { reason: 'network' }, counters.errors.get(account) ?? 0],
    ['pointone_failure_reason', { reason: 'network' }, list === undefined ? 1 : 0],
    ...(lastSuccess === undefined ? [] : [['pointone_last_success_timestamp_seconds', {}, lastSuccess] as Sample]),
    ...(allMetrics ? OTHER_REASONS.map((reason): Sample => ['pointone_scrape_errors_total', { reason }, 0]) : []),
    ...(allMetrics ? OTHER_REASONS.map((reason): Sample => ['pointone_failure_reason', { reason }, 0]) : []),
    ...(allMetrics ? [['pointone_scrape_duration_seconds', {}, 0.2] as Sample] : []),
    ...(list === undefined ? [] : listSamples(list, allMetrics)),
    ...accountScrape.expected.map(
      ({ name, role, present }): Sample => ['pointone_expected_token_present', { name, role }, present ? 1 : 0],
    ),
    ...(list ?? []).flatMap((token) => tokenSamples(token, at, allMetrics)),
  ];
  return found.map(([name, labels, value]) => [name, { account, ...labels }, value]);
}

function listSamples(list: readonly ListedToken[], allMetrics: boolean): Sample[] {
  const count: Sample = ['pointone_tokens', {}, list.length];
  if (!allMetrics) return [count];
  // A life has no malformed fields. A missing status or createdAt counts as unreadable.
  const unreadable = {
    status: countTokens(list, ({ status }) => status === ''),
    createdAt: countTokens(list, (one) => !one.createdAt),
  };
  return [
    count,
    ['pointone_clock_skew_seconds', {}, 0.4],
    ['pointone_duplicate_tokens', {}, 0],
    ...CHECKED_FIELDS.map(
      (field): Sample => [
        'pointone_unreadable_fields',
        { field },
        field === 'status' || field === 'createdAt' ? unreadable[field] : 0,
      ],
    ),
  ];
}

function countTokens(list: readonly ListedToken[], test: (token: ListedToken) => boolean): number {
  return list.filter(test).length;
}

function tokenSamples(token: ListedToken, at: number, allMetrics: boolean): Sample[] {
  const { name, role, createdAt, expiresAt } = token;
  const labels = { name, role, created_at: createdAt === undefined ? '' : instantLabel(createdAt) };
  const found: Sample[] = [['pointone_token_expiry_known', labels, expiresAt === undefined ? 0 : 1]];
  if (expiresAt !== undefined) found.push(['pointone_token_expiry_timestamp_seconds', labels, expiresAt]);
  if (createdAt !== undefined) found.push(['pointone_token_created_timestamp_seconds', labels, createdAt]);
  for (const status of new Set(['ACTIVE', 'EXPIRED', 'REVOKED', ...(token.status === '' ? [] : [token.status])])) {
    found.push(['pointone_token_status', { ...labels, status }, status === token.status ? 1 : 0]);
  }
  if (!allMetrics) return found;
  if (expiresAt !== undefined) found.push(['pointone_token_expires_in_seconds', labels, expiresAt - at]);
  found.push(['pointone_token_info', { ...labels, description: '', status: token.status }, 1]);
  return found;
}

function instantLabel(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Formats labels as a selector. An empty label equals an absent label and is omitted. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}

/** Encodes values in promtool's notation. Runs of equal values and of gaps are combined. */
function encode(column: readonly (number | undefined)[], steps: number): string {
  const runs: string[] = [];
  for (let start = 0; start < steps; ) {
    const value = column[start];
    let end = start + 1;
    while (end < steps && column[end] === value) end += 1;
    if (value !== undefined) runs.push(`${value}+0x${end - start - 1}`);
    else if (start === 0) runs.push(`_x${end}`);
    else runs.push(end - start === 1 ? 'stale' : `stale _x${end - start - 1}`);
    start = end;
  }
  return runs.join(' ');
}
