import { describe, expect, onTestFinished } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { runWithInput, stackTest, startPrometheus } from '../support/stack.ts';

const CREATED = Date.parse('2026-03-01T09:00:00Z');

/** Starts a simulator with a token for each hostile string, and the built exporter that reads it. */
async function exporterWithHostileTokens() {
  const { simulator, user } = await simulate();
  for (const text of HOSTILE_STRINGS) user.add({ name: text, description: text, createdAt: CREATED });
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
    expect(info.map(({ metric }) => metric['name']).sort()).toEqual([...HOSTILE_STRINGS].sort());
    expect(info.map(({ metric }) => metric['description']).sort()).toEqual([...HOSTILE_STRINGS].sort());
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

describe('the reference parser of OpenMetrics', () => {
  stackTest('parses the output of the exporter', ['python3-prometheus-client'], async () => {
    const { exporter } = await exporterWithHostileTokens();
    const get = () =>
      fetch(`${exporter.url}/metrics`, { headers: { Accept: 'application/openmetrics-text; version=1.0.0' } });
    // The only histogram appears after the first garbage collection.
    while (!(await (await get()).text()).includes('nodejs_gc_duration_seconds_bucket'));
    const response = await get();
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const program = [
      'import io, json, sys',
      'from prometheus_client.openmetrics.parser import text_fd_to_metric_families',
      'text = sys.stdin.buffer.read().decode("utf-8")',
      'families = list(text_fd_to_metric_families(io.StringIO(text, newline="\\n")))',
      'print(json.dumps({"families": [f.name for f in families], "names": [s.labels["name"] for f in families for s in f.samples if s.name == "pointone_token_info"]}))',
    ].join('\n');
    const { code, output } = await runWithInput('/usr/bin/python3', ['-c', program], await response.text());
    expect(code, output).toBe(0);
    const { families, names } = JSON.parse(output);
    expect(names).toEqual([...HOSTILE_STRINGS]);
    expect(families).toEqual(
      expect.arrayContaining([
        'pointone_up',
        'pointone_scrape_errors',
        'process_cpu_seconds',
        'nodejs_gc_duration_seconds',
      ]),
    );
  });
});
