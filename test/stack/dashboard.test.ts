import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { startSimulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import { temporaryFolder } from '../support/exporter.ts';
import { type ServingProcess, serve } from '../support/exporter-process.ts';
import { colorNamed, displayTable, type Table, type Vector } from '../support/grafana-panel.ts';
import { type Component, type Prometheus, stackTest, startPrometheus } from '../support/stack.ts';
import { interpolate, type Selection } from '../unit/grafana/interpolate.ts';
import { PANELS, panelTitled, SHIPPED } from '../unit/grafana/shipped-dashboard.ts';
import { addFleetEu, addFleetUs, addStaging, DashboardWorld, type ExpectedToken } from '../unit/grafana/world.ts';

const DAY = 86_400;
const RULES = fileURLToPath(new URL('../../alerts/rules.yml', import.meta.url));

/** The maximum age of a measured value in seconds, for a machine under load. */
const MAX_AGE = 30;

/** The labels of urgency, the most urgent first. */
const URGENCY_ORDER = ['expired', 'critical', 'warning', 'expiry unknown', 'fine', 'replaced', 'revoked'];

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Repeats the expectations: after a fetch that times out under load, tokens are missing until the next fetch. */
function expectEventually(expectations: () => Promise<void>): Promise<void> {
  return vi.waitFor(expectations, { timeout: 60_000, interval: 500 });
}

interface Scene {
  readonly world: DashboardWorld;
  readonly fleetEu: User;
  readonly staging: ServingProcess;
  readonly prometheus: Prometheus;
  /** Runs the queries of a panel at the current time. */
  runQueries(title: string, choice?: Selection): Promise<Vector[]>;
  /** Returns the table of a panel at the current time. */
  table(title: string, choice?: Selection): Promise<Table>;
}

/** Starts an exporter with an account for each given user. An undefined user has a rejected credential. */
async function startExporter(
  endpoint: string,
  accounts: Readonly<Record<string, User | undefined>>,
  expected: Readonly<Record<string, readonly { name: string; role?: string }[]>> = {},
): Promise<ServingProcess> {
  const folder = await temporaryFolder();
  const entries = await Promise.all(
    Object.entries(accounts).map(async ([name, user]) => {
      await writeFile(join(folder, name), user?.credential ?? 'an-unknown-token');
      return { name, token_file: name, ...(expected[name] ? { expected_tokens: expected[name] } : {}) };
    }),
  );
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts: entries }));
  return serve([`--config.file=${join(folder, 'accounts.yml')}`], { POINTONE_API_ENDPOINT: endpoint });
}

/** Further labels that a ServiceMonitor adds to each target. */
const SERVICE_MONITOR = { endpoint: 'metrics', service: 'exporter' };

/** Returns a configuration with two jobs, one of them with two replicas, and the shipped rules. */
function configuration(production: ServingProcess, staging: ServingProcess): string {
  const target = ({ url }: ServingProcess, labels: Record<string, string>) => ({
    targets: [new URL(url).host],
    labels,
  });
  return JSON.stringify({
    // Shorter intervals would let fetches time out on a busy machine.
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: 'pointone',
        static_configs: ['a', 'b'].map((pod) =>
          target(production, { ...SERVICE_MONITOR, namespace: 'prod', instance: `${pod}:10210`, pod }),
        ),
      },
      {
        job_name: 'staging',
        static_configs: [target(staging, { ...SERVICE_MONITOR, namespace: 'test', instance: 'c:10210', pod: 'c' })],
      },
    ],
  });
}

