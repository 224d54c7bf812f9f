import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { run } from '../support/exporter-process.ts';
import { POLLING, waitForEvaluations } from '../support/scaling.ts';
import { prometheusConfiguration, ruleFiles } from '../support/shipped-configuration.ts';
import { stackTest, startPrometheus } from '../support/stack.ts';

/** Serves the output of the last run on each scrape, as node_exporter's textfile collector does. */
async function startTextfileCollector() {
  let text = '';
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** Runs the command `metrics` once, as cron does. Returns its output. */
    async collect(environment: Readonly<Record<string, string>>): Promise<string> {
      const { stdout } = await run(['metrics', '--api.account=fleet-eu'], environment);
      text = stdout;
      return stdout;
    },
  };
}

stackTest(
  'with the textfile collector, PointOneCredentialRejected fires for as long as the credential is rejected',
  ['prometheus'],
  async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'exporter', role: 'ROLE_READ_ONLY' });
    const collector = await startTextfileCollector();
    const rejected = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: 'revoked' };
    const counter = 'pointone_scrape_errors_total{account="fleet-eu",reason="unauthenticated"}';
    expect(await collector.collect(rejected)).toContain(`${counter} 1\n`);

    const prometheus = await startPrometheus(await prometheusConfiguration(collector.url), await ruleFiles());
    onTestFinished(() => prometheus.stop());
    const firing = async (): Promise<number> =>
      (await prometheus.query('ALERTS{alertname="PointOneCredentialRejected",alertstate="firing"}')).length;
    await expect.poll(firing, POLLING).toBe(1);
    // Each run is a new process, so the counter does not grow.
    for (let index = 0; index < 2; index += 1) {
      expect(await collector.collect(rejected)).toContain(`${counter} 1\n`);
      await waitForEvaluations(prometheus, 5);
      expect(await firing()).toBe(1);
    }

    await collector.collect({ ...rejected, POINTONE_API_TOKEN: user.credential });
    await expect.poll(firing, POLLING).toBe(0);
  },
);
