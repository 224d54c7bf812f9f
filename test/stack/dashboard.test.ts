import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { startSimulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/world.ts';
import { temporaryFolder } from '../support/exporter.ts';
import { type ServingProcess, serve } from '../support/exporter-process.ts';
import { type Prometheus, runWithInput, stackTest, startPrometheus } from '../support/stack.ts';
import { type Choice, interpolate } from '../unit/grafana/interpolate.ts';
import { EXPRESSIONS, PANELS, panelTitled, SHIPPED } from '../unit/grafana/shipped-dashboard.ts';
import { colorOf, rendered, shown, type Table, tableOf, type Vector } from '../unit/grafana/table.ts';
import { addFleetEu, addFleetUs, addStaging, DashboardWorld, type Expected } from '../unit/grafana/world.ts';

const DAY = 86_400;
const RULES = fileURLToPath(new URL('../../alerts/rules.yml', import.meta.url));

/** How long ago a value may have been measured, in seconds, on a machine under load. */
const AGE = 30;

/** The most urgent first. */
const ORDER = ['expired', 'critical', 'warning', 'expiry unknown', 'fine', 'replaced', 'revoked'];

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** A fetch that came late, on a machine under load, takes its tokens away until the next one. */
function eventuallyHolds(expectations: () => Promise<void>): Promise<void> {
  return vi.waitFor(expectations, { timeout: 60_000, interval: 500 });
}

interface Scene {
  readonly world: DashboardWorld;
  readonly fleetEu: User;
  readonly staging: ServingProcess;
  readonly prometheus: Prometheus;
  /** What each query of a panel gives now. */
  ask(title: string, choice?: Choice): Promise<Vector[]>;
  /** A panel's table as it is shown now. */
  table(title: string, choice?: Choice): Promise<Table>;
}

/** An exporter for some of the simulator's users; a user of no name has a credential that is refused. */
async function exporterOf(
  endpoint: string,
  accounts: Readonly<Record<string, User | undefined>>,
  expected: Readonly<Record<string, readonly { name: string; role?: string }[]>> = {},
): Promise<ServingProcess> {
  const folder = await temporaryFolder();
  const entries = await Promise.all(
    Object.entries(accounts).map(async ([name, user]) => {
      await writeFile(join(folder, name), user?.credential ?? 'a-token-that-nobody-knows');
      return { name, token_file: name, ...(expected[name] ? { expected_tokens: expected[name] } : {}) };
    }),
  );
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts: entries }));
  return serve([`--config.file=${join(folder, 'accounts.yml')}`], { POINTONE_API_ENDPOINT: endpoint });
}

/** Two jobs, one of them scraped by way of two replicas, and the shipped rules. */
function configuration(production: ServingProcess, staging: ServingProcess): string {
  const target = ({ url }: ServingProcess, labels: Record<string, string>) => ({
    targets: [new URL(url).host],
    labels,
  });
  return JSON.stringify({
    // A busy machine may need a while to answer; less would cut fetches off.
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: 'pointone',
        static_configs: ['a', 'b'].map((pod) => target(production, { instance: `${pod}:10210`, pod })),
      },
      { job_name: 'staging', static_configs: [target(staging, { instance: 'c:10210', pod: 'c' })] },
    ],
  });
}

async function setScene(): Promise<Scene> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const world = new DashboardWorld(simulator.world);
  const user = (id: string, credentialDays: number) => simulator.world.addUser(id, { listed: false, credentialDays });
  const [fleetEu, fleetUs, fleetEuStaging] = [user('eu', 10), user('us', 40), user('eu-staging', 1)];
  // The API's clock is ahead.
  simulator.world.dateOffset = 100_000;
  addFleetEu(world, fleetEu);
  addFleetUs(world, fleetUs);
  addStaging(world, fleetEuStaging);

  const accounts = { 'fleet-eu': fleetEu, 'fleet-us': fleetUs, refused: undefined };
  const expectations = { 'fleet-eu': [{ name: 'caster-ingest' }, { name: 'dashboard' }, { name: 'never-made' }] };
  const production = await exporterOf(simulator.url, accounts, expectations);
  const staging = await exporterOf(simulator.url, { 'fleet-eu': fleetEuStaging });
  const prometheus = await startPrometheus(configuration(production, staging));
  onTestFinished(() => prometheus.stop());

  const ask = (title: string, choice?: Choice): Promise<Vector[]> =>
    Promise.all((panelTitled(title).targets ?? []).map(({ expr }) => prometheus.query(interpolate(expr, choice))));
  const table = async (title: string, choice?: Choice): Promise<Table> =>
    tableOf(panelTitled(title), await ask(title, choice));

  // Both replicas and both jobs have read whatever can be read, and not only the first that was scraped.
  await eventually(async () => (await prometheus.query('count(up) == 3 and sum(pointone_up) == 5')).length > 0);
  await eventually(async () => {
    const every = await Promise.all(PANELS.map(({ title }) => ask(title)));
    return every.flat().every(({ length }) => length > 0);
  });
  return { world, fleetEu, staging, prometheus, ask, table };
}

