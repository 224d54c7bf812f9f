import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { LEVEL } from '../../grafana/dashboard/urgency.ts';
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

  stackTest('count a group at a level once its deadline has passed', ['promtool'], async () => {
    const minutes = { warning: 10, critical: 20, expired: 30 };
    const input_series = [...group({ account: 'a', name: 't' }, minutes), ...replica('i', 'a', '0+60x60')];
    const counted = (title: string, eval_time: string) => ({ expr: countOf(title), eval_time });
    const promql_expr_test = Object.entries({
      '10m': 'Fine',
      '10m1s': 'Warning',
      '20m': 'Warning',
      '20m1s': 'Critical',
      '29m59s': 'Critical',
      '30m': 'Expired',
    }).flatMap(([eval_time, level]) =>
      ['Fine', 'Expiry unknown', 'Warning', 'Critical', 'Expired'].map((title) => ({
        ...counted(title, eval_time),
        exp_samples: [{ labels: '{}', value: title === level ? 1 : 0 }],
      })),
    );
    await expectPromtool({ interval: '1m', input_series, promql_expr_test });
  });

  stackTest('count the expiry of a group as unknown if a token of unknown expiry covers it', ['promtool'], async () => {
    const covered = { warning: 10, critical: 20, lastExpiry: 30 };
    const input_series = [...group({ account: 'a', name: 't' }, covered), ...replica('i', 'a', '0+60x60')];
    const promql_expr_test = [
      { expr: countOf('Critical'), eval_time: '25m', exp_samples: [{ labels: '{}', value: 1 }] },
      { expr: countOf('Expiry unknown'), eval_time: '25m', exp_samples: [{ labels: '{}', value: 0 }] },
      { expr: countOf('Critical'), eval_time: '31m', exp_samples: [{ labels: '{}', value: 0 }] },
      { expr: countOf('Expiry unknown'), eval_time: '31m', exp_samples: [{ labels: '{}', value: 1 }] },
    ];
    await expectPromtool({ interval: '1m', input_series, promql_expr_test });
  });

  stackTest(
    'ignore what a replica with an outdated list still knows, unless it is the only one',
    ['promtool'],
    async () => {
      const expired = { warning: -3, critical: -2, expired: -1 };
      const input_series = [
        ...group({ account: 'a', name: 'deleted', instance: 'stuck' }, expired),
        ...replica('stuck', 'a', '0x60'),
        // It reads the account until it disappears.
        ...replica('working', 'a', '0+60x20 stale'),
      ];
      const at = (eval_time: string, value?: number) => ({
        expr: countOf('Expired'),
        eval_time,
        exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
      });
      const promql_expr_test = [at('4m', 1), at('5m'), at('20m'), at('21m', 1)];
      await expectPromtool({ interval: '1m', input_series, promql_expr_test });
    },
  );

  stackTest('give each group a row: that of a listed token, or its own', ['promtool'], async () => {
    const later = { warning: 60, critical: 70, expired: 80 };
    const token = (name: string, created_at: string, expiry: number | null, instance = 'working') =>
      listed({ account: 'a', name, created_at, instance }, expiry);
    const groupOf = (name: string, deadlines: GroupDeadlines, account = 'a') =>
      ['working', 'stuck'].flatMap((instance) => group({ account, name, instance }, deadlines));
    const input_series = [
      ...replica('working', 'a', '0+60x60'),
      // It has failed for less than five minutes, and has no list of tokens.
      ...replica('stuck', 'a', '0x60'),
      ...groupOf('rotated', later),
      ...token('rotated', 'old', 40),
      ...token('rotated', 'new', 80),
      // Two usable tokens of an urgent group, and one that has expired.
      ...groupOf('urgent', { warning: 1, critical: 50, expired: 60 }),
      ...token('urgent', 'old', 50),
      ...token('urgent', 'new', 60),
      ...token('urgent', 'dead', 2),
      ...groupOf('expired', { warning: -2, critical: -1, expired: 1 }),
      ...token('expired', 'old', 0),
      ...token('expired', 'new', 1),
      // Several names. The token that counts has another name, or no known expiry.
      ...groupOf('common', later),
      ...token('common', 'old', 2),
      ...token('common-2', 'new', 80),
      ...groupOf('covered', { lastExpiry: 2 }),
      ...token('covered', 'old', 2),
      ...token('covered-2', 'new', null),
      ...groupOf('dated', { ...later, expired: undefined, lastExpiry: 80 }),
      ...token('dated', 'old', null),
      ...token('dated-2', 'new', 80),
      // No replica has read this account for an hour.
      ...replica('working', 'unread', '0x60'),
      ...groupOf('unread', later, 'unread'),
    ];
    const row = (name: string, created_at: string, level: keyof typeof LEVEL, account = 'a') => ({
      labels: `{job="j", account="${account}", name="${name}", role="r", created_at="${created_at}"}`,
      value: LEVEL[level],
    });
    const exp_samples = [
      row('rotated', 'old', 'replaced'),
      row('rotated', 'new', 'fine'),
      row('urgent', 'old', 'warning'),
      row('urgent', 'new', 'warning'),
      row('urgent', 'dead', 'replaced'),
      row('expired', 'old', 'expired'),
      row('expired', 'new', 'expired'),
      row('common', 'old', 'replaced'),
      row('common-2', 'new', 'grouped'),
      row('common', 'any', 'fine'),
      row('covered', 'old', 'replaced'),
      row('covered-2', 'new', 'grouped'),
      row('covered', 'any', 'unknown'),
      row('dated', 'old', 'unknown'),
      row('dated-2', 'new', 'grouped'),
      row('dated', 'any', 'fine'),
      row('unread', 'any', 'fine', 'unread'),
    ];
    const expr = (refId: string): string =>
      interpolate(panelTitled('Tokens').targets?.find((target) => target.refId === refId)?.expr ?? '');
    const rows = ['urgency', 'asof'].map((refId) => ({
      expr: `group by (account, name, created_at) (${expr(refId)})`,
      eval_time: '3m',
      exp_samples: exp_samples.map(({ labels }) => ({
        labels: labels.replace('job="j", ', '').replace('role="r", ', ''),
        value: 1,
      })),
    }));
    const unread = { ...row('unread', 'any', 'fine', 'unread'), value: -180 };
    const ages = { expr: `${expr('asof')} < 0`, eval_time: '3m', exp_samples: [unread] };
    const promql_expr_test = [{ expr: expr('urgency'), eval_time: '3m', exp_samples }, ...rows, ages];
    await expectPromtool({ interval: '1m', input_series, promql_expr_test });
  });
});

