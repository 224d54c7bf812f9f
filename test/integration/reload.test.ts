import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import {
  createExporter,
  type Exporter,
  manualClock,
  scrape,
  simulate,
  temporaryFolder,
  until,
} from '../support/exporter.ts';

interface Configured {
  readonly simulator: Simulator;
  readonly user: User;
  readonly exporter: Exporter;
  readonly clock: ReturnType<typeof manualClock>;
  /** Writes the accounts file. */
  readonly configure: (accounts: readonly object[]) => Promise<void>;
  readonly folder: string;
  /** Returns the entry of a user's account for the accounts file. */
  readonly account: (user: User, more?: object) => Promise<object>;
}

/** Creates an exporter of one account, `user-1`, and a function that rewrites its configuration file. */
async function configured(args: readonly string[] = ['--web.enable-lifecycle']): Promise<Configured> {
  const { simulator, user } = await simulate();
  const folder = await temporaryFolder();
  const clock = manualClock();
  const file = join(folder, 'accounts.yml');
  // JSON is YAML.
  const configure = (accounts: readonly object[]): Promise<void> => writeFile(file, JSON.stringify({ accounts }));
  const account = async ({ id, credential }: User, more = {}): Promise<object> => {
    await writeFile(join(folder, id), credential);
    return { name: id, token_file: id, ...more };
  };
  await configure([await account(user)]);
  const environment = { POINTONE_CONFIG_FILE: file, POINTONE_API_TOKEN: '' };
  const exporter = await createExporter(simulator, user, { args, environment, clock });
  return { simulator, user, exporter, clock, configure, folder, account };
}

const reload = ({ app }: Exporter) => request(app).post('/-/reload');
const up = async (exporter: Exporter) =>
  Object.fromEntries(
    (await scrape(exporter)).samples
      .filter(({ name }) => name === 'pointone_up')
      .map(({ labels, value }) => [labels['account'], value]),
  );
const state = async (exporter: Exporter) => {
  const { value } = await scrape(exporter, '/metrics?collect[]=exporter');
  return [
    value('pointone_exporter_config_last_reload_successful'),
    value('pointone_exporter_config_last_reload_success_timestamp_seconds'),
  ];
};

it('a failure with a new credential is logged as a warning, even if the previous one failed for the same reason', async () => {
  const { user, exporter, configure, folder } = await configured();
  const warnings = (): number => exporter.logged().match(/"level":40[^\n]*"reason":"unauthenticated"/g)?.length ?? 0;
  const use = async (file: string): Promise<void> => {
    await writeFile(join(folder, file), 'invalid');
    await configure([{ name: user.id, token_file: file }]);
    await reload(exporter).expect(200);
  };
  await use('first');
  for (let scrapes = 0; scrapes < 2; scrapes += 1) await scrape(exporter);
  expect(warnings()).toBe(1);
  await use('second');
  for (let scrapes = 0; scrapes < 2; scrapes += 1) await scrape(exporter);
  expect(warnings()).toBe(2);
});

