import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';
import { runWithInput, stackTest } from '../support/stack.ts';
import { interpolate } from '../unit/grafana/interpolate.ts';
import { EXPRESSIONS, panelTitled } from '../unit/grafana/shipped-dashboard.ts';

/** Expects that promtool passes a test of expressions. */
async function expectPromtool(test: unknown): Promise<void> {
  const file = join(await temporaryFolder(), 'test.yml');
  await writeFile(file, JSON.stringify({ tests: [test] }));
  const { code, output } = await runWithInput('promtool', ['test', 'rules', file], '');
  expect(code, output).toBe(0);
}

describe('the expressions of the dashboard', () => {
  stackTest('can be parsed by Prometheus', ['promtool'], async () => {
    const rules = EXPRESSIONS.map(([, expr], index) => ({ record: `dashboard:${index}`, expr: interpolate(expr) }));
    const file = join(await temporaryFolder(), 'rules.yml');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, output } = await runWithInput('promtool', ['check', 'rules', file], '');
    expect(output).toContain(`${EXPRESSIONS.length} rules found`);
    expect(code, output).toBe(0);
  });

  stackTest('count accounts of lost targets as unreadable, but not removed ones', ['promtool'], async () => {
    const expression = panelTitled('Unreadable accounts').targets?.[0]?.expr ?? '';
    const account = (name: string, instance: string, values: string, job = 'pointone') => ({
      series: `pointone_up{job="${job}", instance="${instance}", account="${name}"}`,
      values,
    });
    const target = (instance: string, values: string, job = 'pointone') => ({
      series: `up{job="${job}", instance="${instance}"}`,
      values,
    });
    // One value per minute. In the first job, target `a` is always up, `b` and `c` go down.
    const input_series = [
      target('a', '1x200'),
      target('b', '1x10 0x190'),
      target('c', '1x10 0x190'),
      account('read', 'a', '1x200'),
      account('failing', 'a', '1x10 0x190'),
      // cron no longer runs `metrics`, and node_exporter still exports the old file.
      account('frozen', 'a', '1x200'),
      {
        series: 'pointone_last_success_timestamp_seconds{job="pointone", instance="a", account="frozen"}',
        values: '0x200',
      },
      account('removed', 'a', '1x10 stale'),
      account('read by a alone', 'a', '1x200'),
      account('read by a alone', 'b', '1x10 stale'),
      account('lost', 'b', '1x10 stale'),
      account('lost', 'c', '1x10 stale'),
      // A pod is replaced by one with another address and without one of the accounts.
      target('old', '1x10 stale', 'moved'),
      target('new', '_x10 1x190', 'moved'),
      account('moved', 'old', '1x10 stale', 'moved'),
      account('moved', 'new', '_x10 1x190', 'moved'),
      account('not moved', 'old', '1x10 stale', 'moved'),
      // The only exporter disappears.
      target('d', '1x10 stale', 'gone'),
      account('gone', 'd', '1x10 stale', 'gone'),
    ];
    const expectation = (job: string, eval_time: string, value?: number) => ({
      expr: interpolate(expression, { job: [job] }),
      eval_time,
      exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
    });
    const promql_expr_test = [
      expectation('pointone', '5m', 0),
      expectation('pointone', '25m', 2),
      expectation('pointone', '3h', 3),
      expectation('moved', '25m', 1),
      expectation('moved', '3h', 0),
      expectation('gone', '5m', 0),
      expectation('gone', '25m', 1),
      expectation('gone', '3h', 1),
      expectation('gone', '6d', 1),
      // As the alert rules, the panel forgets after a week. Then it shows that no exporter is scraped.
      expectation('gone', '8d'),
    ];
    await expectPromtool({ interval: '1m', input_series, promql_expr_test });
  });

  stackTest('put each failed fetch in one bar', ['promtool'], async () => {
    const expression = panelTitled('Failed fetches by reason').targets?.[0]?.expr ?? '';
    const expr = interpolate(expression.replaceAll('$__interval', '1m').replaceAll('$__range', '10m'));
    const failures = {
      // Two scrapes fail, then two within a minute, then the exporter restarts.
      single: ['0 0 1 1 2 2 4 0 0 1', { 2: 1, 4: 1, 6: 2, 9: 1 }],
      // The first fetch after a restart fails.
      restarted: ['5 5 1 1', { 2: 1 }],
      // The failures before Prometheus lost the exporter are not repeated when it is back.
      returned: ['3 3 stale _ _ 7 7 8', { 7: 1 }],
      // The exporter is scraped every four minutes.
      rarely: ['0 _ _ _ 1 _ _ _ 1', { 4: 1 }],
      never: ['3 3 3 3 3 3 3 3 3 3', {}],
    } as const;
    const input_series = Object.entries(failures).map(([account, [values]]) => ({
      series: `pointone_scrape_errors_total{job="j", instance="i", account="${account}", reason="timeout"}`,
      values,
    }));
    const bars = Array.from({ length: 10 }, (_, minute) => ({
      expr: `(${expr}) > 0`,
      eval_time: `${minute}m`,
      exp_samples: Object.entries(failures).flatMap(([account, [, failed]]) => {
        const value = (failed as Record<number, number>)[minute];
        return value === undefined ? [] : [{ labels: `{job="j", account="${account}", reason="timeout"}`, value }];
      }),
    }));
    // A bar without neighbours would be wide. So the points without a failure are 0, in a series with failures.
    const points = {
      expr: `group by (account) (${expr})`,
      eval_time: '7m',
      exp_samples: ['single', 'restarted', 'returned', 'rarely'].map((account) => ({
        labels: `{account="${account}"}`,
        value: 1,
      })),
    };
    await expectPromtool({ interval: '1m', input_series, promql_expr_test: [...bars, points] });
  });
});