async function startScene(): Promise<Scene> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const world = new DashboardWorld(simulator.state);
  const user = (id: string, credentialDays: number) => simulator.state.addUser(id, { listed: false, credentialDays });
  const [fleetEu, fleetUs, fleetEuStaging] = [user('eu', 10), user('us', 40), user('eu-staging', 1)];
  // The API's clock is ahead.
  simulator.state.dateOffset = 100_000;
  addFleetEu(world, fleetEu);
  addFleetUs(world, fleetUs);
  addStaging(world, fleetEuStaging);

  const accounts = { 'fleet-eu': fleetEu, 'fleet-us': fleetUs, refused: undefined };
  const expectations = { 'fleet-eu': [{ name: 'caster-ingest' }, { name: 'dashboard' }, { name: 'never-made' }] };
  const production = await startExporter(simulator.url, accounts, expectations);
  const staging = await startExporter(simulator.url, { 'fleet-eu': fleetEuStaging });
  const prometheus = await startPrometheus(configuration(production, staging));
  onTestFinished(() => prometheus.stop());

  const runQueries = (title: string, choice?: Selection): Promise<Vector[]> =>
    Promise.all((panelTitled(title).targets ?? []).map(({ expr }) => prometheus.query(interpolate(expr, choice))));
  const table = async (title: string, choice?: Selection): Promise<Table> =>
    displayTable(panelTitled(title), await runQueries(title, choice));

  // Wait until all replicas of both jobs have read every readable account.
  await eventually(async () => (await prometheus.query('count(up) == 3 and sum(pointone_up) == 5')).length > 0);
  await eventually(async () => {
    const results = await Promise.all(
      PANELS.map(async ({ title, targets = [] }) => {
        const vectors = await runQueries(title);
        // No series has ended yet.
        return vectors.filter((_, index) => targets[index]?.refId !== 'ended');
      }),
    );
    return results.flat().every(({ length }) => length > 0);
  });
  return { world, fleetEu, staging, prometheus, runQueries, table };
}

/** Returns the only value of a panel with a single value. */
async function single({ runQueries }: Scene, title: string): Promise<number> {
  const [vector, ...more] = await runQueries(title);
  expect(more).toEqual([]);
  expect(vector, title).toHaveLength(1);
  return vector?.[0]?.value ?? Number.NaN;
}

/** Returns the values of a panel, keyed by the given labels. */
async function by({ runQueries }: Scene, title: string, ...labels: readonly string[]): Promise<Record<string, number>> {
  const [vector = []] = await runQueries(title);
  return Object.fromEntries(
    vector.map(({ metric, value }) => [labels.map((label) => metric[label] ?? '').join(' '), value]),
  );
}

const left = ({ expiresAt }: Pick<ExpectedToken, 'expiresAt'>): number =>
  ((expiresAt ?? Number.NaN) - Date.now()) / 1000;

/** Expects an approximately equal value: a measured value can be some seconds old. */
function expectNear(value: number | undefined, expected: number, tolerance = MAX_AGE): void {
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(tolerance);
}

/** Expects a time left, which is rounded down to a minute. */
function expectTimeNear(value: number | undefined, expected: number): void {
  expect((value ?? Number.NaN) % 60).toBeCloseTo(0);
  expectNear(value, expected, MAX_AGE + 60);
}

/** Returns the expected row of a token. */
const row = ({ urgency, account, name, role, status, createdAt, expiresAt, job }: ExpectedToken) => ({
  urgency,
  account,
  name,
  role,
  status,
  created: createdAt,
  expires: expiresAt,
  job,
});

/** Returns the displayed texts of each row. */
const texts = ({ cells }: Table): string[][] => cells.map((row) => row.map(({ text }) => text));

function shownRows(table: Table) {
  return table.rows.map((cells, index) => ({
    urgency: texts(table)[index]?.[table.columns.indexOf('Urgency')],
    account: cells['Account'],
    name: cells['Name'],
    role: cells['Role'],
    status: cells['Status'],
    // Values computed in seconds differ by less than a millisecond.
    created: cells['Created'] === undefined ? null : Math.round(Number(cells['Created'])),
    expires: cells['Expires'] === undefined ? null : Math.round(Number(cells['Expires'])),
    job: cells['Job'],
  }));
}

const byJson = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function expectTokens(table: Table, expected: readonly ExpectedToken[]): void {
  expect(shownRows(table).sort(byJson)).toEqual(expected.map(row).sort(byJson));
}

/** The components of a test that displays the live dashboard. */
const LIVE: readonly Component[] = ['prometheus', '@grafana/data (npm ci --prefix test/grafana)'];

describe('the dashboard', () => {
  stackTest('shows the simulated accounts and tokens correctly', LIVE, async () => {
    const scene = await startScene();
    for (const part of [expectSummary, expectTable, expectTimeLeft, expectHealth, expectAlerts]) {
      await expectEventually(() => part(scene));
    }
  });

  stackTest('follows selected variables, rotations and outages', LIVE, async () => {
    const scene = await startScene();
    await expectEventually(() => expectSelections(scene));
    await expectEventually(() => expectVariables(scene));
    await expectRotation(scene);
    await expectOutage(scene);
  });
});

