import { readdirSync, readFileSync } from 'node:fs';
import { getVariableValues, Kind, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { schemaOf } from '../../../simulator/schema.ts';
import { SETTINGS, type Setting, TOKEN_VARIABLE } from '../../../src/config/settings.ts';
import { ACCOUNT_FAMILIES, ACCOUNT_LABELS } from '../../../src/metrics/account-families.ts';
import { TOKEN_FAMILIES, TOKEN_LABELS } from '../../../src/metrics/token-families.ts';
import { FAILURE_REASONS } from '../../../src/model/report.ts';
import { CHECKED_FIELDS } from '../../../src/model/token.ts';

const SCHEMA = schemaOf('documented');

const FOLDER = new URL('../../../docs/runbooks/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly labels?: { readonly severity?: string };
}

const { groups } = parseYaml(read('../../alerts/rules.yml')) as { groups: { rules: Rule[] }[] };
const RULES = groups.flatMap(({ rules }) => rules);

/** Each alert with its severities. */
const ALERTS = new Map<string, Set<string>>();
for (const { alert, labels } of RULES) {
  if (alert === undefined) continue;
  ALERTS.set(alert, (ALERTS.get(alert) ?? new Set()).add(labels?.severity ?? 'none'));
}

const PAGES = readdirSync(FOLDER).filter((file) => file !== 'README.md');
const FILES = ['README.md', ...PAGES];
const ALERT_PAGES = PAGES.map((file) => [file.replace(/\.md$/, ''), file] as const);

const SECTIONS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Silencing', 'False positives and known limitations'];

/** Labels that Prometheus sets on every target. Labels of an installation (env, cluster, ...) are not among them. */
const TARGET_LABELS = ['job', 'instance'];

/** Each metric that a query may name, with the labels that its matchers may use; undefined if any label is allowed. */
const METRICS = new Map<string, readonly string[] | undefined>([
  ...ACCOUNT_FAMILIES.map(({ name, labels }) => [name, [...ACCOUNT_LABELS, ...labels, ...TARGET_LABELS]] as const),
  ...TOKEN_FAMILIES.map(({ name, labels }) => [name, [...TOKEN_LABELS, ...labels, ...TARGET_LABELS]] as const),
  ...RULES.flatMap(({ record }) => (record === undefined ? [] : [[record, undefined] as const])),
  ['pointone_exporter_build_info', undefined],
  ['up', TARGET_LABELS],
  ['ALERTS', undefined],
]);

/** Returns the fenced blocks of a language, without the indentation of a list. */
function blocks(text: string, language: string): string[] {
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)\\n\\1\`\`\`$`, 'gm'));
  return [...found].map(([, indentation, body]) => (body ?? '').replaceAll(new RegExp(`^${indentation}`, 'gm'), ''));
}

