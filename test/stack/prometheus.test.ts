import { describe, expect, onTestFinished } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { runWithInput, stackTest, startPrometheus } from '../support/stack.ts';

const CREATED = Date.parse('2026-03-01T09:00:00Z');

/** Strings with lone surrogates, which JSON can contain and UTF-8 cannot, and what is exported instead. */
const LONE_SURROGATES = [
  ['high \ud83d', 'high \ufffd'],
  ['\udef0 low', '\ufffd low'],
  ['\udef0\ud83d swapped', '\ufffd\ufffd swapped'],
] as const;

/** The names of the exported tokens, in the order of the list. */
const EXPORTED = [...HOSTILE_STRINGS, ...LONE_SURROGATES.map(([, exported]) => exported)];

/** Starts a simulator with a token for each hostile string, and the built exporter that reads it. */
async function exporterWithHostileTokens() {
  const { simulator, user } = await simulate();
  for (const text of [...HOSTILE_STRINGS, ...LONE_SURROGATES.map(([sent]) => sent)]) {
    user.add({ createdAt: CREATED, odd: { name: text, description: text } });
  }
  const exporter = await serve(['--scrape.timeout-offset=0'], {
    POINTONE_API_ENDPOINT: simulator.url,
    POINTONE_API_TOKEN: user.credential,
  });
  return { simulator, exporter };
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('a real Prometheus', () => {
  stackTest('scrapes the exporter with prometheus.yml, and returns its series in queries', ['prometheus'], async () => {
    const { exporter } = await exporterWithHostileTokens();
    const prometheus = await startPrometheus(await prometheusConfiguration(exporter.url), await ruleFiles());
    onTestFinished(() => prometheus.stop());
    // Scrapes can fail on a machine under load, so wait for one that succeeds.
    await eventually(async () => (await prometheus.targets())[0]?.health === 'up');
    await eventually(async () => (await prometheus.query('pointone_up')).length > 0);
    expect(await prometheus.query('pointone_up')).toMatchObject([
      { metric: { account: 'default', job: 'pointone' }, value: 1 },
    ]);
    const info = await prometheus.query('pointone_token_info');
    expect(info.map(({ metric }) => metric['name']).sort()).toEqual(EXPORTED.toSorted());
    expect(info.map(({ metric }) => metric['description']).sort()).toEqual(EXPORTED.toSorted());
    expect(info.every(({ metric }) => metric['created_at'] === '2026-03-01T09:00:00Z')).toBe(true);
    const left = await prometheus.query('pointone_token_expiry_timestamp_seconds - time()');
    expect(left.every(({ value }) => value > 0)).toBe(true);
    expect(await prometheus.query('count(pointone_scrape_errors_total)')).toMatchObject([{ value: 9 }]);
  });

  stackTest('accepts the text format without lint problems', ['prometheus', 'promtool'], async () => {
    const { exporter } = await exporterWithHostileTokens();
    const text = await fetch(`${exporter.url}/metrics`).then((response) => response.text());
    const { code, output } = await runWithInput('promtool', ['check', 'metrics'], text);
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(text).toContain('process_cpu_seconds_total');
  });

  stackTest('accepts prometheus.yml', ['promtool'], async () => {
    const { code, output } = await runWithInput('promtool', ['check', 'config', 'prometheus.yml'], '');
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});

/** Parses a response with a parser of the reference implementation, and returns the names of families and tokens. */
async function parseWithReference(module: string, text: string): Promise<{ families: string[]; names: string[] }> {
  const program = [
    'import io, json, sys',
    `from ${module} import text_fd_to_metric_families`,
    'text = sys.stdin.buffer.read().decode("utf-8")',
    'families = list(text_fd_to_metric_families(io.StringIO(text, newline="\\n")))',
    'print(json.dumps({"families": [f.name for f in families], "names": [s.labels["name"] for f in families for s in f.samples if s.name == "pointone_token_info"]}))',
  ].join('\n');
  const { code, output } = await runWithInput('/usr/bin/python3', ['-c', program], text);
  expect(code, output).toBe(0);
  return JSON.parse(output);
}

describe('the reference parser', () => {
  stackTest('of OpenMetrics parses the output of the exporter', ['python3-prometheus-client'], async () => {
    const { exporter } = await exporterWithHostileTokens();
    const get = () =>
      fetch(`${exporter.url}/metrics`, { headers: { Accept: 'application/openmetrics-text; version=1.0.0' } });
    // The only histogram appears after the first garbage collection.
    while (!(await (await get()).text()).includes('nodejs_gc_duration_seconds_bucket'));
    const response = await get();
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const { families, names } = await parseWithReference('prometheus_client.openmetrics.parser', await response.text());
    expect(names).toEqual(EXPORTED);
    expect(families).toEqual(
      expect.arrayContaining([
        'pointone_up',
        'pointone_scrape_errors',
        'process_cpu_seconds',
        'nodejs_gc_duration_seconds',
      ]),
    );
  });

  stackTest('of the text format parses the output of the exporter', ['python3-prometheus-client'], async () => {
    const { exporter } = await exporterWithHostileTokens();
    const response = await fetch(`${exporter.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { families, names } = await parseWithReference('prometheus_client.parser', await response.text());
    expect(names).toEqual(EXPORTED);
    expect(families).toEqual(expect.arrayContaining(['pointone_up', 'pointone_scrape_errors']));
  });
});