async function expectSummary(scene: Scene): Promise<void> {
  const { world } = scene;
  for (const [title, urgency] of [
    ['Expired', 'expired'],
    ['Critical', 'critical'],
    ['Warning', 'warning'],
    ['Expiry unknown', 'expiry unknown'],
    ['Fine', 'fine'],
  ] as const) {
    expect(world.count(urgency), urgency).toBeGreaterThan(1);
    expect(await single(scene, title), title).toBe(world.count(urgency));
  }
  // `dashboard` is listed but has expired; `never-made` is not listed.
  expect(await single(scene, 'Expected tokens missing')).toBe(2);
  expect(await single(scene, 'Unreadable accounts')).toBe(1);
  // Two groups expire in one day. Either can be first. `twins` also has a token with two days left.
  const [soonest = []] = await scene.runQueries('Next expiry');
  expect(soonest).toHaveLength(1);
  expect(['created after its expiry', 'fleet-sync']).toContain(soonest[0]?.metric['name']);
  expectTimeNear(soonest[0]?.value, DAY);
}

async function expectTable({ world, table }: Scene): Promise<void> {
  const tokens = await table('Tokens');
  expect(tokens.columns).toEqual([
    'Urgency',
    'Account',
    'Name',
    'Role',
    'Status',
    'Created',
    'Expires',
    'Time left',
    'Job',
    'Namespace',
  ]);
  expectTokens(tokens, world.expected);
  const order = texts(tokens).map((cells) => URGENCY_ORDER.indexOf(cells[0] ?? ''));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  tokens.rows.forEach((cells, index) => {
    const [expires, timeLeft] = [cells['Expires'], cells['Time left']];
    if (expires === undefined) expect(timeLeft).toBeUndefined();
    else expectTimeNear(Number(timeLeft), left({ expiresAt: Number(expires) }));
    const next = tokens.rows[index + 1] ?? {};
    if (next['Urgency'] === cells['Urgency'] && timeLeft !== undefined && next['Time left'] !== undefined) {
      expect(Number(next['Time left'])).toBeGreaterThanOrEqual(Number(timeLeft));
    }
  });
  const color = (name: string) =>
    tokens.cells[tokens.rows.findIndex((r) => r['Name'] === name)]?.[tokens.columns.indexOf('Time left')]?.color;
  expect(['dashboard', 'ci-nightly', 'rover-provisioning', 'rover-17', 'survey-legacy'].map(color)).toEqual(
    ['dark-red', 'red', 'orange', 'green', 'purple'].map(colorNamed),
  );
}

async function expectTimeLeft(scene: Scene): Promise<void> {
  const usable = scene.world.expected.filter(
    ({ status, expiresAt }) => !['EXPIRED', 'REVOKED'].includes(status) && expiresAt !== null,
  );
  const expected: Record<string, number> = {};
  for (const token of usable) {
    const group = [token.job, token.account, token.name === 'none' ? '' : token.name, token.role].join(' ');
    expected[group] = Math.max(expected[group] ?? Number.NEGATIVE_INFINITY, left(token));
  }
  const lines = await by(scene, 'Time left', 'job', 'account', 'name', 'role');
  expect(Object.keys(lines).sort()).toEqual(Object.keys(expected).sort());
  for (const [group, value] of Object.entries(lines)) expectTimeNear(value, expected[group] ?? Number.NaN);

  const [creations] = SHIPPED.annotations.list;
  expect(creations?.target.expr).toBe(creations?.expr);
  const annotations = await scene.prometheus.query(interpolate(creations?.expr ?? ''));
  const creationTimes = scene.world.expected.flatMap(({ createdAt }) => (createdAt === null ? [] : [createdAt]));
  expect(annotations.map(({ value }) => Math.round(value)).sort()).toEqual(creationTimes.sort());
}

