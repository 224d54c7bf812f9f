import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboardJson } from '../../../grafana/dashboard/dashboard.ts';
import { runbook } from '../../../grafana/dashboard/links.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';
import {
  EXPRESSIONS,
  PANELS,
  panelTitled,
  ROWS_AND_PANELS,
  SHIPPED,
  SHIPPED_TEXT,
  type Step,
} from './shipped-dashboard.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: { readonly runbook_url: string; readonly dashboard_url: string };
}
const RULES = (parse(read('alerts/rules.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const ALERTS = RULES.filter(({ alert }) => alert !== undefined);

/** Returns the value of a limit in the rules, which is written as `vector(A * B)`. */
function ruleLimit(name: string): number {
  const expression = RULES.find(({ record }) => record === `pointone:limit:${name}`)?.expr ?? '';
  const factors = /^vector\((.+)\)$/.exec(expression)?.[1]?.split('*') ?? [];
  return factors.map(Number).reduce((product, factor) => product * factor, factors.length > 0 ? 1 : Number.NaN);
}

const stepsOf = (title: string): readonly Step[] => panelTitled(title).fieldConfig?.defaults.thresholds?.steps ?? [];
const limitsOf = (title: string): (number | null)[] => stepsOf(title).map(({ value }) => value);

/**
 * Returns the lines that Grafana draws for the thresholds of a panel, with their colours. A line has the colour of its
 * step, but up to a transparent step that of the step before (UPlotThresholds of @grafana/ui 11 to 13).
 */
function linesOf(title: string): (readonly [value: number | null, color: string])[] {
  const steps = stepsOf(title);
  const transparent = steps.findIndex(({ color }) => color === 'transparent');
  return steps
    .slice(1)
    .map(({ value, color }, index) => [value, index < transparent ? `${steps[index]?.color}` : color]);
}

describe('the dashboard', () => {
  it('matches its source (otherwise run npm run dashboard)', () => {
    expect(SHIPPED_TEXT).toBe(dashboardJson());
  });

  it('is generated deterministically', () => {
    expect(dashboardJson()).toBe(dashboardJson());
  });

  it('has a fixed UID for links, and cannot be edited in Grafana', () => {
    expect(SHIPPED).toMatchObject({ uid: 'pointone-tokens', editable: false, schemaVersion: 39 });
    expect(SHIPPED.id).toBeUndefined();
    expect(ALERTS.length).toBeGreaterThan(0);
    for (const { annotations } of ALERTS) expect(annotations?.dashboard_url).toMatch(/\/d\/pointone-tokens$/);
  });

  it('has a unique id for every panel and row', () => {
    const ids = ROWS_AND_PANELS.map(({ id }) => id);
    expect(ids.every((id) => Number.isInteger(id) && id > 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('uses only panels and data sources that Grafana includes', () => {
    const core = ['stat', 'table', 'timeseries', 'state-timeline', 'bargauge', 'row'];
    expect(core).toEqual(expect.arrayContaining([...new Set(ROWS_AND_PANELS.map(({ type }) => type))]));
    const sources = PANELS.flatMap(({ targets = [], datasource }) => [datasource, ...targets.map((t) => t.datasource)]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable.
    for (const source of sources) expect(source).toEqual({ type: 'prometheus', uid: '${datasource}' });
  });

  it('fills its grid without gaps and without overlapping panels', () => {
    for (const panels of [SHIPPED.panels, ...ROWS_AND_PANELS.flatMap((row) => (row.panels ? [row.panels] : []))]) {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${y + Math.floor(cell / w)}:${x + (cell % w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(cells.length % 24).toBe(0);
      for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  it('collapses the row on the health of the exporter', () => {
    const rows = ROWS_AND_PANELS.filter(({ type }) => type === 'row');
    expect(rows.map(({ title, collapsed, panels }) => [title, collapsed, panels?.length])).toEqual([
      ['Exporter health', true, 6],
      ['Firing alerts', false, 0],
    ]);
  });

  it.each(PANELS.map((panel) => [panel.title, panel] as const))(
    'describes "%s": what it shows, what to do, its unit, and the text without data',
    (title, { description = '', fieldConfig, options, type, targets = [] }) => {
      expect(title).not.toBe('');
      expect(description).toMatch(/\*\*.+\*\*/);
      expect(description.length).toBeGreaterThan(80);
      expect(fieldConfig?.defaults.unit).toBeTruthy();
      expect(fieldConfig?.defaults.noValue).toBeTruthy();
      expect(fieldConfig?.defaults.thresholds?.steps.length).toBeGreaterThan(0);
      expect(targets.length).toBeGreaterThan(0);
      if (type === 'stat' || type === 'bargauge') expect(options?.reduceOptions?.calcs).toEqual(['lastNotNull']);
    },
  );

  it('links to the runbooks of existing alerts, at the same URLs as the rules', () => {
    const known = new Set(ALERTS.map(({ alert, annotations }) => `Runbook: ${alert} ${annotations?.runbook_url}`));
    const links = PANELS.flatMap(({ links = [] }) => links.map(({ title, url }) => `${title} ${url}`));
    expect(links.length).toBeGreaterThan(0);
    expect([...known]).toEqual(expect.arrayContaining(links));
    for (const { alert = '', annotations } of ALERTS) expect(annotations?.runbook_url).toBe(runbook(alert));
  });
});

describe('its thresholds', () => {
  const TIME_LEFT = [null, 0, DEFAULT_THRESHOLDS.critical.leftMs / 1000, DEFAULT_THRESHOLDS.warning.leftMs / 1000];

  it.each(['Next expiry', 'Tokens', 'Exporter credentials: time left'])(
    'colour the time left in "%s" by the limits of urgency',
    (title) => {
      expect(limitsOf(title)).toEqual(TIME_LEFT);
      expect(stepsOf(title).map(({ color }) => color)).toEqual(['dark-red', 'red', 'orange', 'green']);
    },
  );

  it('draw each line in the colour of the values beyond it', () => {
    const { critical, warning } = DEFAULT_THRESHOLDS;
    expect(linesOf('Time left')).toEqual([
      [0, 'dark-red'],
      [critical.leftMs / 1000, 'red'],
      [warning.leftMs / 1000, 'orange'],
    ]);
    const skew = ruleLimit('clock_skew_seconds');
    expect(linesOf('Clock skew')).toEqual([
      [-skew, 'red'],
      [skew, 'red'],
    ]);
    expect(linesOf('Fetch duration')).toEqual([
      [5, 'orange'],
      [10, 'red'],
    ]);
  });

  it('are the limits of urgency in every expression that uses limits', () => {
    const { warning, critical } = DEFAULT_THRESHOLDS;
    const limits = [
      [warning.lifetimeShare, warning.leftMs / 1000],
      [critical.lifetimeShare, critical.leftMs / 1000],
    ].map(String);
    const limited = EXPRESSIONS.filter(([, expression]) => expression.includes('clamp_max'));
    expect(limited.map(([place]) => place)).toEqual([
      'Expired, A',
      'Critical, A',
      'Warning, A',
      'Expiry unknown, A',
      'Fine, A',
      'Tokens, urgency',
    ]);
    for (const [, expression] of limited) {
      const found = [...expression.matchAll(/clamp_max\(([\d.]+) \*[^,]+(?:,[^,]+)*?, (\d+)\)/g)];
      expect(found.length).toBe(expression.split('clamp_max').length - 1);
      expect([...new Set(found.map(([, share, left]) => `${share},${left}`))]).toEqual(limits);
    }
  });

  it('are repeated correctly in the descriptions', () => {
    const days = (level: keyof typeof DEFAULT_THRESHOLDS): string =>
      `${DEFAULT_THRESHOLDS[level].leftMs / 86_400_000} days`;
    expect(panelTitled('Critical').description).toContain(`Less than ${days('critical')} and less than a tenth`);
    expect(panelTitled('Warning').description).toContain(`Less than ${days('warning')} and less than a quarter`);
    const lines = `Below the orange (${days('warning')}) or red (${days('critical')}) line`;
    expect(panelTitled('Time left').description).toContain(lines);
    const end = panelTitled('Time left').fieldConfig?.defaults.max ?? Number.NaN;
    expect(panelTitled('Time left').description).toContain(`The axis ends at ${end / 86_400} days`);
    expect([DEFAULT_THRESHOLDS.critical.lifetimeShare, DEFAULT_THRESHOLDS.warning.lifetimeShare]).toEqual([
      1 / 10,
      1 / 4,
    ]);
  });

  it('agree with the rules where no urgency applies', () => {
    expect(ruleLimit('warning_left_seconds')).toBe(DEFAULT_THRESHOLDS.warning.leftMs / 1000);
    expect(limitsOf('Clock skew')).toEqual([null, -ruleLimit('clock_skew_seconds'), ruleLimit('clock_skew_seconds')]);
    expect(limitsOf('Time since the last successful fetch')).toEqual([null, ruleLimit('success_age_seconds')]);
    for (const [place, expression] of EXPRESSIONS) {
      const ahead = [...expression.matchAll(/time\(\) \+ (\d+)/g)].map(([, seconds]) => Number(seconds));
      for (const seconds of ahead) expect(seconds, place).toBe(ruleLimit('created_ahead_seconds'));
    }
  });
});

describe('its variables', () => {
  it('depend on the variables before them, and allow several values and All, except the data source', () => {
    const { list } = SHIPPED.templating;
    const labels = ['cluster', 'namespace', 'job', 'instance', 'account', 'role', 'name'];
    expect(list.map(({ name }) => name)).toEqual(['datasource', ...labels]);
    expect(list[0]).toMatchObject({ type: 'datasource', query: 'prometheus', multi: false });
    list.slice(1).forEach(({ multi, includeAll, allValue, query, definition }, index, variables) => {
      expect({ multi, includeAll }).toEqual({ multi: true, includeAll: true });
      expect(allValue).toBe(['.*', '.*', '.+', '.+', '(?s:.*)', '(?s:.*)', '(?s:.*)'][index]);
      const before = variables.slice(0, index).map(({ name }) => name);
      expect([...`${definition}`.matchAll(/\$(\w+)/g)].map(([, name]) => name).sort()).toEqual(before.sort());
      expect(query).toMatchObject({ query: definition });
    });
  });

  it.each(EXPRESSIONS)('are used in every selector of "%s"', (_, shipped) => {
    // Without the braces of the variables, only those of the selectors remain.
    const expression = shipped.replaceAll(/\$\{(\w+):regex\}/g, '$1:regex');
    const selectors = [...expression.matchAll(/\b([a-zA-Z_]\w*)\{([^}]*)\}/g)];
    expect(selectors.length).toBeGreaterThan(0);
    // No metric is queried without a selector.
    expect(expression.split('{').length - 1).toBe(selectors.length);
    expect(expression.replaceAll(/\{[^}]*\}/g, '{}')).not.toMatch(/\b(pointone_\w+|ALERTS\w*|up)\b(?!\{)/);
    for (const [, metric = '', matchers = ''] of selectors) {
      for (const name of applicable(metric)) expect(matchers).toMatch(new RegExp(`\\b${name}=~\`${name}:regex\\|?\``));
    }
  });
});

function applicable(metric: string): string[] {
  const target = ['cluster', 'namespace', 'job', 'instance'];
  const account = [...target, 'account'];
  if (metric === 'up') return target;
  const ofTokens = metric.startsWith('ALERTS') || /^pointone_(token|expected_token)_/.test(metric);
  return ofTokens ? [...account, 'role', 'name'] : account;
}

describe('its tables', () => {
  it.each(['Tokens', 'Firing alerts'])('link the account and the token of "%s" to the dashboard with them', (title) => {
    const overrides = panelTitled(title).fieldConfig?.overrides ?? [];
    const urls = overrides
      .filter(({ matcher }) => ['Account', 'Name', 'Token'].includes(matcher.options))
      .flatMap(({ properties }) => properties.filter(({ id }) => id === 'links').flatMap(({ value }) => value))
      .map((link) => `${(link as { url: string }).url}`);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      const [path, parameters = ''] = url.split('?');
      expect(path).toBe(`/d/${SHIPPED.uid}`);
      const names = parameters.split('&').flatMap((part) => {
        const [, kept, selected] = /^\$\{(\w+):queryparam\}$|^var-(\w+)=/.exec(part) ?? [];
        return kept ?? selected ?? [];
      });
      expect(names).toEqual(SHIPPED.templating.list.map(({ name }) => name));
    }
  });

  it('give the names of all alerts enough space', () => {
    const override = panelTitled('Firing alerts').fieldConfig?.overrides.find(
      ({ matcher }) => matcher.options === 'Alert',
    );
    const width = Number(override?.properties.find(({ id }) => id === 'custom.width')?.value);
    // A character of Grafana's font takes about 8 pixels, the padding of a cell 12.
    for (const { alert = '' } of ALERTS) expect(width, alert).toBeGreaterThanOrEqual(8 * alert.length + 12);
  });
});

describe('the panel of failed fetches', () => {
  const { targets = [], fieldConfig } = panelTitled('Failed fetches by reason');

  it('has a bar for each minute at most, whatever the interval of the data source', () => {
    expect(targets.map(({ interval }) => interval)).toEqual(['1m']);
    expect(targets[0]?.expr).not.toContain('$__rate_interval');
  });

  it('stacks its bars, each over the time that it counts', () => {
    expect(fieldConfig?.defaults.custom).toMatchObject({ stacking: { mode: 'normal', group: 'A' }, barAlignment: -1 });
  });

  it('names the job of each account', () => {
    expect(targets[0]?.legendFormat).toBe('{{account}}: {{reason}} ({{job}})');
  });
});

describe('the provisioning', () => {
  it('defines the data source that the dashboard uses', () => {
    const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yml'));
    expect(datasources).toMatchObject([
      { type: 'prometheus', uid: 'prometheus', url: 'http://localhost:9090', isDefault: true },
    ]);
  });

  it('provisions the dashboards as read-only', () => {
    const { providers } = parse(read('grafana/provisioning/dashboards/pointone.yml'));
    expect(providers).toMatchObject([
      { type: 'file', allowUiUpdates: false, options: { path: '/etc/grafana/dashboards' } },
    ]);
  });
});
