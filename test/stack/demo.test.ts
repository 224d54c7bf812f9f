import { expect } from 'vitest';
import { expectCleanedUp, startDemo } from '../support/demo.ts';
import { until } from '../support/exporter.ts';
import { stackTest } from '../support/stack.ts';

interface Rule {
  readonly name: string;
  readonly annotations: { readonly runbook_url: string; readonly dashboard_url?: string };
}

interface RulesResponse {
  readonly data: { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
}

interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
}

stackTest(
  'the demo starts Prometheus and Alertmanager, prints the notification for the expiring token, and stops all on Ctrl-C',
  ['prometheus', 'prometheus-alertmanager'],
  async () => {
    const demo = await startDemo();
    await until(() => demo.output().includes('Tokens and accounts:'));
    expect(demo.output()).not.toContain('not installed');
    const [prometheus, alertmanager] = [demo.address('alerts'), demo.address('Alertmanager')];
    for (const address of [demo.address('status page'), demo.address('metrics'), prometheus, alertmanager]) {
      expect((await fetch(address)).status, address).toBe(200);
    }
    const { data } = (await (await fetch(new URL('/api/v1/rules?type=alert', prometheus))).json()) as RulesResponse;
    const rules = data.groups.flatMap((group) => group.rules);
    for (const { name, annotations } of rules) {
      const runbook = await fetch(annotations.runbook_url);
      expect(await runbook.text(), annotations.runbook_url).toContain(`>${name}</h1>`);
      expect(annotations.dashboard_url, 'the demo has no Grafana').toBeUndefined();
    }
    // A page that shows alerts: Debian's package has none at "/", only a page that says so.
    const shown = await (await fetch(alertmanager)).text();
    expect(shown).not.toContain('does not include a web');
    const names = rules.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['PointOneTokenExpiringSoon', 'PointOneCredentialRejected']));

    // Warnings go from Prometheus through Alertmanager to the receiver "tickets".
    const notification =
      'Alertmanager → receiver "tickets": PointOneTokenExpiringSoon, warning: demo-rover of fleet-eu';
    await until(() => demo.output().includes(notification));
    const response = await fetch(new URL('/api/v2/alerts', alertmanager));
    const alerts = (await response.json()) as AlertmanagerAlert[];
    expect(alerts.map(({ labels }) => labels['name'])).toContain('demo-rover');

    const started = demo.children();
    expect(started).toHaveLength(3);
    demo.signal('SIGINT');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expectCleanedUp(demo, started);
  },
);