async function expectHealth(scene: Scene): Promise<void> {
  expect(await by(scene, 'Fetch results', 'job', 'account', 'instance')).toEqual({
    'pointone fleet-eu a:10210': 1,
    'pointone fleet-eu b:10210': 1,
    'pointone fleet-us a:10210': 1,
    'pointone fleet-us b:10210': 1,
    'pointone refused a:10210': 0,
    'pointone refused b:10210': 0,
    'staging fleet-eu c:10210': 1,
  });
  const errors = await by(scene, 'Failed fetches by reason', 'job', 'account', 'reason');
  // Timeouts under load are not a problem of the dashboard.
  expect(Object.keys(errors).filter((key) => !key.endsWith('timeout'))).toEqual(['pointone refused unauthenticated']);

  const durations = await by(scene, 'Fetch duration', 'account', 'instance');
  expect(Object.keys(durations)).toHaveLength(7);
  for (const seconds of Object.values(durations)) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(10);
  }
  const skews = await by(scene, 'Clock skew', 'account', 'instance');
  expect(Object.keys(skews)).toHaveLength(7);
  for (const seconds of Object.values(skews)) expectNear(seconds, -100);

  const credentials = await by(scene, 'Exporter credentials: time left', 'job', 'account');
  const days = { 'pointone fleet-eu': 10, 'pointone fleet-us': 40, 'staging fleet-eu': 1 };
  expect(Object.keys(credentials).sort()).toEqual(Object.keys(days));
  for (const [account, count] of Object.entries(days)) expectTimeNear(credentials[account], count * DAY);

  const ages = await by(scene, 'Time since the last successful fetch', 'job', 'account');
  expect(Object.keys(ages).sort()).toEqual(Object.keys(days));
  for (const seconds of Object.values(ages)) expectNear(seconds, 0);
}

/** Expects that the critical and expired tokens of the dashboard are those for which the shipped rules fire. */
async function expectAlerts({ world, prometheus, table }: Scene): Promise<void> {
  const fired = async (): Promise<string[][]> => {
    const alerts = await table('Firing alerts');
    const { columns } = alerts;
    expect(columns).toEqual(['Severity', 'Alert', 'Account', 'Token', 'Role', 'Since', 'Job', 'Namespace']);
    return texts(alerts).map((cells) =>
      ['Severity', 'Alert', 'Account', 'Token', 'Role', 'Job'].map((column) => cells[columns.indexOf(column)] ?? ''),
    );
  };
  const alertOf = { expired: 'PointOneTokenExpired', critical: 'PointOneTokenExpiringSoon' } as const;
  const expectedAlerts = (urgency: keyof typeof alertOf): string[] => {
    const groups = world.expected
      .filter((token) => token.urgency === urgency)
      .map(({ account, name, role, job }) =>
        ['critical', alertOf[urgency], account, name === 'none' ? '–' : name, role, job].join(' | '),
      );
    return [...new Set(groups)].sort();
  };
  const critical = (cells: readonly string[][], alert: string): string[] =>
    cells.filter(([severity, name]) => severity === 'critical' && name === alert).map((c) => c.join(' | '));
  const cells = await fired();
  for (const urgency of ['expired', 'critical'] as const) {
    expect(critical(cells, alertOf[urgency]).sort()).toEqual(expectedAlerts(urgency));
  }
  const all = await prometheus.query('ALERTS{alertstate="firing"}');
  expect(cells).toHaveLength(all.length);
  const severities = cells.map(([severity]) => ['critical', 'warning', 'info'].indexOf(severity ?? ''));
  expect(severities).toEqual([...severities].sort());
  for (const { Since } of (await table('Firing alerts')).rows) expectNear(Number(Since) / 1000, Date.now() / 1000);
}

