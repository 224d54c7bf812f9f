import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { simulate, temporaryFolder, until } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { POLLING, waitForEvaluations } from '../support/scaling.ts';
import { prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { stackTest, startPrometheus } from '../support/stack.ts';

const DAY = 86_400_000;

stackTest(
  'an account that is removed raises no alert, although its target has the labels account, name and role',
  ['prometheus'],
  async () => {
    const { simulator, user } = await simulate();
    // One user in two accounts is enough: the rules know the account by its label.
    user.add({ name: 'caster', createdAt: Date.now() - 363 * DAY, expiresAt: Date.now() + 2 * DAY });
    const file = join(await temporaryFolder(), 'accounts.yml');
    const configure = (...names: string[]): Promise<void> =>
      // JSON is YAML.
      writeFile(file, JSON.stringify({ accounts: names.map((name) => ({ name, token_env: 'TOKEN' })) }));
    await configure('eu', 'us');
    const exporter = await serve([`--config.file=${file}`], {
      POINTONE_API_ENDPOINT: simulator.url,
      TOKEN: user.credential,
    });
    // The labels of the last target of prometheus.yml, which is the exporter.
    const configuration = (await prometheusConfiguration(exporter.url)).replace(
      /( +)- targets: [^\n]*\n$/,
      (line, indentation) => `${line}${indentation}  labels: { account: x, name: web, role: back }\n`,
    );
    const prometheus = await startPrometheus(configuration, await ruleFiles());
    onTestFinished(() => prometheus.stop());
    const alerts = async (): Promise<string[]> =>
      (await prometheus.query('ALERTS{severity="critical"}'))
        .map(({ metric }) =>
          ['alertname', 'account', 'exported_account', 'exported_name', 'role'].map((label) => metric[label]).join(' '),
        )
        .sort();

    const page = (account: string): string => `PointOneTokenExpiringSoon x ${account} caster back`;
    await expect.poll(alerts, POLLING).toEqual([page('eu'), page('us')]);
    await configure('us');
    exporter.child.kill('SIGHUP');
    await until(() => exporter.stderr().includes('configuration reloaded'));
    await expect.poll(alerts, POLLING).toEqual([page('us')]);
    // No alert is pending either.
    await waitForEvaluations(prometheus, 10);
    expect(await alerts()).toEqual([page('us')]);
  },
);
