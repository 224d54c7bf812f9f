import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcrypt';
import { expect, onTestFinished } from 'vitest';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { stackTest, startPrometheus } from '../support/stack.ts';

const pem = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url)), 'utf8');

const FILES = ['server', 'server-key', 'client-authority', 'client', 'client-key', 'authority'] as const;

stackTest(
  'Prometheus scrapes with TLS, a client certificate and a password, and continues after a change of the password',
  ['prometheus'],
  async () => {
    const { simulator, user } = await simulate();
    const folder = await temporaryFolder();
    const pems: Record<string, string> = {};
    for (const name of FILES) {
      pems[`${name}.pem`] = await pem(name);
      await writeFile(join(folder, `${name}.pem`), await pem(name));
    }
    const webConfig = (password: string): string => `
tls_server_config:
  cert_file: server.pem
  key_file: server-key.pem
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: client-authority.pem
basic_auth_users:
  prometheus: ${bcrypt.hashSync(password, 10).replace('$2b$', '$2y$')}
`;
    await writeFile(join(folder, 'web.yml'), webConfig('first'));
    const { url } = await serve([`--web.config.file=${join(folder, 'web.yml')}`], {
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: user.credential,
    });

    const job = (name: string, password: string, tls: string): string => `
  - job_name: ${name}
    scheme: https
    scrape_interval: 500ms
    scrape_timeout: 500ms
    basic_auth: { username: prometheus, password: ${password} }
    tls_config: { ca_file: authority.pem${tls} }
    static_configs: [{ targets: ['${new URL(url).host}'] }]`;
    const certificate = ', cert_file: client.pem, key_file: client-key.pem';
    const jobs = [
      job('first', 'first', certificate),
      job('second', 'second', certificate),
      job('without', 'first', ''),
    ];
    const prometheus = await startPrometheus(`scrape_configs:${jobs.join('')}\n`, pems);
    onTestFinished(() => prometheus.stop());

    /** Returns the `up` of each job. */
    const up = async (): Promise<Record<string, number>> =>
      Object.fromEntries((await prometheus.query('up')).map(({ metric, value }) => [metric['job'] ?? '', value]));
    const waitForUp = async (expected: Record<string, number>): Promise<void> => {
      while (JSON.stringify(Object.entries(await up()).sort()) !== JSON.stringify(Object.entries(expected).sort())) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await waitForUp({ first: 1, second: 0, without: 0 });
    expect(await prometheus.query('pointone_up{job="first"}')).toMatchObject([{ value: 1 }]);
    await writeFile(join(folder, 'web.yml'), webConfig('second'));
    await waitForUp({ first: 0, second: 1, without: 0 });
  },
);