/** The only value of a panel that shows one. */
async function single({ ask }: Scene, title: string): Promise<number> {
  const [vector, ...more] = await ask(title);
  expect(more).toEqual([]);
  expect(vector, title).toHaveLength(1);
  return vector?.[0]?.value ?? Number.NaN;
}

/** The values of a panel by some of their labels. */
async function by({ ask }: Scene, title: string, ...labels: readonly string[]): Promise<Record<string, number>> {
  const [vector = []] = await ask(title);
  return Object.fromEntries(
    vector.map(({ metric, value }) => [labels.map((label) => metric[label] ?? '').join(' '), value]),
  );
}

const left = ({ expiresAt }: Pick<Expected, 'expiresAt'>): number => ((expiresAt ?? Number.NaN) - Date.now()) / 1000;

/** Near enough for a value that was measured a while ago. */
function expectNear(value: number | undefined, wanted: number): void {
  expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThan(AGE);
}

/** What identifies a row, and what the table says of it. */
const row = ({ urgency, account, name, role, status, createdAt, expiresAt, job }: Expected) => ({
  urgency,
  account,
  name,
  role,
  status,
  created: createdAt,
  expires: expiresAt,
  job,
});

function shownRows({ columns, rows }: Table) {
  const words = shown(panelTitled('Tokens'), { columns, rows });
  return rows.map((cells, index) => ({
    urgency: words[index]?.[columns.indexOf('Urgency')],
    account: cells['Account'],
    name: cells['Name'],
    role: cells['Role'],
    status: cells['Status'],
    // What was counted in seconds is off by less than a millisecond.
    created: cells['Created'] === undefined ? null : Math.round(Number(cells['Created'])),
    expires: cells['Expires'] === undefined ? null : Math.round(Number(cells['Expires'])),
    job: cells['Job'],
  }));
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function expectTokens(table: Table, expected: readonly Expected[]): void {
  expect(shownRows(table).sort(byText)).toEqual(expected.map(row).sort(byText));
}

describe('the dashboard', () => {
  stackTest('asks nothing that Prometheus cannot parse', ['promtool'], async () => {
    const rules = EXPRESSIONS.map(([, expr], index) => ({ record: `dashboard:${index}`, expr: interpolate(expr) }));
    const file = join(await temporaryFolder(), 'rules.yml');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, output } = await runWithInput('promtool', ['check', 'rules', file], '');
    expect(output).toContain(`${EXPRESSIONS.length} rules found`);
    expect(code, output).toBe(0);
  });

  stackTest('calls an account unread that is lost, not one that was removed', ['promtool'], async () => {
    const unread = interpolate(panelTitled('Unreadable accounts').targets?.[0]?.expr ?? '');
    const account = (name: string, instance: string, values: string) => ({
      series: `pointone_up{job="pointone", instance="${instance}", account="${name}"}`,
      values,
    });
    const target = (instance: string, values: string) => ({
      series: `up{job="pointone", instance="${instance}"}`,
      values,
    });
    // Minute by minute: `a` answers all the time, `b` and `c` no longer.
    const input_series = [
      target('a', '1x30'),
      target('b', '1x10 0x20'),
      target('c', '1x10 0x20'),
      account('read', 'a', '1x30'),
      account('failing', 'a', '1x10 0x20'),
      account('removed', 'a', '1x10 stale'),
      account('read by a alone', 'a', '1x30'),
      account('read by a alone', 'b', '1x10 stale'),
      account('lost', 'b', '1x10 stale'),
      account('lost', 'c', '1x10 stale'),
    ];
    const expectation = (eval_time: string, value: number) => ({
      expr: unread,
      eval_time,
      exp_samples: [{ labels: '{}', value }],
    });
    const promql_expr_test = [expectation('5m', 0), expectation('25m', 2)];
    const file = join(await temporaryFolder(), 'unread.yml');
    await writeFile(file, JSON.stringify({ tests: [{ interval: '1m', input_series, promql_expr_test }] }));
    const { code, output } = await runWithInput('promtool', ['test', 'rules', file], '');
    expect(code, output).toBe(0);
  });

  stackTest('shows a world as it is', ['prometheus'], async () => {
    const scene = await setScene();
    const { columns, rows } = await scene.table('Tokens');
    console.log(rendered(columns, shown(panelTitled('Tokens'), { columns, rows })));
    for (const part of [expectSummary, expectTable, expectTimeLeft, expectHealth, expectAlerts]) {
      await eventuallyHolds(() => part(scene));
    }
  });

  stackTest('follows what is chosen and what happens', ['prometheus'], async () => {
    const scene = await setScene();
    await eventuallyHolds(() => expectChoices(scene));
    await eventuallyHolds(() => expectVariables(scene));
    await expectRotation(scene);
    await expectLoss(scene);
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
  // `dashboard` is listed and has expired, `never-made` is not listed.
  expect(await single(scene, 'Expected tokens missing')).toBe(2);
  expect(await single(scene, 'Unreadable accounts')).toBe(1);
  // `twins` has one of a day as well, but another of two; of the two of a day, one was made a moment earlier.
  const [soonest = []] = await scene.ask('Next expiry');
  expect(soonest).toHaveLength(1);
  expect(['born after its end', 'fleet-sync']).toContain(soonest[0]?.metric['name']);
  expectNear(soonest[0]?.value, DAY);
}

async function expectTable({ world, table }: Scene): Promise<void> {
  const tokens = await table('Tokens');
  const words = shown(panelTitled('Tokens'), tokens);
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
  ]);
  expectTokens(tokens, world.expected);
  const order = words.map((cells) => ORDER.indexOf(cells[0] ?? ''));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  tokens.rows.forEach((cells, index) => {
    const [expires, timeLeft] = [cells['Expires'], cells['Time left']];
    if (expires === undefined) expect(timeLeft).toBeUndefined();
    else expectNear(Number(timeLeft), left({ expiresAt: Number(expires) }));
    const next = tokens.rows[index + 1] ?? {};
    if (next['Urgency'] === cells['Urgency'] && timeLeft !== undefined && next['Time left'] !== undefined) {
      expect(Number(next['Time left'])).toBeGreaterThanOrEqual(Number(timeLeft));
    }
  });
  const steps = panelTitled('Tokens').fieldConfig?.defaults.thresholds?.steps ?? [];
  const color = (name: string) => colorOf(steps, Number(tokens.rows.find((r) => r['Name'] === name)?.['Time left']));
  expect(['dashboard', 'ci-nightly', 'rover-provisioning', 'rover-17'].map(color)).toEqual([
    'dark-red',
    'red',
    'orange',
    'green',
  ]);
}

async function expectTimeLeft(scene: Scene): Promise<void> {
  const usable = scene.world.expected.filter(
    ({ status, expiresAt }) => !['EXPIRED', 'REVOKED'].includes(status) && expiresAt !== null,
  );
  const wanted: Record<string, number> = {};
  for (const token of usable) {
    const group = [token.job, token.account, token.name === 'none' ? '' : token.name, token.role].join(' ');
    wanted[group] = Math.max(wanted[group] ?? Number.NEGATIVE_INFINITY, left(token));
  }
  const lines = await by(scene, 'Time left', 'job', 'account', 'name', 'role');
  expect(Object.keys(lines).sort()).toEqual(Object.keys(wanted).sort());
  for (const [group, value] of Object.entries(lines)) expectNear(value, wanted[group] ?? Number.NaN);

  const [creations] = SHIPPED.annotations.list;
  expect(creations?.target.expr).toBe(creations?.expr);
  const marks = await scene.prometheus.query(interpolate(creations?.expr ?? ''));
  const born = scene.world.expected.flatMap(({ createdAt }) => (createdAt === null ? [] : [createdAt]));
  expect(marks.map(({ value }) => Math.round(value)).sort()).toEqual(born.sort());
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
  // A fetch that came late is no fault of the dashboard.
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
  for (const [account, count] of Object.entries(days)) expectNear(credentials[account], count * DAY);

  const ages = await by(scene, 'Time since the last successful fetch', 'job', 'account');
  expect(Object.keys(ages).sort()).toEqual(Object.keys(days));
  for (const seconds of Object.values(ages)) expectNear(seconds, 0);
}

/** The alerts on tokens that the shipped rules fire are what the dashboard calls critical and expired. */
async function expectAlerts({ world, prometheus, table }: Scene): Promise<void> {
  const fired = async (): Promise<string[][]> => {
    const { columns, rows } = await table('Firing alerts');
    return shown(panelTitled('Firing alerts'), { columns, rows }).map((cells) =>
      ['Severity', 'Alert', 'Account', 'Token', 'Role', 'Job'].map((column) => cells[columns.indexOf(column)] ?? ''),
    );
  };
  const alertOf = { expired: 'PointOneTokenExpired', critical: 'PointOneTokenExpiringSoon' } as const;
  const wanted = (urgency: keyof typeof alertOf): string[] => {
    const groups = world.expected
      .filter((token) => token.urgency === urgency)
      .map(({ account, name, role, job }) =>
        ['critical', alertOf[urgency], account, name === 'none' ? '' : name, role, job].join(' | '),
      );
    return [...new Set(groups)].sort();
  };
  const critical = (cells: readonly string[][], alert: string): string[] =>
    cells.filter(([severity, name]) => severity === 'critical' && name === alert).map((c) => c.join(' | '));
  const cells = await fired();
  for (const urgency of ['expired', 'critical'] as const) {
    expect(critical(cells, alertOf[urgency]).sort()).toEqual(wanted(urgency));
  }
  const all = await prometheus.query('ALERTS{alertstate="firing"}');
  expect(cells).toHaveLength(all.length);
  const severities = cells.map(([severity]) => ['critical', 'warning', 'info'].indexOf(severity ?? ''));
  expect(severities).toEqual([...severities].sort());
  for (const { Since } of (await table('Firing alerts')).rows) expectNear(Number(Since) / 1000, Date.now() / 1000);
}

async function expectChoices({ world, table, ask }: Scene): Promise<void> {
  const choices: readonly (readonly [Choice, (token: Expected) => boolean])[] = [
    [{}, () => true],
    [{ job: ['staging'] }, ({ job }) => job === 'staging'],
    [{ instance: ['b:10210'] }, ({ job }) => job === 'pointone'],
    [{ account: ['fleet-us'] }, ({ account }) => account === 'fleet-us'],
    [{ role: ['ROLE_READ_ONLY'] }, ({ role }) => role === 'ROLE_READ_ONLY'],
    [{ name: ['a.b (c) \\d+'] }, ({ name }) => name === 'a.b (c) \\d+'],
    [
      { account: ['fleet-eu', 'fleet-us'], name: ['ci-nightly', 'fleet-sync'] },
      ({ name }) => name === 'ci-nightly' || name === 'fleet-sync',
    ],
  ];
  for (const [choice, matches] of choices) {
    const expected = world.expected.filter(matches);
    expect(expected.length).toBeGreaterThan(0);
    expectTokens(await table('Tokens', choice), expected);
    const [counted] = await ask('Critical', choice);
    expect(counted?.[0]?.value).toBe(world.count('critical', expected));
  }
  // An alert on an account is no alert on a token, and shows whichever token is chosen.
  const [alerts = []] = await ask('Firing alerts', { account: ['fleet-us'], name: ['fleet-sync'] });
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
  expect(await offered('job')).toEqual(['pointone', 'staging']);
  expect(await offered('instance')).toEqual(['a:10210', 'b:10210', 'c:10210']);
  expect(await offered('account')).toEqual(['fleet-eu', 'fleet-us', 'refused']);
  expect(await offered('role')).toEqual(known('role'));
  expect(await offered('name')).toEqual(known('name'));
}

/** A successor makes the old token "replaced", takes it out of the count, and lifts the line. */
async function expectRotation(scene: Scene): Promise<void> {
  const { world, fleetEu, table } = scene;
  const name = 'rover-provisioning';
  const before = world.count('warning');
  expect(await single(scene, 'Warning')).toBe(before);
  world.add(fleetEu, 'pointone', 'fleet-eu', name, 'fine', { left: 365 });
  const rows = async () => (await table('Tokens', { name: [name] })).rows.map((_, index, all) => all[index]);
  await eventually(async () => (await rows()).length === 2);
  const after = await table('Tokens', { name: [name] });
  expect(shown(panelTitled('Tokens'), after).map(([urgency]) => urgency)).toEqual(['fine', 'replaced']);
  await eventually(async () => (await single(scene, 'Warning')) === before - 1);
  const lines = await by(scene, 'Time left', 'account', 'name');
  expectNear(lines[`fleet-eu ${name}`], 365 * DAY);
}

/** An exporter that is gone takes its tokens along, and that is told. */
async function expectLoss(scene: Scene): Promise<void> {
  scene.staging.child.kill('SIGKILL');
  await eventually(async () => (await single(scene, 'Unreadable accounts')) === 2);
  const { rows } = await scene.table('Tokens');
  expect(rows.filter(({ Job }) => Job === 'staging')).toEqual([]);
}
