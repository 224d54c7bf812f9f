import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import type { User } from '../../simulator/state.ts';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import {
  BLOCK_NAMES,
  configBlock,
  forTest,
  mergeBlocks,
  POLLING,
  type Replicas,
  rulesForTest,
  startReplicas,
  waitForEvaluations,
} from '../support/scaling.ts';
import { type Prometheus, runWithInput, stackTest, startPrometheus } from '../support/stack.ts';

const DAY = 86_400_000;

/** Account names that could break an address, a label or the rules' matchers on `instance`. */
const ACCOUNTS = [
  ...HOSTILE_STRINGS,
  'fleet/eu west',
  'a&account=b#c?d%20e+f',
  'user@host:10210',
  '../metrics',
  'fleet-us',
] as const;

const hostOf = (url: string): string => new URL(url).host;

/** Starts a simulated API with an account for each name, and two exporter replicas that read all of them. */
async function startAllAccounts() {
  const { simulator } = await simulate();
  const users = ACCOUNTS.map((name, index) => {
    const user = simulator.state.addUser(`owner-${index}`);
    user.add({ name: `token of ${name}` });
    return [name, user] as const;
  });
  const accounts: Readonly<Record<string, User>> = Object.fromEntries(users);
  return { simulator, accounts, replicas: await startReplicas(simulator.url, accounts) };
}

async function startPrometheusOf(configuration: string): Promise<Prometheus> {
  const prometheus = await startPrometheus(configuration, await rulesForTest());
  onTestFinished(() => prometheus.stop());
  return prometheus;
}

async function instancesOf(prometheus: Prometheus, expression: string): Promise<string[]> {
  return (await prometheus.query(expression)).map(({ metric }) => metric['instance'] ?? '').sort();
}

/** Returns the expected values of `instance`, for each name and replica. */
function instances({ a, b }: Replicas, names: readonly string[]): string[] {
  return names.flatMap((name) => [a, b].map(({ url }) => `${name}@${hostOf(url)}`)).sort();
}

/** Expects that every scraped series belongs to the account of its target. */
async function expectAccountsMatchTargets(prometheus: Prometheus, hosts: readonly string[]): Promise<void> {
  for (const { metric } of await prometheus.query('{job!="",__name__!~"ALERTS.*|pointone:.*"}')) {
    expect(Object.keys(metric).filter((label) => label.startsWith('exported_'))).toEqual([]);
    const { __name__, account, instance, name } = metric;
    // Series that Prometheus adds to a scrape have no account, like the metrics of the exporter itself.
    const isScrapeSeries = __name__ === 'up' || __name__?.startsWith('scrape_');
    if (account !== undefined) expect(hosts.map((host) => `${account}@${host}`)).toContain(instance);
    else if (!isScrapeSeries) expect(hosts).toContain(instance);
    if (name !== undefined && name !== 'exporter') expect(name).toBe(`token of ${account}`);
  }
}

/** Returns the firing alerts as `NAME SEVERITY ACCOUNT`. */
async function firing(prometheus: Prometheus): Promise<string[]> {
  const alerts = await prometheus.query('ALERTS{alertstate="firing"}');
  return alerts.map(({ metric }) => `${metric['alertname']} ${metric['severity']} ${metric['account']}`).sort();
}

describe('docs/scaling.md', () => {
  stackTest('contains only configuration blocks that Prometheus accepts', ['promtool'], async () => {
    const texts = await Promise.all(BLOCK_NAMES.map(configBlock));
    texts.push(
      JSON.stringify(mergeBlocks(...(await Promise.all((['discovery', 'shard', 'pair'] as const).map(configBlock))))),
    );
    const file = join(await temporaryFolder(), 'prometheus.yml');
    for (const text of texts) {
      await writeFile(file, text);
      const { code, output } = await runWithInput('promtool', ['check', 'config', '--syntax-only', file], '');
      expect(code, output).toBe(0);
    }
  });
});

