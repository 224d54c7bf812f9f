import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';
import { panelTitled } from './shipped-dashboard.ts';
import { displayedCells, renderTable, tableOf } from './table.ts';

describe('the emulation of Grafana', () => {
  it('escapes and inserts no value, one value, and several values of a variable', () => {
    const expression = 'up{job=~"$job"}[$__rate_interval]';
    expect(interpolate(expression)).toBe('up{job=~".*"}[1m]');
    expect(interpolate(expression, { job: ['a.b'] })).toBe('up{job=~"a\\\\.b"}[1m]');
    expect(interpolate(expression, { job: ['a', 'b\\'] })).toBe('up{job=~"(a|b\\\\\\\\)"}[1m]');
  });

  it('joins matching rows, sorts them, and omits hidden columns', () => {
    const panel = panelTitled('Firing alerts');
    const alert = (alertname: string, account: string) => ({ alertname, account, severity: 'x' });
    const table = tableOf(panel, [
      [
        { metric: { ...alert('A', 'one'), alertstate: 'firing' }, value: 2 },
        { metric: { ...alert('B', 'one'), alertstate: 'firing' }, value: 3 },
      ],
      [{ metric: alert('A', 'one'), value: Date.UTC(2026, 0, 1) }],
    ]);
    expect(renderTable(table.columns, displayedCells(panel, table)).split('\n')).toEqual([
      'Severity  Alert  Account  Since',
      'critical  B      one      unknown',
      'warning   A      one      2026-01-01 00:00:00',
    ]);
  });
});