/** Returns the text without its fenced blocks. */
function prose(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

const FENCED_BLOCKS = /^ *```(\S*)\n/gm;
const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring']);

/** Returns the metrics that an expression names, each with the labels in its matchers. */
function selectors(expression: string): { metric: string; labels: string[] }[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/(?<![\w:])([a-zA-Z_:][\w:]*)(\s*\()?(?:\{([^}]*)\})?/g)].flatMap(
    ([, metric = '', call, matchers = '']) => {
      if (call !== undefined || KEYWORDS.has(metric)) return [];
      return [{ metric, labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label) }];
    },
  );
}

interface Call {
  readonly command: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Returns every call of the API, with the placeholders replaced by realistic values. */
function calls(text: string): Call[] {
  return blocks(text, 'sh')
    .filter((block) => block.includes('graphql'))
    .map((command) => {
      const [, data = ''] = /--data '([^']*)'/.exec(command) ?? [];
      const filled = data.replaceAll('"ROLE"', '"ROLE_READ_WRITE"').replaceAll('"NAME"', '"caster-ingest"');
      const body = JSON.parse(filled) as { query: string; variables?: Record<string, unknown> };
      return { command, query: body.query, variables: body.variables ?? {} };
    });
}

/** Lists the problems of a GraphQL document and its variables. */
function graphqlProblems({ query, variables }: Pick<Call, 'query' | 'variables'>): string[] {
  const document = parse(query);
  const invalid = validate(SCHEMA, document).map(({ message }) => message);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [...invalid, 'the first definition is not an operation'];
  const given = operation.variableDefinitions ?? [];
  const unknown = Object.keys(variables).filter((name) => !given.some(({ variable }) => variable.name.value === name));
  const { errors = [] } = getVariableValues(SCHEMA, given, variables);
  return [...invalid, ...errors.map(({ message }) => message), ...unknown.map((name) => `no variable $${name}`)];
}

/** Returns the matchers of each amtool command, with the command. */
function silences(text: string): { matchers: Map<string, string>; command: string }[] {
  return blocks(text, 'sh')
    .filter((block) => block.includes('amtool silence add'))
    .map((command) => {
      const matchers = [...command.matchAll(/'(\w+)=~?"([^"]*)"'/g)];
      return { command, matchers: new Map(matchers.map(([, label = '', value = '']) => [label, value])) };
    });
}

const FLAGS: ReadonlySet<string> = new Set(Object.values(SETTINGS).map(({ flag }) => `--${flag}`));
const VARIABLES: ReadonlySet<string> = new Set([
  TOKEN_VARIABLE,
  ...Object.values<Setting<unknown>>(SETTINGS).flatMap(({ variable }) => variable ?? []),
]);

describe('the runbooks', () => {
  it('have exactly one page for each alert', () => {
    expect(ALERT_PAGES.map(([alert]) => alert).sort()).toEqual([...ALERTS.keys()].sort());
  });

  it('are listed in the README with their severities', () => {
    const rows = [...read('README.md').matchAll(/^\| \[(\w+)\]\((\w+)\.md\) +\| ([a-z, ]+?) +\| \S/gm)];
    const listed = rows.map(([, alert, page, severities]) => [alert, page, severities?.split(', ').sort()]);
    expect(listed.sort()).toEqual(
      [...ALERTS].map(([alert, severities]) => [alert, alert, [...severities].sort()]).sort(),
    );
  });

  it.each(FILES)('%s has fenced blocks of known languages only', (file) => {
    const opened = [...read(file).matchAll(FENCED_BLOCKS)].map(([, language]) => language).filter(Boolean);
    const checked = ['sh', 'promql'].flatMap((language) => blocks(read(file), language).map(() => language));
    expect(opened.sort()).toEqual(checked.sort());
  });

  it.each(FILES)('%s names only metrics, flags and variables that exist', (file) => {
    const text = read(file);
    const named = [...text.matchAll(/\bpointone[_:][\w:]+/g)].map(([name]) => name);
    expect(named.filter((name) => !METRICS.has(name))).toEqual([]);
    const flags = [...prose(text).matchAll(/--[a-z]+\.[a-z.-]+|--config\.check/g)].map(([flag]) => flag);
    expect(flags.filter((flag) => !FLAGS.has(flag))).toEqual([]);
    const variables = [...text.matchAll(/\bPOINTONE_\w+/g)].map(([variable]) => variable);
    expect(variables.filter((variable) => !VARIABLES.has(variable))).toEqual([]);
  });

  it.each(FILES)('%s shows no credential, and passes none as an argument of a command', (file) => {
    const text = read(file);
    expect(text).not.toMatch(/eyJ/);
    // Every user of the machine can read the arguments of curl. `echo` is part of the shell.
    expect(text).not.toMatch(/curl[^|`]*\$\{?POINTONE_API_TOKEN/);
  });
});

