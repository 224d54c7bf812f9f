import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { expect, it } from 'vitest';
import { createToken } from '../support/create-token.ts';
import { createExporter, manualClock, scrape, simulate, temporaryFolder } from '../support/exporter.ts';

const DAY = 86_400_000;

/** Creates an exporter of one account with an accounts file, which the test can change. */
async function configured(account: object) {
  const { simulator, user } = await simulate();
  const folder = await temporaryFolder();
  const file = join(folder, 'accounts.yml');
  await writeFile(join(folder, 'token'), user.credential);
  // JSON is YAML.
  const configure = (more: object): Promise<void> =>
    writeFile(file, JSON.stringify({ accounts: [{ name: 'eu', token_file: 'token', ...more }] }));
  await configure(account);
  const exporter = await createExporter(simulator, user, {
    args: ['--web.enable-lifecycle', '--urgency.warning=30d'],
    environment: { POINTONE_CONFIG_FILE: file, POINTONE_API_TOKEN: '' },
    clock: manualClock(),
  });
  /** Returns the state and the name of each token on the status page. */
  const states = async (): Promise<string[]> => {
    const { text } = await request(exporter.app).get('/');
    const rows = text.matchAll(
      /<tr role="row" class="([\w-]+)">\n<td role="cell" data-label="State">.*\n.*?<bdi>(.*?)<\/bdi>/g,
    );
    return Array.from(rows, ([, state, name]) => `${state} ${name}`);
  };
  const reload = () => request(exporter.app).post('/-/reload').expect(200);
  return { simulator, user, exporter, folder, configure, states, reload };
}

it('a token whose API refuses its name again is replaced by one of another name, if token_names lists it', async () => {
  const { simulator, user, configure, states, reload } = await configured({});
  simulator.state.uniqueNames = true;
  const now = Date.now();
  user.add({ name: 'ingest', createdAt: now - 364 * DAY, expiresAt: now + DAY });
  expect(await createToken(simulator.url, user, 'ingest')).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await createToken(simulator.url, user, 'ingest-2')).toBeUndefined();
  expect(await states()).toEqual(['critical ingest', 'fine ingest-2']);
  await configure({ token_names: [{ name: 'ingest', match: ['ingest', 'ingest-*'] }] });
  await reload();
  expect(await states()).toEqual(['fine ingest-2', 'replaced ingest']);
});

it('a reload applies new thresholds to the state that the collector has, without a request to the API', async () => {
  const { simulator, user, exporter, folder, configure, states, reload } = await configured({});
  const now = Date.now();
  user.add({ name: 'rover', createdAt: now - 300 * DAY, expiresAt: now + 65 * DAY });
  user.add({ name: 'caster', createdAt: now - 340 * DAY, expiresAt: now + 25 * DAY });
  expect(await states()).toEqual(['warning caster', 'fine rover']);
  await rm(join(folder, 'token'));
  const failed = await scrape(exporter);
  expect(failed.value('pointone_scrape_errors_total', { reason: 'credential' })).toBe(1);
  await writeFile(join(folder, 'token'), user.credential);
  await scrape(exporter);
  const calls = simulator.calls.total;
  await configure({
    urgency: { warning: '20d', names: { rover: { warning: '80d', critical: '70d', critical_lifetime: '20%' } } },
  });
  await reload();
  expect(await states()).toEqual(['critical rover', 'fine caster']);
  expect(simulator.calls.total).toBe(calls);
  const { value } = await scrape(exporter);
  expect(value('pointone_scrape_errors_total', { reason: 'credential' })).toBe(1);
});
