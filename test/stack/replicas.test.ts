import { expect, onTestFinished } from 'vitest';
import { simulate } from '../support/exporter.ts';
import {
  configBlock,
  forTest,
  mergeBlocks,
  POLLING,
  rulesForTest,
  startReplicas,
  waitForEvaluations,
} from '../support/scaling.ts';
import { alertmanagerConfiguration } from '../support/shipped-configuration.ts';
import { type Prometheus, stackTest, startAlertmanager, startPrometheus } from '../support/stack.ts';
import { startWebhook } from '../support/webhook.ts';

const DAY = 86_400_000;

/** Two replicas of the exporter, both scraped by two Prometheus servers, which send their alerts to one Alertmanager. */
async function startPair() {
  const { simulator } = await simulate();
  const accounts = Object.fromEntries(['fleet-eu', 'fleet-us'].map((name) => [name, simulator.state.addUser(name)]));
  const replicas = await startReplicas(simulator.url, accounts);
  const webhook = await startWebhook();
  const alertmanager = await startAlertmanager(await alertmanagerConfiguration(webhook.url));
  onTestFinished(() => alertmanager.stop());
  const [discovery, pair] = await Promise.all([configBlock('discovery'), configBlock('pair')]);
  const addresses = { exporters: [replicas.a.url, replicas.b.url], alertmanager: alertmanager.url } as const;
  const servers = await Promise.all(
    [pair, pair.replace('replica: a', 'replica: b')].map(async (text) => {
      const prometheus = await startPrometheus(forTest(mergeBlocks(discovery, text), addresses), await rulesForTest());
      onTestFinished(() => prometheus.stop());
      return prometheus;
    }),
  );
  await everywhere(servers, 'count(pointone_up == 1)', 4);
  return { simulator, accounts, replicas, servers, received: webhook.received };
}

/** Waits until each server answers a query of one value with this one. */
async function everywhere(servers: readonly Prometheus[], expression: string, value: number): Promise<void> {
  for (const server of servers) {
    await expect
      .poll(() => server.query(expression).then((vector) => vector.map((sample) => sample.value)), POLLING)
      .toEqual([value]);
  }
}

/** How many alerts a server has sent to Alertmanager. */
async function sent({ url }: Prometheus): Promise<number> {
  const own = await (await fetch(`${url}/metrics`)).text();
  return Number(/^prometheus_notifications_sent_total\{.*\} (\S+)$/m.exec(own)?.[1] ?? 0);
}

stackTest(
  'two replicas behind two Prometheus servers: one notification for one fact, none for a replica that is down',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const { accounts, replicas, servers, received } = await startPair();
    const pages = () =>
      received
        .filter(({ path }) => path === '/pages')
        .map(({ status, labels }) => `${labels['alertname']} ${labels['account']} ${labels['name']} ${status}`);

    accounts['fleet-eu']?.add({ name: 'caster', createdAt: Date.now() - 363 * DAY, expiresAt: Date.now() + 2 * DAY });
    const page = 'PointOneTokenExpiringSoon fleet-eu caster firing';
    await expect.poll(pages, POLLING).toEqual([page]);
    // Both know, and both have said so; the warning for the same token is inhibited.
    await everywhere(servers, 'count(ALERTS{alertname="PointOneTokenExpiringSoon",alertstate="firing"})', 2);
    for (const server of servers) await expect.poll(() => sent(server), POLLING).toBeGreaterThanOrEqual(2);

    replicas.b.child.kill('SIGKILL');
    await everywhere(servers, 'count(up == 0)', 3);
    await Promise.all(servers.map((server) => waitForEvaluations(server, 20)));
    expect(received.map(({ labels }) => labels['alertname'])).toEqual(['PointOneTokenExpiringSoon']);

    // With the other gone as well there is a second fact; the first goes on from what was known, and is not told again.
    replicas.a.child.kill('SIGKILL');
    const down = 'PointOneExporterDown undefined undefined firing';
    await expect.poll(pages, POLLING).toEqual([page, down]);
    await everywhere(servers, 'count(ALERTS{alertname="PointOneExporterDown",alertstate="firing"})', 1);
    await Promise.all(servers.map((server) => waitForEvaluations(server, 5)));
    expect(pages()).toEqual([page, down]);
  },
);

stackTest(
  'errors are counted once by the replica whose call failed, however many servers shared it',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const { simulator, accounts, servers } = await startPair();
    // Half of a scrape interval: of two scrapes in each, one always finds the other's call under way.
    // biome-ignore lint/suspicious/noThenProperty: no function is ever there, so nothing takes it for a promise
    const failing = { kind: 'latency', ms: 1000, then: { kind: 'status', status: 500 } } as const;
    simulator.setFault(failing, { user: accounts['fleet-us']?.id ?? '', times: 8 });
    const errors = 'sum by (account) (pointone_scrape_errors_total) > 0';
    await everywhere(servers, errors, 8);
    // The API answers again; whatever was counted is seen by now, by each server.
    await everywhere(servers, 'count(pointone_up == 1)', 4);
    for (const server of servers) {
      expect(await server.query(errors)).toEqual([{ metric: { account: 'fleet-us' }, value: 8 }]);
    }
  },
);
