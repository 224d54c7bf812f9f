import { type Life, scrapeTimes } from './life.ts';
import { type AccountScrape, type ListedToken, scrape, type Target } from './scrape.ts';

/** A series as promtool takes it. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/**
 * The series that Prometheus would have stored, with a stale marker where one ends. Lives of many steps get along with
 * the metrics that tell of tokens; `whole` adds the others.
 */
export function seriesOf(life: Life, whole: boolean): InputSeries[] {
  return life.deployments.flatMap((place) => {
    const columns = new Map<string, { readonly series: string; readonly values: (number | undefined)[] }>();
    const memories = new Map<string, AccountCounters>();
    scrapeTimes(life).forEach((at, step) => {
      for (const target of scrape(place, at)) {
        const memory = memories.get(target.id) ?? emptyCounters();
        memories.set(target.id, memory);
        for (const [name, labels, value] of samples(target, at, memory, whole)) {
          // A series' labels are written once, not at every step.
          const key = [target.id, name, ...Object.values(labels)].join('\n');
          const column = columns.get(key) ?? {
            series: name + formatLabels({ ...target.labels, ...labels }),
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

/** What an exporter knows of an account from earlier fetches, until it starts anew. */
interface AccountCounters {
  readonly errors: Map<string, number>;
  readonly lastSuccess: Map<string, number>;
}

function emptyCounters(): AccountCounters {
  return { errors: new Map(), lastSuccess: new Map() };
}

function samples(target: Target, at: number, memory: AccountCounters, whole: boolean): Sample[] {
  if (target.state !== 'up') {
    memory.errors.clear();
    memory.lastSuccess.clear();
    return target.state === 'down' ? [['up', {}, 0]] : [];
  }
  const build: Sample[] = whole ? [['pointone_exporter_build_info', { version: '0.1.0', node_version: 'v24' }, 1]] : [];
  return [['up', {}, 1], ...build, ...target.accounts.flatMap((one) => accountSamples(one, at, memory, whole))];
}

const OTHER_REASONS = 'timeout http rate_limited unauthenticated forbidden graphql invalid_response credential'.split(
  ' ',
);
const CHECKED_FIELDS = ['name', 'role', 'status', 'createdAt', 'expiresAt'] as const;

function accountSamples(exposure: AccountScrape, at: number, memory: AccountCounters, whole: boolean): Sample[] {
  const { account, list } = exposure;
  if (list === undefined) memory.errors.set(account, (memory.errors.get(account) ?? 0) + 1);
  else memory.lastSuccess.set(account, at);
  const lastSuccess = memory.lastSuccess.get(account);
  const found: Sample[] = [
    ['pointone_up', {}, list === undefined ? 0 : 1],
    ['pointone_scrape_errors_total', { reason: 'network' }, memory.errors.get(account) ?? 0],
    ...(lastSuccess === undefined ? [] : [['pointone_last_success_timestamp_seconds', {}, lastSuccess] as Sample]),
    ...(whole ? OTHER_REASONS.map((reason): Sample => ['pointone_scrape_errors_total', { reason }, 0]) : []),
    ...(whole ? [['pointone_scrape_duration_seconds', {}, 0.2] as Sample] : []),
    ...(list === undefined ? [] : listSamples(list, whole)),
    ...exposure.expected.map(
      ({ name, role, present }): Sample => ['pointone_expected_token_present', { name, role }, present ? 1 : 0],
    ),
    ...(list ?? []).flatMap((token) => tokenSamples(token, at, whole)),
  ];
  return found.map(([name, labels, value]) => [name, { account, ...labels }, value]);
}

function listSamples(list: readonly ListedToken[], whole: boolean): Sample[] {
  const count: Sample = ['pointone_tokens', {}, list.length];
  if (!whole) return [count];
  // Of the fields that a life can lack, a missing status or createdAt is one the exporter could not read.
  const lacking = {
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
        field === 'status' || field === 'createdAt' ? lacking[field] : 0,
      ],
    ),
  ];
}

function countTokens(list: readonly ListedToken[], test: (token: ListedToken) => boolean): number {
  return list.filter(test).length;
}

function tokenSamples(token: ListedToken, at: number, whole: boolean): Sample[] {
  const { name, role, createdAt, expiresAt } = token;
  const labels = { name, role, created_at: createdAt === undefined ? '' : instantLabel(createdAt) };
  const found: Sample[] = [['pointone_token_expiry_known', labels, expiresAt === undefined ? 0 : 1]];
  if (expiresAt !== undefined) found.push(['pointone_token_expiry_timestamp_seconds', labels, expiresAt]);
  if (createdAt !== undefined) found.push(['pointone_token_created_timestamp_seconds', labels, createdAt]);
  for (const status of new Set(['ACTIVE', 'EXPIRED', 'REVOKED', ...(token.status === '' ? [] : [token.status])])) {
    found.push(['pointone_token_status', { ...labels, status }, status === token.status ? 1 : 0]);
  }
  if (!whole) return found;
  if (expiresAt !== undefined) found.push(['pointone_token_expires_in_seconds', labels, expiresAt - at]);
  found.push(['pointone_token_info', { ...labels, description: '' }, 1]);
  return found;
}

function instantLabel(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** An empty label is an absent one. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}

/** promtool's notation, with runs of equal values and of gaps written as one. */
function encode(column: readonly (number | undefined)[], steps: number): string {
  const words: string[] = [];
  for (let start = 0; start < steps; ) {
    const value = column[start];
    let end = start + 1;
    while (end < steps && column[end] === value) end += 1;
    if (value !== undefined) words.push(`${value}+0x${end - start - 1}`);
    else if (start === 0) words.push(`_x${end}`);
    else words.push(end - start === 1 ? 'stale' : `stale _x${end - start - 1}`);
    start = end;
  }
  return words.join(' ');
}
