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

/** Starts two exporter replicas, two Prometheus servers that scrape both, and one Alertmanager for all alerts. */
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
  await waitForValue(servers, 'count(pointone_up == 1)', 4);
  return { simulator, accounts, replicas, servers, received: webhook.received };
}

/** Waits until the query returns this single value on each server. */
async function waitForValue(servers: readonly Prometheus[], expression: string, value: number): Promise<void> {
  for (const server of servers) {
    await expect
      .poll(() => server.query(expression).then((vector) => vector.map((sample) => sample.value)), POLLING)
      .toEqual([value]);
  }
}

/** Returns the number of alerts that a server has sent to Alertmanager. */
async function sentAlerts({ url }: Prometheus): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^prometheus_notifications_sent_total\{.*\} (\S+)$/m.exec(metrics)?.[1] ?? 0);
}

stackTest(
  'two replicas and two Prometheus servers send one notification per problem, and none for one replica that is down',
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
    // Both servers fire and send the alerts. The page inhibits the warning for the same token.
    await waitForValue(servers, 'count(ALERTS{alertname="PointOneTokenExpiringSoon",alertstate="firing"})', 2);
    for (const server of servers) await expect.poll(() => sentAlerts(server), POLLING).toBeGreaterThanOrEqual(2);

    replicas.b.child.kill('SIGKILL');
    await waitForValue(servers, 'count(up == 0)', 3);
    await Promise.all(servers.map((server) => waitForEvaluations(server, 20)));
    expect(received.map(({ labels }) => labels['alertname'])).toEqual(['PointOneTokenExpiringSoon']);

    // Without any replica, a second alert fires. The first continues from the last list and sends no new notification.
    replicas.a.child.kill('SIGKILL');
    const down = 'PointOneExporterDown undefined undefined firing';
    await expect.poll(pages, POLLING).toEqual([page, down]);
    await waitForValue(servers, 'count(ALERTS{alertname="PointOneExporterDown",alertstate="firing"})', 1);
    await Promise.all(servers.map((server) => waitForEvaluations(server, 5)));
    expect(pages()).toEqual([page, down]);
  },
);

stackTest(
  'a failed fetch is counted once, by its replica, even if both servers share it',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const { simulator, accounts, servers } = await startPair();
    // Half of a scrape interval: the two scrapes in each interval always share a fetch.
    // biome-ignore lint/suspicious/noThenProperty: never a function, so the object is not a thenable
    const failing = { kind: 'latency', ms: 1000, then: { kind: 'status', status: 500 } } as const;
    simulator.setFault(failing, { user: accounts['fleet-us']?.id ?? '', times: 8 });
    const errors = 'sum by (account) (pointone_scrape_errors_total) > 0';
    await waitForValue(servers, errors, 8);
    // The API responds again. By now each server has scraped all counted errors.
    await waitForValue(servers, 'count(pointone_up == 1)', 4);
    for (const server of servers) {
      expect(await server.query(errors)).toEqual([{ metric: { account: 'fleet-us' }, value: 8 }]);
    }
  },
);
