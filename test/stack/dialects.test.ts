import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { replaceTable } from '../../scripts/tables.ts';
import { DIALECTS, type Dialect } from '../../simulator/dialects.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import { temporaryFolder } from '../support/exporter.ts';
import { run, serve } from '../support/exporter-process.ts';
import { type Exposition, parseExposition } from '../support/exposition.ts';
import { REPOSITORY } from '../support/repository.ts';
import { prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { stackTest, startPrometheus } from '../support/stack.ts';

/** With WRITE_DOCS=1, this test writes the table in the page instead of comparing it. */
const WRITE = process.env['WRITE_DOCS'] === '1';
const PAGE = new URL('docs/first-contact.md', REPOSITORY);

const DAY = 86_400_000;

interface World {
  readonly dialect: Dialect;
  readonly simulator: Simulator;
  readonly user: User;
}

/** Simulates a user of an API of a dialect, with a token in each state. */
async function createWorld(dialect: Dialect): Promise<World> {
  const simulator = await startSimulator({ dialect });
  onTestFinished(() => simulator.close());
  const user = simulator.state.addUser(dialect);
  const now = Date.now();
  const add = (name: string, daysLeft: number, age = 365 - daysLeft) =>
    user.add({ name, createdAt: now - age * DAY, expiresAt: now + daysLeft * DAY });
  add('fine', 300);
  add('in-2-days', 2);
  add('in-12-days', 12);
  add('expired', -2);
  user.revoke(add('revoked', 200));
  add('replaced', 1);
  add('replaced', 360, 1);
  return { dialect, simulator, user };
}

/** Ends the time window of a rate limit before the next call. */
function endRateLimits(worlds: readonly World[]): void {
  for (const { simulator } of worlds) simulator.state.clock.advance(20_000);
}

/** What the exporter says about one dialect. */
interface Row {
  /** The state of each name, that of its most urgent token. */
  readonly check: Readonly<Record<string, string>>;
  readonly states: readonly string[];
  readonly alerts: readonly string[];
  readonly diagnose: { readonly code: number | null; readonly text: string };
  readonly metrics: Exposition;
}

async function observe(worlds: readonly World[]): Promise<Map<Dialect, Row>> {
  const file = join(await temporaryFolder(), 'accounts.yml');
  const accounts = worlds.map(({ dialect, simulator }) => ({
    name: dialect,
    token_env: variableOf(dialect),
    endpoint: simulator.url,
  }));
  await writeFile(file, JSON.stringify({ accounts }));
  const environment = Object.fromEntries(worlds.map(({ dialect, user }) => [variableOf(dialect), user.credential]));
  const args = [`--config.file=${file}`];

  endRateLimits(worlds);
  const checked = JSON.parse((await run(['check', '--output=json', ...args], environment)).stdout) as {
    tokens: { account: string; name: string; state: string }[];
  };
  endRateLimits(worlds);
  const metrics = parseExposition((await run(['metrics', ...args], environment)).stdout);
  const diagnoses = new Map<Dialect, Row['diagnose']>();
  for (const { dialect, simulator, user } of worlds) {
    simulator.state.clock.advance(20_000);
    const { code, stdout } = await run(['diagnose'], {
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: user.credential,
    });
    diagnoses.set(dialect, { code, text: stdout.replace(/\s+/g, ' ') });
  }
  endRateLimits(worlds);
  const alerts = await firingAlerts(args, environment, worlds);
  return new Map(
    worlds.map(({ dialect }) => [
      dialect,
      {
        // The most urgent tokens come first, and the last of equal keys counts.
        check: Object.fromEntries(
          checked.tokens
            .filter(({ account }) => account === dialect)
            .map(({ name, state }) => [name, state] as const)
            .reverse(),
        ),
        states: checked.tokens.filter(({ account }) => account === dialect).map(({ state }) => state),
        metrics,
        diagnose: diagnoses.get(dialect) as Row['diagnose'],
        alerts: alerts.get(dialect) ?? [],
      },
    ]),
  );
}

/** The alerts on the tokens of `createWorld`, sorted. A list without dead tokens has no alert on the expired one. */
function expectedAlerts(dialect: Dialect): string[] {
  return [
    ...(dialect === 'unlisted-when-dead' ? [] : ['PointOneTokenExpired (critical) expired']),
    'PointOneTokenExpiringSoon (critical) in-2-days',
    'PointOneTokenExpiringSoon (warning) in-12-days',
    'PointOneTokenExpiringSoon (warning) in-2-days',
  ];
}

/**
 * Runs the exporter and Prometheus with the shipped rules until all expected alerts fire, and returns all that then fire.
 * Alerts start to fire in different evaluations, so an earlier look would see only some of them.
 */
async function firingAlerts(args: string[], environment: Record<string, string>, worlds: readonly World[]) {
  const exporter = await serve(args, environment);
  const prometheus = await startPrometheus(await prometheusConfiguration(exporter.url), await ruleFiles());
  onTestFinished(() => prometheus.stop());
  const query =
    'ALERTS{alertname=~"PointOneToken(ExpiringSoon|Expired|ExpiryUnknown|StatusUnknown)",alertstate="firing"}';
  const firing = async (): Promise<Record<string, string[]>> => {
    const found = new Map<string, string[]>(worlds.map(({ dialect }) => [dialect, []]));
    for (const { metric } of await prometheus.query(query)) {
      const { account = '', alertname = '', severity = '', name = '' } = metric;
      found.get(account)?.push(`${alertname} (${severity}) ${name}`);
    }
    return Object.fromEntries(Array.from(found, ([account, alerts]) => [account, alerts.toSorted()]));
  };
  const expected = Object.fromEntries(worlds.map(({ dialect }) => [dialect, expectedAlerts(dialect)]));
  await expect.poll(firing, { timeout: 120_000, interval: 500 }).toEqual(expected);
  return new Map(Object.entries(expected) as [Dialect, string[]][]);
}

function variableOf(dialect: Dialect): string {
  return `TOKEN_${dialect.replaceAll('-', '_').toUpperCase()}`;
}

/** Describes what the exporter found, in the words of the page. */
function describeRow(dialect: Dialect, { states, alerts, diagnose, metrics }: Row): string[] {
  const samplesOf = (metric: string) =>
    metrics.samples.filter(({ name, labels }) => name === metric && labels['account'] === dialect);
  const known = samplesOf('pointone_token_expiry_known');
  const words = new Set(samplesOf('pointone_token_info').map(({ labels }) => labels['status'] ?? ''));
  return [
    `\`${dialect}\``,
    countEach(states),
    `${known.length} tokens, expiry of ${known.filter(({ value }) => value === 1).length} known, statuses ${[...words].toSorted().join(', ')}`,
    countEach(
      alerts.map((alert) =>
        alert
          .replace(/^PointOneToken/, '')
          .replace(/\S+$/, '')
          .trim(),
      ),
    ),
    `${diagnose.code}: ${describeDiagnosis(diagnose.text)}`,
  ];
}

/** Returns, for example, `fine 2, warning 1`. */
function countEach(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words.toSorted()) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Array.from(counts, ([word, count]) => `${word} ${count}`).join(', ');
}