const countOf = (title: string): string => interpolate(panelTitled(title).targets?.[0]?.expr ?? '');

interface Series {
  readonly series: string;
  readonly values: string;
}

/** Returns a series with a constant value in the job `j`. */
function constant(metric: string, labels: Readonly<Record<string, string>>, value: number): Series {
  const all = Object.entries({ job: 'j', instance: 'i', ...labels }).map(([name, text]) => `${name}="${text}"`);
  return { series: `${metric}{${all.join(', ')}}`, values: `${value}x60` };
}

/** The times at which an account was read last, as a replica exposes them. */
function replica(instance: string, account: string, values: string): Series[] {
  return [{ ...constant('pointone_last_success_timestamp_seconds', { instance, account }, 0), values }];
}

/** The deadlines of a group, in minutes. The last expiry is by default the deadline `expired`. */
interface GroupDeadlines {
  readonly warning?: number;
  readonly critical?: number;
  readonly expired?: number | undefined;
  readonly lastExpiry?: number;
}

function group(labels: Readonly<Record<string, string>>, deadlines: GroupDeadlines): Series[] {
  const { lastExpiry = deadlines.expired } = deadlines;
  const ofRole = { role: 'r', ...labels };
  const levels = (['warning', 'critical', 'expired'] as const).flatMap((level) => {
    const minutes = deadlines[level];
    if (minutes === undefined) return [];
    return [constant('pointone_token_deadline_timestamp_seconds', { ...ofRole, level }, 60 * minutes)];
  });
  const expiry =
    lastExpiry === undefined ? [] : [constant('pointone_token_last_expiry_timestamp_seconds', ofRole, 60 * lastExpiry)];
  return [...levels, ...expiry, constant('pointone_token_unlisted', ofRole, 0)];
}

/** The series of a listed token with the status ACTIVE. @param expiry in minutes; null: unknown */
function listed(labels: Readonly<Record<string, string>>, expiry: number | null): Series[] {
  const ofRole = { role: 'r', ...labels };
  return [
    constant('pointone_token_expiry_known', ofRole, expiry === null ? 0 : 1),
    ...(expiry === null ? [] : [constant('pointone_token_expiry_timestamp_seconds', ofRole, 60 * expiry)]),
    ...['ACTIVE', 'EXPIRED', 'REVOKED'].map((status) =>
      constant('pointone_token_status', { ...ofRole, status }, status === 'ACTIVE' ? 1 : 0),
    ),
  ];
}
