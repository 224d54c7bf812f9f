import { describe, expect } from 'vitest';
import { grafana } from '../support/grafana.ts';
import { type Cell, colorNamed, displaySeries, displayTable, displayValues } from '../support/grafana-panel.ts';
import { stackTest } from '../support/stack.ts';
import { escapeRegex } from '../unit/grafana/interpolate.ts';
import { PANELS, panelTitled } from '../unit/grafana/shipped-dashboard.ts';

const DAY = 86_400;

/** Defines a test that needs Grafana's own package. */
const grafanaTest = (name: string, run: () => Promise<void>): void =>
  stackTest(name, ['@grafana/data (npm ci --prefix test/grafana)'], run);

/** The labels that a ServiceMonitor adds to each series, and those of an environment. */
const TARGET = { endpoint: 'http', service: 'exporter', prometheus: 'k8s', namespace: 'prod', cluster: 'eu', job: 'p' };

const NAME = 'Zürich "blue" (1/2)';
const TOKEN = {
  ...TARGET,
  account: 'fleet',
  name: NAME,
  role: 'ROLE_READ_WRITE',
  created_at: '2026-01-01T00:00:00Z',
};

/** Returns the results of the queries of "Tokens" for one token. A missing value has no series. */
function tokenResults(values: Readonly<Record<string, number>>, labels: Readonly<Record<string, string>> = TOKEN) {
  return (panelTitled('Tokens').targets ?? []).map(({ refId }) => {
    const value = values[refId];
    if (value === undefined) return [];
    return [{ metric: refId === 'status' ? { ...labels, status: 'ACTIVE' } : labels, value }];
  });
}

const ALERT = { ...TARGET, alertname: 'PointOneTokenFieldUnreadable', account: 'fleet', severity: 'warning' };