describe('a Prometheus that discovers accounts from two replicas', () => {
  stackTest(
    'scrapes each account once per replica, mixes no accounts, and fires each alert once',
    ['prometheus'],
    async () => {
      const { simulator, accounts, replicas } = await startAllAccounts();
      const { a, b } = replicas;
      const prometheus = await startPrometheusOf(
        forTest(mergeBlocks(await configBlock('discovery')), { exporters: [a.url, b.url] }),
      );
      const everyAccount = instances(replicas, ACCOUNTS);
      await expect.poll(() => instancesOf(prometheus, 'pointone_up == 1'), POLLING).toEqual(everyAccount);

      // One `up` for each account and replica, and one for each replica.
      const hosts = [a, b].map(({ url }) => hostOf(url)).sort();
      await expect
        .poll(() => instancesOf(prometheus, 'up{job="pointone"} == 1'), POLLING)
        .toEqual([...everyAccount, ...hosts].sort());
      expect(await prometheus.query('up{job!="pointone"}')).toEqual([]);

      await expectAccountsMatchTargets(prometheus, hosts);
      expect(await instancesOf(prometheus, 'pointone_token_info{name!="exporter"}')).toEqual(everyAccount);
      for (const own of ['pointone_exporter_build_info', 'process_start_time_seconds']) {
        expect(await instancesOf(prometheus, own)).toEqual(hosts);
      }

      // Everything is healthy, so no alert has fired.
      await waitForEvaluations(prometheus, 20);
      expect(await prometheus.query('last_over_time(ALERTS{alertstate="firing"}[1h])')).toEqual([]);

      // One token is about to expire and one account cannot be read. Each alert fires once, not once per replica.
      accounts['fleet-us']?.add({ name: 'caster', createdAt: Date.now() - 363 * DAY, expiresAt: Date.now() + 2 * DAY });
      simulator.setFault({ kind: 'status', status: 500 }, { user: accounts['fleet/eu west']?.id ?? '' });
      const alerts = [
        'PointOneScrapeFailing warning fleet/eu west',
        'PointOneTokenExpiringSoon critical fleet-us',
        'PointOneTokenExpiringSoon warning fleet-us',
      ];
      await expect.poll(() => firing(prometheus), POLLING).toEqual(alerts);
      expect(await instancesOf(prometheus, 'pointone_up == 0')).toEqual(instances(replicas, ['fleet/eu west']));
      expect(await instancesOf(prometheus, 'up{instance=~"fleet/eu west@.+"} == 1')).toEqual(
        instances(replicas, ['fleet/eu west']),
      );
      expect(await instancesOf(prometheus, 'pointone_tokens{account="fleet/eu west"}')).toEqual([]);

      // Removing an account from the file removes its targets and its alerts.
      const { 'fleet/eu west': _, ...rest } = accounts;
      await replicas.reload(rest);
      await expect
        .poll(() => instancesOf(prometheus, 'up{instance=~"(?s).+@.+"}'), POLLING)
        .toEqual(instances(replicas, Object.keys(rest)));
      await expect.poll(() => firing(prometheus), POLLING).toEqual(alerts.slice(1));
      await waitForEvaluations(prometheus, 12);
      expect(await firing(prometheus)).toEqual(alerts.slice(1));
    },
  );
});

describe('two Prometheus servers that shard the accounts', () => {
  stackTest(
    'scrape each account once per replica, and all replicas of an account from one server',
    ['prometheus'],
    async () => {
      const { replicas } = await startAllAccounts();
      const { a, b } = replicas;
      const [discovery, shard] = await Promise.all([configBlock('discovery'), configBlock('shard')]);
      const servers = await Promise.all(
        [shard, shard.replaceAll('"0"', '"1"')].map((text) =>
          startPrometheusOf(forTest(mergeBlocks(discovery, text), { exporters: [a.url, b.url] })),
        ),
      );
      const read = () => Promise.all(servers.map((server) => instancesOf(server, 'pointone_up == 1')));
      await expect.poll(async () => (await read()).flat().sort(), POLLING).toEqual(instances(replicas, ACCOUNTS));
      const accountsOf = (list: readonly string[]) => new Set(list.map((instance) => instance.replace(/@[^@]+$/, '')));
      const [first, second] = (await read()).map(accountsOf);
      expect([...(first ?? [])].filter((account) => second?.has(account))).toEqual([]);
      expect(first?.size).toBeGreaterThan(0);
      expect(second?.size).toBeGreaterThan(0);
      // Each server scrapes the replicas themselves, so that neither reports them as down.
      for (const server of servers) {
        await expect.poll(() => server.query('pointone_exporter_build_info'), POLLING).toHaveLength(2);
      }
    },
  );
});
