import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboardJson } from '../../../grafana/dashboard/dashboard.ts';
import { runbook } from '../../../grafana/dashboard/links.ts';
import { SUCCESS_AGE_SECONDS } from '../../../grafana/dashboard/thresholds.ts';
import { MAX_CLOCK_SKEW_MS } from '../../../src/health/findings.ts';
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
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: { readonly runbook_url: string; readonly dashboard_url: string };
}
const RULES = (parse(read('alerts/rules.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const ALERTS = RULES.filter(({ alert }) => alert !== undefined);

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
  it('say nothing about urgency, which depends on the settings of the exporter', () => {
    for (const [place, expression] of EXPRESSIONS) {
      // Without variables, selectors and strings. Durations have units.
      const rest = expression.replaceAll(/\$\{\w+:regex\}/g, '').replaceAll(/\{[^}]*\}|"[^"]*"/g, '');
      expect(rest, place).not.toMatch(/[{}"`]/);
      const numbers = [...rest.matchAll(/\b\d+(?:\.\d+)?\b/g)].map(([number]) => Number(number));
      // Levels, units, the age of a list (an hour), and the age of an outdated replica.
      for (const number of numbers) expect([0, 1, 2, 3, 4, 5, 6, 7, 60, 300, 1000, 3600], place).toContain(number);
    }
    for (const { title, description = '', options } of PANELS) {
      expect(`${description} ${JSON.stringify(options)}`, title).not.toMatch(/\b(14|3) days|tenth|quarter/);
    }
  });

  it.each(['Next expiry', 'Tokens', 'Exporter credentials: time left'])(
    'colour only an expiry in the past in "%s"',
    (title) => {
      expect(stepsOf(title)).toEqual([
        { value: null, color: 'dark-red' },
        { value: 0, color: 'blue' },
      ]);
    },
  );

  it.each(['Next expiry', 'Time left'])('colour urgent tokens in "%s" by their deadlines', (title) => {
    const { targets = [], fieldConfig } = panelTitled(title);
    const colors = (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) => {
      const color = properties.find(({ id }) => id === 'color')?.value;
      return color === undefined ? [] : [[matcher.options, color]];
    });
    expect(Object.fromEntries(colors)).toMatchObject({
      warning: { mode: 'fixed', fixedColor: 'orange' },
      critical: { mode: 'fixed', fixedColor: 'red' },
    });
    for (const level of ['warning', 'critical']) {
      expect(targets.find(({ refId }) => refId === level)?.expr).toContain(`level="${level}"`);
    }
  });

  it('draw each line in the colour of the values beyond it', () => {
    expect(linesOf('Time left')).toEqual([[0, 'dark-red']]);
    const skew = MAX_CLOCK_SKEW_MS / 1000;
    expect(linesOf('Clock skew')).toEqual([
      [-skew, 'red'],
      [skew, 'red'],
    ]);
    expect(linesOf('Fetch duration')).toEqual([
      [5, 'orange'],
      [10, 'red'],
    ]);
  });

  it('agree with the rules and the descriptions', () => {
    expect(limitsOf('Time since the last successful fetch')).toEqual([null, SUCCESS_AGE_SECONDS]);
    // The rules state the limit as a number, or in a rule of its own.
    expect(read('alerts/rules.yml')).toMatch(
      new RegExp(
        `last_success_timestamp_seconds\\) > ${SUCCESS_AGE_SECONDS}\\b|success_age_seconds\\n +expr: vector\\(${SUCCESS_AGE_SECONDS}\\)`,
      ),
    );
    const end = panelTitled('Time left').fieldConfig?.defaults.max ?? Number.NaN;
    expect(panelTitled('Time left').description).toContain(`The axis ends at ${end / 86_400} days`);
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
