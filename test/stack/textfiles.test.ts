import { expect, onTestFinished } from 'vitest';
import { startSimulator } from '../../simulator/server.ts';
import { ACCOUNT_FAMILIES } from '../../src/metrics/account-families.ts';
import { TOKEN_FAMILIES } from '../../src/metrics/token-families.ts';
import { run } from '../support/exporter-process.ts';
import { parseExposition } from '../support/exposition.ts';
import { runWithInput, stackTest } from '../support/stack.ts';

/**
 * Merges textfiles as node_exporter does: a series of two files is a duplicate, and a family has one help text
 * (https://github.com/prometheus/node_exporter/blob/master/collector/textfile.go). Prints the number of series.
 */
const MERGE = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
series, help_texts = set(), {}
for text in json.load(sys.stdin):
    for family in text_string_to_metric_families(text):
        assert help_texts.setdefault(family.name, family.documentation) == family.documentation, family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in series, f"duplicate: {key}"
            series.add(key)
print(len(series))`;

stackTest(
  'the textfiles of two users can be collected side by side, and describe only accounts and tokens',
  ['promtool', 'python3-prometheus-client'],
  async () => {
    const simulator = await startSimulator();
    onTestFinished(() => simulator.close());
    const files = await Promise.all(
      ['fleet-eu', 'fleet-us'].map(async (account) => {
        const user = simulator.state.addUser(account);
        user.add({ name: 'caster-ingest' });
        const { stdout, code } = await run(['metrics', `--api.account=${account}`], {
          POINTONE_API_ENDPOINT: simulator.url,
          POINTONE_API_TOKEN: user.credential,
        });
        expect(code).toBe(0);
        return stdout;
      }),
    );
    const merged = await runWithInput('/usr/bin/python3', ['-c', MERGE], JSON.stringify(files));
    expect(merged.code, merged.output).toBe(0);
    const described = new Set([...ACCOUNT_FAMILIES, ...TOKEN_FAMILIES].map(({ name }) => name));
    let series = 0;
    for (const file of files) {
      const linted = await runWithInput('promtool', ['check', 'metrics'], file);
      expect(linted.code, linted.output).toBe(0);
      const { samples, types } = parseExposition(file);
      expect([...types.keys()].filter((name) => !described.has(name))).toEqual([]);
      expect(types.has('pointone_token_info')).toBe(true);
      series += samples.length;
    }
    expect(Number(merged.output)).toBe(series);
  },
);