describe('the dashboard in Grafana', () => {
  grafanaTest('is never green where nothing is known', async () => {
    const shown = Object.fromEntries(
      PANELS.filter(({ type }) => type === 'stat' || type === 'bargauge').map((panel) => {
        const [cell, ...more] = displayValues(panel, []);
        expect(more).toEqual([]);
        expect(cell?.color, panel.title).not.toBe(colorNamed('green'));
        return [panel.title, [cell?.text, cell?.color]];
      }),
    );
    const [purple, red, grey] = [colorNamed('purple'), colorNamed('red'), '#7f7f7f'];
    expect(shown).toEqual({
      Expired: ['No tokens known', purple],
      Critical: ['No tokens known', purple],
      Warning: ['No tokens known', purple],
      'Expiry unknown': ['No tokens known', purple],
      Fine: ['No tokens known', purple],
      'Next expiry': ['No usable token with a known expiry', purple],
      'Expected tokens missing': ['No expected tokens known', grey],
      'Unreadable accounts': ['No exporter is scraped', red],
      'Exporter credentials: time left': ['No credential with a known expiry', grey],
      'Time since the last successful fetch': ['No successful fetch yet', red],
    });
  });

  grafanaTest('keeps the colours of its counts', async () => {
    const colors = (title: string) =>
      [0, 1, 5].map((value) => displayValues(panelTitled(title), [{ metric: {}, value }]));
    const [green, red] = [colorNamed('green'), colorNamed('red')];
    for (const title of ['Critical', 'Expected tokens missing', 'Unreadable accounts']) {
      expect(colors(title).map(([cell]) => [cell?.text, cell?.color])).toEqual([
        ['0', green],
        ['1', red],
        ['5', red],
      ]);
    }
  });

  grafanaTest('shows only the intended columns, whatever labels the targets and alerts have', async () => {
    const tokens = await displayTable(
      panelTitled('Tokens'),
      tokenResults({ urgency: 1, status: 1, created: 0, expires: DAY * 1000, left: DAY }),
    );
    const columns = ['Urgency', 'Account', 'Name', 'Role', 'Status', 'Created', 'Expires', 'Time left', 'Job'];
    expect(tokens.columns).toEqual([...columns, 'Namespace', 'Cluster']);
    expect(tokens.cells.map((cells) => cells.map(({ text }) => text))).toEqual([
      [
        'fine',
        'fleet',
        NAME,
        'ROLE_READ_WRITE',
        'ACTIVE',
        '1970-01-01 00:00:00',
        '1970-01-02 00:00:00',
        '1 day, 0 hours',
        'p',
        'prod',
        'eu',
      ],
    ]);

    const plain = { account: 'fleet', name: NAME, role: 'r', created_at: '', job: 'p' };
    const withoutLabels = await displayTable(panelTitled('Tokens'), tokenResults({ urgency: 1, status: 1 }, plain));
    expect(withoutLabels.columns).toEqual(columns);

    const alerts = await displayTable(panelTitled('Firing alerts'), [
      [{ metric: { ...ALERT, field: 'name', alertstate: 'firing' }, value: 2 }],
      [{ metric: { ...ALERT, field: 'name' }, value: 0 }],
    ]);
    expect(alerts.columns).toEqual(['Severity', 'Alert', 'Account', 'Since', 'Job', 'Namespace', 'Cluster']);
  });

  grafanaTest('joins the rows of an alert, sorts them, and marks empty cells with a dash', async () => {
    const alert = (alertname: string, name: string) => ({ ...ALERT, alertname, name, role: '' });
    const { columns, cells } = await displayTable(panelTitled('Firing alerts'), [
      [
        { metric: { ...alert('A', ''), alertstate: 'firing' }, value: 2 },
        { metric: { ...alert('B', 't'), alertstate: 'firing' }, value: 3 },
      ],
      [{ metric: alert('A', ''), value: Date.UTC(2026, 0, 1) }],
    ]);
    const shown = cells.map((row) => row.map(({ text }) => text).slice(0, columns.indexOf('Job')));
    expect([columns.slice(0, columns.indexOf('Job')), ...shown]).toEqual([
      ['Severity', 'Alert', 'Account', 'Token', 'Role', 'Since'],
      ['critical', 'B', 'fleet', 't', '–', 'unknown'],
      ['warning', 'A', 'fleet', '–', '–', '2026-01-01 00:00:00'],
    ]);
  });

  grafanaTest('shows an unknown time left in its own colour', async () => {
    const cellOf = async (left?: number): Promise<Cell | undefined> => {
      const other = { ...TOKEN, name: 'other' };
      const known = tokenResults({ urgency: 1, status: 1, left: DAY }, other);
      const values = { urgency: 2, status: 1, ...(left === undefined ? {} : { left }) };
      const results = tokenResults(values).map((vector, index) => [...vector, ...(known[index] ?? [])]);
      const { columns, rows, cells } = await displayTable(panelTitled('Tokens'), results);
      return cells[rows.findIndex(({ Name }) => Name === TOKEN.name)]?.[columns.indexOf('Time left')];
    };
    expect(await cellOf()).toMatchObject({ text: 'unknown', color: colorNamed('purple') });
    expect(await cellOf(-DAY)).toMatchObject({ text: '1 day, 0 hours ago', color: colorNamed('dark-red') });
    expect(await cellOf(DAY)).toMatchObject({ color: colorNamed('red') });
    expect(await cellOf(5 * DAY)).toMatchObject({ color: colorNamed('orange') });
    expect(await cellOf(50 * DAY)).toMatchObject({ color: colorNamed('green') });
  });

  grafanaTest('links an account and a token to the dashboard with them, and an alert to its runbook', async () => {
    const tokens = await displayTable(panelTitled('Tokens'), tokenResults({ urgency: 1, status: 1, left: 1 }));
    const link = ({ columns, cells }: typeof tokens, title: string) => {
      const url = new URL(cells[0]?.[columns.indexOf(title)]?.link ?? '', 'http://grafana');
      return [url.pathname, Object.fromEntries(url.searchParams)];
    };
    const kept = { 'var-datasource': 'All', 'var-cluster': 'All', 'var-namespace': 'All', 'var-instance': 'All' };
    const range = { from: 'now-30d', to: 'now' };
    const account = { ...kept, ...range, 'var-account': 'fleet', 'var-role': '$__all' };
    expect(link(tokens, 'Account')).toEqual([
      '/d/pointone-tokens',
      { ...account, 'var-job': 'p', 'var-name': '$__all' },
    ]);
    expect(link(tokens, 'Name')).toEqual(['/d/pointone-tokens', { ...account, 'var-job': 'p', 'var-name': NAME }]);

    const alerts = await displayTable(panelTitled('Firing alerts'), [
      [{ metric: { ...ALERT, name: NAME, alertstate: 'firing' }, value: 2 }],
      [],
    ]);
    expect(link(alerts, 'Token')).toEqual(['/d/pointone-tokens', { ...account, 'var-job': 'All', 'var-name': NAME }]);
    expect(alerts.cells[0]?.[alerts.columns.indexOf('Alert')]?.link).toMatch(/PointOneTokenFieldUnreadable/);
  });

  grafanaTest('links all names but those with characters that the README names', async () => {
    const characters = [...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), '\n', 'ü', '測'];
    // The digits make `%` an escape sequence.
    const names = characters.map((character) => `a${character}41b`);
    const { columns, rows, cells } = await displayTable(
      panelTitled('Tokens'),
      [0, 1, 2, 3, 4].map(() => names.map((name) => ({ metric: { account: 'fleet', job: 'p', name }, value: 1 }))),
    );
    const broken = rows.flatMap(({ Name }, row) => {
      const url = new URL(cells[row]?.[columns.indexOf('Name')]?.link ?? '', 'http://grafana');
      return url.searchParams.get('var-name') === Name ? [] : `${Name}`.slice(1, -3);
    });
    expect(broken.sort()).toEqual(['\n', '#', '%', '&', '+']);
  });

  grafanaTest('lists only living series in the legend of time left, without milliseconds', async () => {
    const line = (name: string, left: number) => ({
      metric: { account: 'a', name, role: 'r', job: 'j' },
      values: [[0, left + 60] as const, [60, left] as const],
    });
    const series = displaySeries(panelTitled('Time left'), [
      [line('alive', 0), line('young', 10 * DAY)],
      [line('ended', 60)],
    ]);
    expect(series).toEqual([
      { name: 'a / alive (r, j)', inLegend: true, last: '0 seconds' },
      { name: 'a / young (r, j)', inLegend: true, last: '1 week, 3 days' },
      { name: 'a / ended (r, j)', inLegend: false, last: '1 minute, 0 seconds' },
    ]);
  });

  grafanaTest('has names escaped as Grafana does', async () => {
    const characters = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('');
    expect(escapeRegex(characters)).toBe(grafana().data.escapeRegex(characters));
  });
});
