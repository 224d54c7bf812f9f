import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_THRESHOLDS } from '../../src/model/urgency.ts';
import { runWithInput, stackTest } from '../support/stack.ts';
import { mutate, RULE_MUTANTS } from './rule-mutants.ts';

// About 150 runs of promtool take a while on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Scenario {
  name: string;
  alert_rule_test?: { alertname: string; exp_alerts: { exp_labels: Record<string, string> }[] }[];
}

const RULES = await readFile('alerts/rules.yml', 'utf8');
const PARSED = (parse(RULES) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const ALERTS = PARSED.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

const FILES = ['alerts/rules.test.yml', 'alerts/rules.memory.test.yml'];
/** Each scenario as a separate test file, because promtool does not print the name of a failing scenario. */
const SCENARIOS = new Map<string, { file: string; content: string }>();
const EXPECTED_ALERTS: { alertname: string; labels: Record<string, string> }[] = [];
for (const file of FILES) {
  const tests = parse(await readFile(file, 'utf8')) as { tests: Scenario[] };
  for (const scenario of tests.tests) {
    if (SCENARIOS.has(scenario.name)) throw new Error(`Two scenarios are named "${scenario.name}".`);
    const content = JSON.stringify({ ...tests, tests: [scenario] });
    SCENARIOS.set(scenario.name, { file, content });
    for (const { alertname, exp_alerts } of scenario.alert_rule_test ?? [])
      EXPECTED_ALERTS.push(...exp_alerts.map(({ exp_labels }) => ({ alertname, labels: exp_labels })));
  }
}

const limitConcurrency = pLimit(Math.max(2, availableParallelism()));

/** Runs one scenario against the given rules. */
function promtool(rules: string, name: string): Promise<{ name: string; code: number; output: string }> {
  return limitConcurrency(async () => {
    const scenario = SCENARIOS.get(name);
    if (scenario === undefined) throw new Error(`There is no scenario named "${name}".`);
    const folder = await mkdtemp(join(tmpdir(), 'pointone-rules-'));
    try {
      await Promise.all([
        writeFile(join(folder, 'rules.yml'), rules),
        writeFile(join(folder, 'scenario.yml'), scenario.content),
      ]);
      return { name, ...(await runWithInput('promtool', ['test', 'rules', join(folder, 'scenario.yml')], '')) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

describe('the rules', () => {
  stackTest('are valid', ['promtool'], async () => {
    const { code, output } = await runWithInput('promtool', ['check', 'rules', 'alerts/rules.yml'], '');
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  for (const file of FILES) {
    stackTest(`pass every scenario of ${file}`, ['promtool'], async () => {
      const names = [...SCENARIOS].filter(([, scenario]) => scenario.file === file).map(([name]) => name);
      const runs = await Promise.all(names.map((name) => promtool(RULES, name)));
      const failed = runs.filter(({ code }) => code !== 0).map(({ name, output }) => `${name}\n${output}`);
      expect(failed.join('\n'), 'promtool').toBe('');
    });
  }

  stackTest('have a scenario that detects each mutant', ['promtool'], async () => {
    const mutants = RULE_MUTANTS.map((mutant) => ({ mutant, rules: mutate(RULES, mutant) }));
    const survivors = await Promise.all(
      mutants.map(async ({ mutant, rules }) => {
        const { code, output } = await promtool(rules, mutant.caughtBy);
        // A parse error does not prove that the scenario detects the mutant.
        if (code !== 0 && !output.includes('exp:')) return [`${mutant.description}: ${output}`];
        return code === 0 ? [`${mutant.description}: not detected by "${mutant.caughtBy}"`] : [];
      }),
    );
    expect(survivors.flat()).toEqual([]);
  });

  it('have a mutant for each alert and each numbered requirement', () => {
    const broken = new Set(RULE_MUTANTS.map(({ breaks }) => breaks));
    const requirements = Array.from({ length: 8 }, (_, index) => `requirement ${index + 1}`);
    expect([...broken].sort()).toEqual([...new Set([...ALERTS.map(({ alert }) => alert), ...requirements])].sort());
  });
});

describe('every alert', () => {
  it.each(ALERTS.map((alert) => [`${alert.alert} (${alert.labels?.['severity']})`, alert] as const))(
    '%s has a severity, a summary, a description and links',
    (_, { alert, labels, annotations = {} }) => {
      expect(labels?.['severity']).toMatch(/^(critical|warning|info)$/);
      // A value in a label would create a new alert at each evaluation.
      for (const label of Object.values(labels ?? {})) expect(label).not.toMatch(/\{\{|\$/);
      expect(Object.keys(annotations).sort()).toEqual(['dashboard_url', 'description', 'runbook_url', 'summary']);
      // A value in the summary would send a new notification for each evaluation.
      expect(annotations['summary']).not.toMatch(/\$value|\.Value/);
      expect(annotations['description']).toMatch(/\{\{.*\}\}/s);
      expect(annotations['runbook_url']).toMatch(new RegExp(`^https?://.*/runbooks/${alert}\\.md$`));
      expect(annotations['dashboard_url']).toMatch(/^https?:\/\//);
    },
  );

  it.each(ALERTS.filter(({ alert }) => alert !== 'PointOneExporterDown').map((alert) => [alert.alert, alert] as const))(
    '%s names the account in its summary, and the token if it is about one',
    (alert, { annotations = {} }) => {
      const named = [...(annotations['summary'] ?? '').matchAll(/\$labels\.([a-z]+)/g)].map(([, label]) => label);
      const isOfToken = annotations['description']?.includes('$labels.name') ?? false;
      expect(named, alert).toEqual(expect.arrayContaining(isOfToken ? ['account', 'name', 'role'] : ['account']));
    },
  );

  it('has a summary of its own for each severity', () => {
    const summaries = ALERTS.map(({ annotations }) => annotations?.['summary']);
    expect(new Set(summaries).size).toBe(ALERTS.length);
  });

  it('has a scenario that compares its labels and annotations', () => {
    const covered = EXPECTED_ALERTS.map(({ alertname, labels }) => `${alertname} ${labels['severity']}`);
    const all = ALERTS.map(({ alert, labels }) => `${alert} ${labels?.['severity']}`);
    expect([...new Set(covered)].sort()).toEqual([...new Set(all)].sort());
  });
});

describe('the labels that identify a replica', () => {
  const REPLICA = ['instance', 'pod', 'container', 'node'];

  it('are the same in every rule, and come first', () => {
    const lists = [...RULES.matchAll(/\b(?:without|ignoring|by|on) *\(([^)]*)\)/g)]
      .map(([, list = '']) => list.split(/, */))
      .filter((list) => list.some((label) => REPLICA.includes(label)));
    expect(lists.length).toBeGreaterThan(10);
    for (const list of lists) expect(list.slice(0, REPLICA.length)).toEqual(REPLICA);
  });
});

describe('thresholds', () => {
  /** Returns the number that a rule such as `vector(14 * 86400)` records. */
  function limit(name: string): number {
    const expr = PARSED.find(({ record }) => record === `pointone:limit:${name}`)?.expr ?? '';
    const [, product = ''] = /^vector\(([\d.* ]+)\)$/.exec(expr) ?? [];
    return product.split('*').reduce((value, factor) => value * Number(factor), 1);
  }

  it('equal the default thresholds of the exporter', () => {
    expect({
      warning: { leftMs: limit('warning_left_seconds') * 1000, lifetimeShare: limit('warning_lifetime_share') },
      critical: { leftMs: limit('critical_left_seconds') * 1000, lifetimeShare: limit('critical_lifetime_share') },
    }).toEqual(DEFAULT_THRESHOLDS);
  });
});