async function expectSelections({ world, table, runQueries }: Scene): Promise<void> {
  const choices: readonly (readonly [Selection, (token: ExpectedToken) => boolean])[] = [
    [{}, () => true],
    [{ job: ['staging'] }, ({ job }) => job === 'staging'],
    [{ instance: ['b:10210'] }, ({ job }) => job === 'pointone'],
    [{ account: ['fleet-us'] }, ({ account }) => account === 'fleet-us'],
    [{ role: ['ROLE_READ_ONLY'] }, ({ role }) => role === 'ROLE_READ_ONLY'],
    [{ namespace: ['test'] }, ({ job }) => job === 'staging'],
    [{ name: ['a.b (c) \\d+'] }, ({ name }) => name === 'a.b (c) \\d+'],
    [{ name: ['the "blue" one'] }, ({ name }) => name === 'the "blue" one'],
    [{ name: ['two\nlines'] }, ({ name }) => name === 'two\nlines'],
    [{ name: ['two\nlines', 'the "blue" one'] }, ({ name }) => ['two\nlines', 'the "blue" one'].includes(name)],
    [
      { account: ['fleet-eu', 'fleet-us'], name: ['ci-nightly', 'fleet-sync'] },
      ({ name }) => name === 'ci-nightly' || name === 'fleet-sync',
    ],
  ];
  for (const [choice, matches] of choices) {
    const expected = world.expected.filter(matches);
    expect(expected.length).toBeGreaterThan(0);
    expectTokens(await table('Tokens', choice), expected);
    const [counted] = await runQueries('Critical', choice);
    expect(counted?.[0]?.value).toBe(world.count('critical', expected));
  }
  // Alerts on accounts have no token labels, so they match every selected token.
  const [alerts = []] = await runQueries('Firing alerts', { account: ['fleet-us'], name: ['fleet-sync'] });
  expect(alerts.map(({ metric }) => [metric['alertname'], metric['account'], metric['name']])).toContainEqual([
    'PointOneTokenExpiringSoon',
    'fleet-us',
    'fleet-sync',
  ]);
  expect(alerts.every(({ metric }) => ['fleet-sync', undefined].includes(metric['name']))).toBe(true);
}

async function expectVariables({ world, prometheus }: Scene): Promise<void> {
  const offered = async (name: string): Promise<string[]> => {
    const definition = SHIPPED.templating.list.find((variable) => variable.name === name)?.definition ?? '';
    const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    const values = await prometheus.query(`count by (${label}) (${interpolate(series)})`);
    return values.flatMap(({ metric }) => metric[label] ?? []).sort();
  };
  const known = (key: 'name' | 'role'): string[] =>
    [...new Set(world.expected.map((token) => token[key]).filter((value) => value !== 'none'))].sort();
  expect(await offered('cluster')).toEqual([]);
  expect(await offered('namespace')).toEqual(['prod', 'test']);
  expect(await offered('job')).toEqual(['pointone', 'staging']);
  expect(await offered('instance')).toEqual(['a:10210', 'b:10210', 'c:10210']);
  expect(await offered('account')).toEqual(['fleet-eu', 'fleet-us', 'refused']);
  expect(await offered('role')).toEqual(known('role'));
  expect(await offered('name')).toEqual(known('name'));
}

/** Expects that a successor marks the old token as replaced, removes it from the count and raises the line. */
async function expectRotation(scene: Scene): Promise<void> {
  const { world, fleetEu, table } = scene;
  const name = 'rover-provisioning';
  const before = world.count('warning');
  expect(await single(scene, 'Warning')).toBe(before);
  world.add(fleetEu, 'pointone', 'fleet-eu', name, 'fine', { left: 365 });
  const rows = async () => (await table('Tokens', { name: [name] })).rows.map((_, index, all) => all[index]);
  await eventually(async () => (await rows()).length === 2);
  const after = await table('Tokens', { name: [name] });
  expect(texts(after).map(([urgency]) => urgency)).toEqual(['fine', 'replaced']);
  await eventually(async () => (await single(scene, 'Warning')) === before - 1);
  const lines = await by(scene, 'Time left', 'account', 'name');
  expectTimeNear(lines[`fleet-eu ${name}`], 365 * DAY);
}

/** Expects that the tokens of a stopped exporter disappear and its account counts as unreadable. */
async function expectOutage(scene: Scene): Promise<void> {
  const start = Date.now() / 1000 - 10;
  scene.staging.child.kill('SIGKILL');
  await eventually(async () => (await single(scene, 'Unreadable accounts')) === 2);
  const { rows } = await scene.table('Tokens');
  expect(rows.filter(({ Job }) => Job === 'staging')).toEqual([]);

  const jobs = await Promise.all(
    (panelTitled('Time left').targets ?? []).map(async ({ expr }) => {
      const lines = await scene.prometheus.queryRange(interpolate(expr), start, Date.now() / 1000, 1);
      return [...new Set(lines.map(({ metric }) => metric['job']))];
    }),
  );
  // The lines of the stopped exporter stay, but not in the query with the legend.
  expect(jobs).toEqual([['pointone'], ['staging']]);
}
