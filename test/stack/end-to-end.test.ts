import { expect, onTestFinished } from 'vitest';
import type { User } from '../../simulator/state.ts';
import { simulate, until } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { alertmanagerConfiguration, prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { stackTest, startAlertmanager, startPrometheus } from '../support/stack.ts';
import { type ReceivedAlert, startWebhook } from '../support/webhook.ts';

const DAY = 86_400_000;

/** Starts the exporter, a webhook receiver, and Prometheus and Alertmanager with the shipped configuration. */
async function startStack() {
  const { simulator, user } = await simulate();
  // The exporter's own token belongs in the list.
  user.add({ name: 'exporter', role: 'ROLE_READ_ONLY' });
  const exporter = await serve(['--api.account=fleet-eu'], {
    POINTONE_API_ENDPOINT: simulator.url,
    POINTONE_API_TOKEN: user.credential,
  });
  const webhook = await startWebhook();
  const alertmanager = await startAlertmanager(await alertmanagerConfiguration(webhook.url));
  onTestFinished(() => alertmanager.stop());
  const configuration = await prometheusConfiguration(exporter.url, alertmanager.url);
  const prometheus = await startPrometheus(configuration, await ruleFiles());
  onTestFinished(() => prometheus.stop());
  const firing = async (alertname: string, severity: string) =>
    (await prometheus.query(`ALERTS{alertname="${alertname}",severity="${severity}",alertstate="firing"}`)).length;
  return { simulator, user, prometheus, received: webhook.received, firing };
}

function notificationOf(
  received: readonly ReceivedAlert[],
  alertname: string,
  status: ReceivedAlert['status'],
  path: string,
) {
  return received.find(
    (alert) => alert.labels['alertname'] === alertname && alert.status === status && alert.path === path,
  );
}

/** Creates a token through the API's mutation, with a read/write token. */
async function createSuccessor(url: string, user: User, name: string): Promise<void> {
  const { secret = '' } = user.add({ name: 'operator' });
  const query = `mutation { createPersonalAccessToken(name: ${JSON.stringify(name)}, role: ROLE_READ_WRITE) }`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query }),
  });
  expect(await response.json()).toMatchObject({ data: { createPersonalAccessToken: expect.stringMatching(/^eyJ/) } });
}

stackTest(
  'the page for an expiring token fires, continues during an outage, and resolves when the token is replaced',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const { simulator, user, received, firing } = await startStack();
    const now = Date.now();
    user.add({ name: 'caster-ingest', createdAt: now - 363 * DAY, expiresAt: now + 2 * DAY });

    await until(() => notificationOf(received, 'PointOneTokenExpiringSoon', 'firing', '/pages') !== undefined);
    const page = notificationOf(received, 'PointOneTokenExpiringSoon', 'firing', '/pages');
    expect(page?.labels).toEqual({
      alertname: 'PointOneTokenExpiringSoon',
      severity: 'critical',
      job: 'pointone',
      account: 'fleet-eu',
      name: 'caster-ingest',
      role: 'ROLE_READ_WRITE',
    });
    expect(page?.annotations['description']).toMatch(
      /^Token "caster-ingest" \(ROLE_READ_WRITE\) of account fleet-eu expires in 1d 23h 59m/,
    );
    expect(page?.annotations['runbook_url']).toMatch(/PointOneTokenExpiringSoon\.md$/);

    simulator.setFault({ kind: 'status', status: 503 });
    await until(() => notificationOf(received, 'PointOneScrapeFailing', 'firing', '/tickets') !== undefined);
    expect(await firing('PointOneTokenExpiringSoon', 'critical')).toBe(1);
    expect(notificationOf(received, 'PointOneTokenExpiringSoon', 'resolved', '/pages')).toBeUndefined();

    simulator.clearFaults();
    await createSuccessor(simulator.url, user, 'caster-ingest');
    await until(() => notificationOf(received, 'PointOneTokenExpiringSoon', 'resolved', '/pages') !== undefined);
    await until(() => notificationOf(received, 'PointOneScrapeFailing', 'resolved', '/tickets') !== undefined);
    // The page inhibits the warning for the same token.
    expect(notificationOf(received, 'PointOneTokenExpiringSoon', 'firing', '/tickets')).toBeUndefined();
    expect(
      received
        .filter(({ path, status }) => path === '/pages' && status === 'firing')
        .map(({ labels }) => labels['alertname']),
    ).toEqual(expect.not.arrayContaining(['PointOneExporterDown', 'PointOneTokenExpired']));
  },
);

stackTest(
  'the expired page replaces the expiring page when the token expires',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const { user, prometheus, received, firing } = await startStack();
    const now = Date.now();
    user.add({ name: 'rover', createdAt: now - DAY, expiresAt: now + 15_000 });
    await until(() => notificationOf(received, 'PointOneTokenExpired', 'firing', '/pages') !== undefined);
    expect(notificationOf(received, 'PointOneTokenExpired', 'firing', '/pages')?.annotations['description']).toMatch(
      /^Token "rover" \(ROLE_READ_WRITE\) of account fleet-eu expired \d/,
    );
    expect(await firing('PointOneTokenExpired', 'critical')).toBe(1);
    expect(await firing('PointOneTokenExpiringSoon', 'critical')).toBe(0);
    const [most] = await prometheus.query(
      'max_over_time(count(ALERTS{severity="critical",alertstate="firing",name="rover"})[2m:1s])',
    );
    expect(most?.value).toBe(1);
  },
);