describe('a reload', () => {
  it('adds, changes and removes accounts by name', async () => {
    const { simulator, user, exporter, configure, account } = await configured();
    const [kept, other] = [user, simulator.state.addUser('user-2', { listed: false })];
    expect(await up(exporter)).toEqual({ 'user-1': 1 });

    await configure([await account(other), await account(kept)]);
    const { status, text } = await reload(exporter);
    expect([status, text]).toEqual([200, 'reloaded: 2 accounts (1 added, 0 changed, 0 removed)\n']);
    // The accounts are in the order of the file.
    expect(Object.entries(await up(exporter))).toEqual([
      ['user-2', 1],
      ['user-1', 1],
    ]);

    await configure([await account(other, { timeout: '5s' })]);
    expect((await reload(exporter)).text).toBe('reloaded: 1 account (0 added, 1 changed, 1 removed)\n');
    expect(await up(exporter)).toEqual({ 'user-2': 1 });
    expect((await request(exporter.app).get('/probe?account=user-1')).status).toBe(404);
    expect((await request(exporter.app).get('/sd')).body).toMatchObject([{ labels: { __param_account: 'user-2' } }]);
  });

  it('keeps the pause, counters and last success of an unchanged account', async () => {
    const { simulator, user, exporter, configure, account, clock } = await configured();
    await scrape(exporter);
    simulator.setFault({ kind: 'status', status: 429, headers: { 'Retry-After': '30' } }, { times: 1 });
    const beforeReload = await scrape(exporter);
    const other = simulator.state.addUser('user-2', { listed: false });
    await configure([await account(user), await account(other)]);
    await reload(exporter);

    const calls = simulator.calls.total;
    const afterReload = await scrape(exporter, '/probe?account=user-1');
    expect(simulator.calls.total).toBe(calls);
    expect(afterReload.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(2);
    const lastSuccess = beforeReload.value('pointone_last_success_timestamp_seconds');
    expect(afterReload.value('pointone_last_success_timestamp_seconds')).toBe(lastSuccess);
    expect(lastSuccess).toBeGreaterThan(0);
    clock.advance(30_001);
    expect((await scrape(exporter, '/probe?account=user-1')).value('pointone_up')).toBe(1);
  });

  it('keeps the pause and counters if only the expected tokens or the timeout changed', async () => {
    const { simulator, user, exporter, configure, account } = await configured();
    simulator.setFault({ kind: 'status', status: 429, headers: { 'Retry-After': '30' } }, { times: 1 });
    await scrape(exporter);
    await configure([await account(user, { timeout: '1s', expected_tokens: [{ name: 'caster' }] })]);
    await reload(exporter);
    const paused = await scrape(exporter);
    expect(paused.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(2);
    expect(simulator.calls.total).toBe(1);
  });

  it('applies new expected tokens', async () => {
    const { user, exporter, configure, account } = await configured();
    await configure([await account(user, { expected_tokens: [{ name: 'caster' }] })]);
    await reload(exporter);
    expect((await scrape(exporter)).value('pointone_expected_token_present', { name: 'caster' })).toBe(0);
  });

  it('applies a new timeout', async () => {
    const { simulator, user, exporter, configure, account } = await configured();
    await configure([await account(user, { timeout: '50ms' })]);
    await reload(exporter);
    simulator.setFault({ kind: 'hang' });
    const timedOut = await scrape(exporter);
    expect(timedOut.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect(exporter.logged()).toContain('within 0.05 s');
  });

  it('resets an account whose credential changed', async () => {
    const { simulator, user, exporter, configure, account } = await configured();
    simulator.setFault({ kind: 'status', status: 429, headers: { 'Retry-After': '30' } }, { times: 1 });
    await scrape(exporter);
    await configure([await account(user, { token_file: './user-1' })]);
    expect((await reload(exporter)).text).toContain('0 changed');
    const other = simulator.state.addUser('user-2', { listed: false });
    await account(other);
    await configure([await account(user, { token_file: 'user-2' })]);
    expect((await reload(exporter)).text).toContain('1 changed');
    const fresh = await scrape(exporter);
    expect(fresh.value('pointone_up')).toBe(1);
    expect(fresh.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(0);
    expect(simulator.calls.byUser.get('user-2')).toBe(1);
  });

  it('sends the credential only to the new endpoint after the endpoint changed', async () => {
    const { user, exporter, configure, account, simulator } = await configured();
    await scrape(exporter);
    // This port is closed.
    await configure([await account(user, { endpoint: 'http://127.0.0.1:9/graphql' })]);
    expect((await reload(exporter)).text).toContain('1 changed');
    const moved = await scrape(exporter);
    expect(moved.value('pointone_up')).toBe(0);
    expect(moved.value('pointone_scrape_errors_total', { reason: 'network' })).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('does not affect a running scrape', async () => {
    const { simulator, user, exporter, configure, account } = await configured();
    const other = simulator.state.addUser('user-2', { listed: false });
    const { url } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const held = request(url).get('/metrics?collect[]=accounts').then();
    await until(() => simulator.calls.total === 1);
    await configure([await account(other)]);
    expect((await request(url).put('/-/reload')).status).toBe(200);
    simulator.clearFaults();
    expect((await held).text).toContain(`pointone_up{account="${user.id}"} 1`);
    expect(await up(exporter)).toEqual({ 'user-2': 1 });
  });

  it('of an invalid file changes nothing, returns every problem, and sets the metrics', async () => {
    const { user, exporter, configure, account, clock } = await configured();
    const [successful, startedAt] = await state(exporter);
    expect(successful).toBe(1);
    clock.advance(10_000);
    await configure([await account(user, { timeout: 'soon' }), { name: 'x' }, { nam: 'y' }]);
    const { status, text, headers } = await reload(exporter);
    expect(status).toBe(500);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    for (const part of [
      'timeout: invalid value "soon"',
      'no credential; set token_file or token_env',
      'unknown key "nam"',
    ])
      expect(text).toContain(part);
    expect(await state(exporter)).toEqual([0, startedAt]);
    expect(await up(exporter)).toEqual({ 'user-1': 1 });
    expect(exporter.logged()).toContain('keeping previous configuration');

    await configure([await account(user)]);
    expect((await reload(exporter)).status).toBe(200);
    expect(await state(exporter)).toEqual([1, (startedAt ?? 0) + 10]);
  });

  it('of a missing file changes nothing', async () => {
    const { exporter, folder } = await configured();
    await rm(join(folder, 'accounts.yml'));
    const { status, text } = await reload(exporter);
    expect(status).toBe(500);
    expect(text).toContain('does not exist');
    expect(await up(exporter)).toEqual({ 'user-1': 1 });
  });

  it('requested many times concurrently applies the last version of the file', async () => {
    const { simulator, exporter, configure, account } = await configured();
    const users = Array.from({ length: 20 }, (_, index) => simulator.state.addUser(`many-${index}`, { listed: false }));
    const reloads = [];
    for (const user of users) {
      await configure([await account(user)]);
      reloads.push(exporter.reload());
    }
    await Promise.all(reloads);
    expect(await up(exporter)).toEqual({ 'many-19': 1 });
  });

  it('logs warnings for settings that are valid but probably a mistake', async () => {
    const { exporter, configure } = await configured();
    await configure([{ name: 'new', token_file: 'nowhere' }]);
    await reload(exporter);
    await until(() => exporter.logged().includes('credential is not usable'));
    await configure([]);
    expect((await reload(exporter)).text).toBe('reloaded: 0 accounts (0 added, 0 changed, 1 removed)\n');
    await until(() => exporter.logged().includes('no accounts configured'));
  });
});

describe('/-/reload', () => {
  it('returns 403 while the lifecycle API is disabled', async () => {
    const { exporter, configure } = await configured([]);
    await configure([]);
    for (const method of ['post', 'put'] as const) {
      const { status, text } = await request(exporter.app)[method]('/-/reload');
      expect(status).toBe(403);
      expect(text).toContain('--web.enable-lifecycle');
    }
    expect(await up(exporter)).toEqual({ 'user-1': 1 });
  });

  it.each(['get', 'delete', 'patch'] as const)('rejects the method %s', async (method) => {
    const { exporter } = await configured();
    const { status, headers } = await request(exporter.app)[method]('/-/reload');
    expect([status, headers['allow']]).toEqual([405, 'POST, PUT']);
  });

  it('succeeds without a configuration file', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.enable-lifecycle'] });
    expect((await reload(exporter)).text).toBe('reloaded: 1 account (0 added, 0 changed, 0 removed)\n');
  });
});