/** The statements of `diagnose` that differ between the dialects. */
const STATEMENTS: readonly (readonly [pattern: RegExp, statement: string])[] = [
  [/everything in it is understood/, 'everything is understood'],
  [/YYYY-MM-DD midnight UTC/, 'dates without a time, read as midnight UTC'],
  [/number of 13 digits/, 'dates are milliseconds'],
  [/does not allow introspection/, 'introspection is closed'],
  [/The schema was not read \(HTTP 429/, 'the second request was limited, so the schema was not read'],
  [/x-ratelimit-limit/, 'headers that limit requests'],
  [/cf-ray present/, 'a firewall responds in front of the API'],
  [/removes such tokens/, 'no listed token is past its expiry'],
  [/still listed after the expiry/, 'expired tokens stay in the list'],
];

function describeDiagnosis(text: string): string {
  return STATEMENTS.flatMap(([pattern, statement]) => (pattern.test(text) ? [statement] : [])).join('; ');
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const header = ['variant', '`check`', '`metrics`', 'alerts (`PointOneToken…`)', '`diagnose`'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

stackTest(
  'in every dialect, check and the alerts find each expiring token, and the documented table says what else is seen',
  ['prometheus'],
  async () => {
    const worlds = await Promise.all(DIALECTS.map(createWorld));
    const rows = await observe(worlds);
    for (const [dialect, { check, diagnose }] of rows) {
      expect({ dialect, ...check }).toMatchObject({ dialect, 'in-2-days': 'critical', 'in-12-days': 'warning' });
      expect({ dialect, code: diagnose.code }).toEqual({ dialect, code: 0 });
    }
    const page = await readFile(PAGE, 'utf8');
    const table = markdownTable(Array.from(rows, ([dialect, row]) => describeRow(dialect, row)));
    const updated = replaceTable(page, 'dialects', table);
    if (WRITE) await writeFile(PAGE, updated);
    else expect(page, 'Run: WRITE_DOCS=1 npx vitest run test/stack/dialects.test.ts').toBe(updated);
  },
);
