import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { commandsMatching, TESTED_ELSEWHERE } from '../support/documented-commands.ts';
import { alertmanagerConfiguration } from '../support/shipped-configuration.ts';
import { stackTest, startAlertmanager } from '../support/stack.ts';

interface Silence {
  readonly comment: string;
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

stackTest('Alertmanager accepts every silence of the runbooks', ['prometheus-alertmanager', 'amtool'], async () => {
  const alertmanager = await startAlertmanager(await alertmanagerConfiguration('http://127.0.0.1:9'));
  onTestFinished(() => alertmanager.stop());
  const documented = commandsMatching(TESTED_ELSEWHERE.silence.commands);
  for (const [location, commands] of documented) {
    const script = commands.replaceAll('http://localhost:9093', alertmanager.url);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
    // The ID of the silence.
    expect(stdout, location).toMatch(/^[\da-f-]{36}\n$/);
  }
  const silences = (await (await fetch(`${alertmanager.url}/api/v2/silences`)).json()) as Silence[];
  expect(silences).toHaveLength(documented.length);
  for (const { matchers } of silences) expect(matchers.map(({ name }) => name)).toContain('alertname');
});