describe.each(ALERT_PAGES)('the runbook of %s', (alert, file) => {
  const text = read(file);
  const section = (title: string): string => text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';

  it('has all sections in order, none of them empty', () => {
    const headings = [...prose(text).matchAll(/^#.*$/gm)].map(([heading]) => heading);
    expect(headings).toEqual([`# ${alert}`, ...SECTIONS.map((title) => `## ${title}`)]);
    for (const title of SECTIONS) expect(section(title).split('\n').filter(Boolean).length).toBeGreaterThan(1);
  });

  it('describes the impact of each severity of the alert, and of no other', () => {
    const described = [...section('Impact').matchAll(/^- \*\*(\w+)\*\*: /gm)].map(([, severity]) => severity);
    expect(described.sort()).toEqual([...(ALERTS.get(alert) ?? [])].sort());
  });

  it('queries only metrics that exist, by labels that they have', () => {
    const queries = blocks(text, 'promql');
    expect(queries).not.toEqual([]);
    expect(blocks(section('Diagnosis'), 'promql')).not.toEqual([]);
    for (const query of queries) {
      expect(selectors(query)).not.toEqual([]);
      for (const { metric, labels } of selectors(query)) {
        expect(METRICS.has(metric), `${metric} in ${query}`).toBe(true);
        expect(METRICS.get(metric) ?? labels, query).toEqual(expect.arrayContaining(labels));
      }
    }
  });

  it('shows valid API calls, and says that they need a real account', () => {
    expect(calls(section('Diagnosis'))).not.toEqual([]);
    for (const { command, ...call } of calls(text)) {
      expect(graphqlProblems(call)).toEqual([]);
      expect(command).toContain(` ${SETTINGS.apiEndpoint.default} `);
      expect(command).toMatch(/^echo "Authorization: Bearer \$POINTONE_API_TOKEN" \|\n {2}curl -sS .*-H @- /m);
      expect(command).toContain("-H 'Content-Type: application/json'");
    }
    for (const part of [section('Diagnosis'), section('Mitigation')]) {
      const paragraphs = part.split(/^ *```/m);
      const unmarked = paragraphs.filter(
        (block, index) =>
          block.includes('curl') &&
          block.includes('/graphql') &&
          !/needs a real\s+account/.test(paragraphs[index - 1] ?? ''),
      );
      expect(unmarked).toEqual([]);
    }
  });

  it('says before each query of the diagnosis what an empty result means', () => {
    // Queries that follow each other without a word share the paragraph before them.
    const groups = section('Diagnosis').split(/^ *```promql\n[\s\S]*?^ *```\n(?!\n *```promql)/m);
    const paragraphs = groups.slice(0, -1).map((group) => prose(group).trim().split('\n\n').at(-1) ?? '');
    expect(paragraphs.length).toBeGreaterThan(0);
    expect(paragraphs.filter((paragraph) => !/\bNo\s+row\b[^.]*\bmeans\b/.test(paragraph))).toEqual([]);
  });

  it('shows responses of the API in several lines', () => {
    for (const { command } of calls(text)) {
      expect(command.endsWith(" |\n  jq -Rr 'fromjson? // .'"), command).toBe(!/ -o /.test(command));
    }
    expect(text).not.toContain('cat "$answer"');
  });

  it('gives the address of the web interface if it sends the reader there', () => {
    const mitigation = section('Mitigation').replaceAll(/\s+/g, ' ');
    const sent = /(?:in|at|to|use) \[?Point One's interface/i.test(mitigation);
    expect(mitigation.includes("[Point One's interface](https://app.pointonenav.com)")).toBe(sent);
  });

  it('silences each severity of this alert, with a duration and a comment', () => {
    const found = silences(section('Silencing'));
    const own = found.filter(({ matchers }) => matchers.get('alertname') === alert);
    const severities = own.map(({ matchers }) => matchers.get('severity'));
    expect(severities.sort()).toEqual([...(ALERTS.get(alert) ?? [])].sort());
    for (const { command, matchers } of found) {
      expect([...matchers.keys()]).toEqual(expect.arrayContaining(['alertname', 'job']));
      expect(command).toMatch(/--duration=\d+[hd] /);
      expect(command).toMatch(/--comment='[^']+'/);
    }
    expect(section('Silencing')).toMatch(/\bnot\b|\bNever\b/);
  });

  it('names in its tables only reasons, fields and metrics that exist', () => {
    const words = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(
      ([, cell = '']) => cell.match(/\w+/g) ?? [],
    );
    const known: readonly string[] = [...FAILURE_REASONS, ...CHECKED_FIELDS, ...METRICS.keys()];
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
  });
});

describe('the helpers of this test', () => {
  it('find the problems of a GraphQL document', () => {
    expect(graphqlProblems({ query: '{ viewPersonalAccessTokens { id } }', variables: {} })).toHaveLength(1);
    const create = 'mutation ($name: String!) { createPersonalAccessToken(name: $name) }';
    expect(graphqlProblems({ query: create, variables: { name: 'a' } })).toEqual([]);
    expect(graphqlProblems({ query: create, variables: {} })).toHaveLength(1);
    expect(graphqlProblems({ query: create, variables: { name: 'a', days: 1 } })).toHaveLength(1);
  });

  it('find the metrics of an expression, and nothing else', () => {
    const expression = 'sum by (job) (increase(a_total{x="b_total", y!~"{}"}[5m])) > 0 or on (z) (time() - c:d / 60)';
    expect(selectors(expression)).toEqual([
      { metric: 'a_total', labels: ['x', 'y'] },
      { metric: 'c:d', labels: [] },
    ]);
  });
});
