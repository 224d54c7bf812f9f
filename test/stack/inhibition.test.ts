import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { alertmanagerConfiguration } from '../support/shipped-configuration.ts';
import { stackTest, startAlertmanager } from '../support/stack.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels that tell environments apart, as Prometheus' discoveries, its operator and Grafana's dashboards name them. */
const TARGET_LABELS = [
  ...['job', 'namespace', 'service', 'endpoint', 'host', 'cluster', 'region', 'zone', 'datacenter', 'dc', 'site'],
  ...['env', 'environment', 'stage', 'tenant', 'team', 'prometheus'],
];
/** What the labels of the metrics are called if the target has labels of their names. */
const RENAMED_LABELS = ['exported_account', 'exported_name', 'exported_role'];

const TOKEN = { account: 'fleet-eu', name: 'caster', role: 'ROLE_READ_WRITE' };

/** For each inhibition rule, in its order: an alert that inhibits another one, and the labels that must be equal. */
const PAIRS: readonly { source: Labels; target: Labels; identity: readonly string[] }[] = [
  {
    source: { alertname: 'PointOneTokenExpiringSoon', severity: 'critical', ...TOKEN },
    target: { alertname: 'PointOneTokenExpiringSoon', severity: 'warning', ...TOKEN },
    identity: ['account', 'name', 'role', ...RENAMED_LABELS],
  },
  {
    source: { alertname: 'PointOneTokenExpired', severity: 'critical', ...TOKEN },
    target: { alertname: 'PointOneExpectedTokenMissing', severity: 'critical', ...TOKEN },
    identity: ['account', 'name', 'role', ...RENAMED_LABELS],
  },
  {
    source: { alertname: 'PointOneTokenExpired', severity: 'critical', ...TOKEN },
    target: { alertname: 'PointOneExpectedTokenMissing', severity: 'critical', account: 'fleet-eu', name: 'caster' },
    identity: ['account', 'name', 'exported_account', 'exported_name'],
  },
  {
    source: { alertname: 'PointOneCredentialRejected', severity: 'critical', account: 'fleet-eu' },
    target: { alertname: 'PointOneScrapeFailing', severity: 'warning', account: 'fleet-eu' },
    identity: ['account', 'exported_account'],
  },
  {
    source: { alertname: 'PointOneExporterDown', severity: 'critical' },
    target: { alertname: 'PointOneScrapeFailing', severity: 'warning', account: 'fleet-eu' },
    identity: [],
  },
];

interface Case {
  readonly name: string;
  readonly source: Labels;
  readonly target: Labels;
  readonly suppressed: boolean;
}

/** The pair with no further label, with each label equal, with each different, and with each on one side only. */
function casesOf({ source, target, identity }: (typeof PAIRS)[number]): Case[] {
  const pair = `${source['alertname']} and ${target['alertname']}${target['role'] === undefined ? ' without role' : ''}`;
  const add = (labels: Labels, label: string, value: string): Labels => ({ ...labels, [label]: value });
  return [
    { name: pair, source, target, suppressed: true },
    ...[...TARGET_LABELS, ...identity].flatMap((label) => [
      {
        name: `${pair}, ${label} equal`,
        source: add(source, label, 'prod'),
        target: add(target, label, 'prod'),
        suppressed: true,
      },
      {
        name: `${pair}, ${label} different`,
        source: add(source, label, 'staging'),
        target: add(target, label, 'prod'),
        suppressed: false,
      },
      {
        name: `${pair}, ${label} on the source alone`,
        source: add(source, label, 'staging'),
        target,
        suppressed: false,
      },
    ]),
  ];
}

interface Received {
  readonly labels: Labels;
  readonly status: { readonly state: string };
}

describe('the inhibition rules of alertmanager.yml', () => {
  const { inhibit_rules: rules, route } = parse(readFileSync('alertmanager.yml', 'utf8')) as {
    inhibit_rules: { equal: string[] }[];
    route: { group_by: string[] };
  };

  it('have a pair of alerts each in this test', () => {
    expect(PAIRS).toHaveLength(rules.length);
    PAIRS.forEach(({ identity, source, target }, index) => {
      const sameAlert = source['alertname'] === target['alertname'] ? ['alertname'] : [];
      expect([...(rules[index]?.equal ?? [])].sort()).toEqual([...sameAlert, ...TARGET_LABELS, ...identity].sort());
    });
  });

  it('know the labels by which notifications are grouped', () => {
    expect([...route.group_by].sort()).toEqual(['alertname', 'account', 'exported_account', ...TARGET_LABELS].sort());
  });

  stackTest(
    'suppress an alert of the same target labels, and none of others',
    ['prometheus-alertmanager'],
    async () => {
      const alertmanager = await startAlertmanager(await alertmanagerConfiguration('http://127.0.0.1:9'));
      onTestFinished(() => alertmanager.stop());
      // Each case has a job of its own, so that all can be there together. Alertmanager takes in the sources in order:
      // once the last target is suppressed, it knows all of them.
      const ordered = PAIRS.flatMap(casesOf).toSorted((a, b) => Number(a.suppressed) - Number(b.suppressed));
      const cases = ordered.map((one, index) => {
        const own = (labels: Labels): Labels =>
          /, job /.test(one.name)
            ? {
                ...labels,
                case: `${index}`,
                ...(labels['job'] === undefined ? {} : { job: `${index}-${labels['job']}` }),
              }
            : { ...labels, case: `${index}`, job: `${index}` };
        return { ...one, source: own(one.source), target: own(one.target) };
      });
      const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(cases.flatMap(({ source, target }) => [{ labels: source }, { labels: target }])),
      });
      expect(response.status).toBe(200);

      const verdicts = async (): Promise<Record<string, boolean>> => {
        const alerts = (await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json()) as Received[];
        const isSame = (a: Labels, b: Labels): boolean =>
          Object.keys({ ...a, ...b }).every((label) => a[label] === b[label]);
        return Object.fromEntries(
          cases.map(({ name, target }) => [
            name,
            alerts.find(({ labels }) => isSame(labels, target))?.status.state === 'suppressed',
          ]),
        );
      };
      await expect
        .poll(verdicts, { timeout: 30_000, interval: 500 })
        .toEqual(Object.fromEntries(cases.map(({ name, suppressed }) => [name, suppressed])));
    },
  );
});
