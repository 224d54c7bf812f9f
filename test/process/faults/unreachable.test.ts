import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate, temporaryFolder, until } from '../../support/exporter.ts';
import { serve } from '../../support/exporter-process.ts';
import { expectDown, expectUp, failures, HEALTHY, scrapeProcess } from '../../support/two-accounts.ts';
import { startServerWithFullBacklog, startSilentServer } from '../../support/unresponsive-servers.ts';

/** Starts an exporter of accounts whose endpoints are unreachable for different reasons, and of one healthy account. */
async function serveUnreachable() {
  const { simulator } = await simulate();
  const calm = simulator.state.addUser(HEALTHY, { listed: false });
  calm.add({ name: `token of ${HEALTHY}` });
  const silent = await startSilentServer();
  const proxy = await startSilentServer();
  const endpoints = {
    unresolved: 'https://api.nowhere.invalid/graphql',
    'never-connects': `http://127.0.0.1:${await startServerWithFullBacklog()}/graphql`,
    'never-responds': `http://127.0.0.1:${silent.port}/graphql`,
    'behind-a-silent-proxy': 'https://api.pointone.test/graphql',
  };
  const file = join(await temporaryFolder(), 'accounts.yml');
  const accounts = Object.entries({ [HEALTHY]: simulator.url, ...endpoints });
  await writeFile(
    file,
    JSON.stringify({ accounts: accounts.map(([name, endpoint]) => ({ name, endpoint, token_env: 'TOKEN' })) }),
  );
  const exporter = await serve([`--config.file=${file}`, '--api.timeout=10m'], {
    TOKEN: calm.credential,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    NO_PROXY: 'nowhere.invalid',
  });
  return { exporter, silent, proxy };
}

describe('an unreachable API', () => {
  it('causes one failure per scrape of its account and does not affect others', async () => {
    const { exporter, silent, proxy } = await serveUnreachable();
    for (const times of [1, 2]) {
      const metrics = await scrapeProcess(exporter.url, 5);
      expectUp(metrics, HEALTHY);
      expect(failures(metrics, HEALTHY)).toEqual({});
      expect(failures(metrics, 'unresolved')).toEqual({ network: times });
      for (const account of ['never-connects', 'never-responds', 'behind-a-silent-proxy']) {
        expect(failures(metrics, account), account).toEqual({ timeout: times });
        expectDown(metrics, account);
      }
      // A request that timed out keeps no connection to the server open.
      await until(() => silent.connections() === 0);
    }
    await until(() => proxy.connections() === 0);
  });

  it('does not delay the shutdown of the exporter', async () => {
    const { exporter, silent, proxy } = await serveUnreachable();
    const scraping = scrapeProcess(exporter.url).catch(() => 'aborted');
    await until(() => silent.connections() > 0 && proxy.connections() > 0);
    exporter.child.kill('SIGTERM');
    expect(await exporter.ended).toMatchObject({ code: 0, signal: null });
    expect(await scraping).toBe('aborted');
  });
});
