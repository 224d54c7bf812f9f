import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExporter, createMultiAccountExporter, scrape, simulate, temporaryFolder } from '../support/exporter.ts';

const DAY = 86_400_000;
const CREATED = Date.parse('2026-03-01T09:00:00Z');

describe('a scrape', () => {
  it('exports the metadata of each token', async () => {
    const { simulator, user } = await simulate();
    const expiresAt = Date.now() + 10 * DAY;
    user.add({ name: 'caster', role: 'ROLE_READ_WRITE', description: 'for the caster', createdAt: CREATED, expiresAt });
    const startedAt = Date.now();
    const metrics = await scrape(await createExporter(simulator, user));
    const endedAt = Date.now();

    const token = { account: 'default', name: 'caster', role: 'ROLE_READ_WRITE', created_at: '2026-03-01T09:00:00Z' };
    expect(metrics.value('pointone_token_expiry_timestamp_seconds', token)).toBe(expiresAt / 1000);
    expect(metrics.value('pointone_token_created_timestamp_seconds', token)).toBe(CREATED / 1000);
    expect(metrics.value('pointone_token_expiry_known', token)).toBe(1);
    expect(metrics.value('pointone_token_info', { ...token, description: 'for the caster' })).toBe(1);
    expect(metrics.value('pointone_token_status', { ...token, status: 'ACTIVE' })).toBe(1);
    expect(metrics.value('pointone_token_status', { ...token, status: 'EXPIRED' })).toBe(0);
    expect(metrics.value('pointone_token_status', { ...token, status: 'REVOKED' })).toBe(0);
    const remaining = metrics.value('pointone_token_expires_in_seconds', token);
    expect(remaining).toBeLessThanOrEqual((expiresAt - startedAt) / 1000);
    expect(remaining).toBeGreaterThanOrEqual((expiresAt - endedAt) / 1000);
  });

  it('exports the result of the fetch of an account', async () => {
    const { simulator, user } = await simulate();
    user.add();
    const metrics = await scrape(await createExporter(simulator, user, { args: ['--api.account=fleet-eu'] }));

    const account = { account: 'fleet-eu' };
    expect(metrics.value('pointone_up', account)).toBe(1);
    expect(metrics.value('pointone_tokens', account)).toBe(1);
    expect(metrics.value('pointone_duplicate_tokens', account)).toBe(0);
    expect(metrics.value('pointone_scrape_duration_seconds', account)).toBeGreaterThan(0);
    expect(
      Math.abs((metrics.value('pointone_last_success_timestamp_seconds', account) ?? 0) - Date.now() / 1000),
    ).toBeLessThan(60);
    const expiry = JSON.parse(Buffer.from(user.credential.split('.')[1] ?? '', 'base64url').toString()).exp;
    expect(metrics.value('pointone_credential_expiry_timestamp_seconds', account)).toBe(expiry);
    expect(
      metrics.samples
        .filter(({ name }) => name === 'pointone_scrape_errors_total')
        .map(({ labels, value }) => [labels['reason'], value]),
    ).toEqual(
      [
        'timeout',
        'network',
        'http',
        'rate_limited',
        'unauthenticated',
        'forbidden',
        'graphql',
        'invalid_response',
        'credential',
      ].map((reason) => [reason, 0]),
    );
  });

  it('exports the clock skew between the exporter and the API', async () => {
    const { simulator, user } = await simulate();
    simulator.state.dateOffset = -3_600_000;
    const exporter = await createExporter(simulator, user);
    const skew = (await scrape(exporter)).value('pointone_clock_skew_seconds');
    expect(skew).toBeGreaterThan(3590);
    expect(skew).toBeLessThan(3660);
    simulator.setFault({ kind: 'no-date' });
    expect((await scrape(exporter)).value('pointone_clock_skew_seconds')).toBeUndefined();
  });

  it('distinguishes a token from its successor, and drops a token as soon as it is removed', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const old = user.add({ name: 'caster', createdAt: CREATED });
    user.add({ name: 'caster', createdAt: CREATED + DAY });
    const both = await scrape(exporter);
    expect(both.value('pointone_token_expiry_known', { created_at: '2026-03-01T09:00:00Z' })).toBe(1);
    expect(both.value('pointone_token_expiry_known', { created_at: '2026-03-02T09:00:00Z' })).toBe(1);

    user.remove(old);
    const one = await scrape(exporter);
    expect(one.samples.filter(({ labels }) => labels['created_at'] === '2026-03-01T09:00:00Z')).toEqual([]);
    expect(one.value('pointone_tokens')).toBe(1);
  });

  it('updates a token when it expires', async () => {
    const { simulator, user } = await simulate();
    const token = user.add({ name: 'short', expiresAt: Date.now() + 60_000 });
    const exporter = await createExporter(simulator, user);
    expect((await scrape(exporter)).value('pointone_token_status', { status: 'ACTIVE' })).toBe(1);
    token.expiresAt = Date.now() - 1000;
    const past = await scrape(exporter);
    expect(past.value('pointone_token_expires_in_seconds')).toBeLessThan(0);
    expect(past.value('pointone_token_status', { status: 'EXPIRED' })).toBe(1);
    expect(past.value('pointone_token_status', { status: 'ACTIVE' })).toBe(0);
  });

  it('does not export an unknown expiry', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'open', expiresAt: null });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_token_expiry_known', { name: 'open' })).toBe(0);
    expect(metrics.value('pointone_token_expires_in_seconds')).toBeUndefined();
    expect(metrics.value('pointone_token_expiry_timestamp_seconds')).toBeUndefined();
    expect(metrics.value('pointone_unreadable_fields', { field: 'expiresAt' })).toBe(0);
  });

  it('exports an unknown status in addition to the known ones, and none if the API returned none', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'paused', odd: { status: 'PAUSED' } });
    user.add({ name: 'blank', odd: { status: null } });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_token_status', { name: 'paused', status: 'PAUSED' })).toBe(1);
    expect(metrics.value('pointone_token_status', { name: 'paused', status: 'ACTIVE' })).toBe(0);
    const blank = metrics.samples.filter(
      ({ name, labels }) => name === 'pointone_token_status' && labels['name'] === 'blank',
    );
    expect(blank.map(({ labels, value }) => [labels['status'], value])).toEqual([
      ['ACTIVE', 0],
      ['EXPIRED', 0],
      ['REVOKED', 0],
    ]);
    expect(metrics.value('pointone_unreadable_fields', { field: 'status' })).toBe(1);
  });

  it('counts unreadable fields and still exports the token and all others', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'sound' });
    user.add({ odd: { name: 17, role: ['x'], status: {}, createdAt: 'yesterday', expiresAt: undefined } });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_tokens')).toBe(2);
    expect(metrics.value('pointone_token_expiry_known', { name: 'sound' })).toBe(1);
    expect(metrics.value('pointone_token_expiry_known', { name: '', role: '', created_at: '' })).toBe(0);
    for (const field of ['name', 'role', 'status', 'createdAt', 'expiresAt']) {
      expect(metrics.value('pointone_unreadable_fields', { field })).toBe(1);
    }
  });

  it('counts the field of an error beside the list, and still exports the token and all others', async () => {
    const { simulator, user } = await simulate();
    const sound = { name: 'sound', role: 'R', status: 'ACTIVE', createdAt: '2026-03-01', expiresAt: '2036-03-01' };
    const value = {
      errors: [
        { message: 'no', path: ['viewPersonalAccessTokens', 0, 'expiresAt'], extensions: { code: 'FORBIDDEN' } },
        { message: 'no', path: ['viewPersonalAccessTokens', 2, 'createdAt'] },
      ],
      data: { viewPersonalAccessTokens: [{ ...sound, name: 'broken', expiresAt: null }, sound, null] },
    };
    simulator.setFault({ kind: 'json', value });
    const exporter = await createExporter(simulator, user);
    const metrics = await scrape(exporter);
    expect(metrics.value('pointone_up')).toBe(1);
    expect(metrics.value('pointone_tokens')).toBe(3);
    expect(metrics.value('pointone_token_expiry_known', { name: 'sound' })).toBe(1);
    expect(metrics.value('pointone_token_expiry_known', { name: 'broken' })).toBe(0);
    expect(metrics.value('pointone_token_expiry_known', { name: '' })).toBe(0);
    expect(metrics.value('pointone_unreadable_fields', { field: 'expiresAt' })).toBe(2);
    expect(metrics.value('pointone_unreadable_fields', { field: 'createdAt' })).toBe(1);
  });

  it('exports only the usable token of several with the same labels, and counts the others', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'twin', createdAt: CREATED, status: 'REVOKED' });
    user.add({ name: 'twin', createdAt: CREATED, expiresAt: Date.now() + DAY });
    user.add({ name: 'twin', createdAt: CREATED, expiresAt: Date.now() - DAY });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_duplicate_tokens')).toBe(2);
    expect(metrics.value('pointone_tokens')).toBe(3);
    expect(metrics.value('pointone_token_status', { status: 'ACTIVE' })).toBe(1);
    expect(metrics.value('pointone_token_expires_in_seconds')).toBeGreaterThan(0);
  });

  it('truncates a long description between characters', async () => {
    const { simulator, user } = await simulate();
    user.add({ description: '🛰'.repeat(300) });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_token_info', { description: `${'🛰'.repeat(255)}…` })).toBe(1);
  });

  it('replaces lone surrogates before it compares tokens', async () => {
    const { simulator, user } = await simulate();
    user.add({ odd: { name: 'a\ud800' }, createdAt: CREATED });
    user.add({ odd: { name: 'a\ufffd' }, createdAt: CREATED });
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_token_info', { name: 'a\ufffd' })).toBe(1);
    expect(metrics.value('pointone_duplicate_tokens')).toBe(1);
  });

  it('accepts an empty list', async () => {
    const { simulator, user } = await simulate();
    const metrics = await scrape(await createExporter(simulator, user));
    expect(metrics.value('pointone_up')).toBe(1);
    expect(metrics.value('pointone_tokens')).toBe(0);
    expect(metrics.types.has('pointone_token_info')).toBe(false);
  });
});

describe('expected tokens', () => {
  it('are present while they are listed and not expired or revoked', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'good', role: 'ROLE_READ_WRITE' });
    user.add({ name: 'revoked', status: 'REVOKED' });
    user.add({ name: 'past', expiresAt: Date.now() - DAY, odd: { status: 'ACTIVE' } });
    const folder = await temporaryFolder();
    const expected = [
      { name: 'good' },
      { name: 'good', role: 'ROLE_READ_ONLY' },
      { name: 'revoked' },
      { name: 'past' },
      { name: 'gone' },
    ];
    await writeFile(join(folder, 'token'), user.credential);
    await writeFile(
      join(folder, 'c.yml'),
      JSON.stringify({ accounts: [{ name: 'a', token_file: 'token', expected_tokens: expected }] }),
    );
    const exporter = await createExporter(simulator, user, {
      environment: { POINTONE_CONFIG_FILE: join(folder, 'c.yml'), POINTONE_API_TOKEN: '' },
    });
    const metrics = await scrape(exporter);
    const present = (name: string, role = '') =>
      metrics.value('pointone_expected_token_present', { account: 'a', name, role });
    expect(present('good')).toBe(1);
    expect(present('good', 'ROLE_READ_ONLY')).toBe(0);
    expect(present('revoked')).toBe(0);
    expect(present('past')).toBe(0);
    expect(present('gone')).toBe(0);

    simulator.setFault({ kind: 'reset' });
    expect((await scrape(exporter)).types.has('pointone_expected_token_present')).toBe(false);
  });
});

describe('several accounts', () => {
  it('fail and succeed independently', async () => {
    const { simulator, user } = await simulate();
    const other = simulator.state.addUser('user-2', { listed: false });
    user.add({ name: 'one' });
    other.add({ name: 'two' });
    const exporter = await createMultiAccountExporter(simulator, [user, other]);
    simulator.setFault({ kind: 'status', status: 502 }, { user: 'user-2' });
    const metrics = await scrape(exporter);
    expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
    expect(metrics.value('pointone_up', { account: 'user-2' })).toBe(0);
    expect(metrics.value('pointone_token_info', { account: 'user-1', name: 'one' })).toBe(1);
    expect(metrics.value('pointone_tokens', { account: 'user-2' })).toBeUndefined();
    expect(metrics.value('pointone_scrape_errors_total', { account: 'user-2', reason: 'http' })).toBe(1);
    expect(metrics.value('pointone_scrape_errors_total', { account: 'user-1', reason: 'http' })).toBe(0);
  });

  it('can have different endpoints', async () => {
    const [{ simulator, user }, elsewhere] = [await simulate(), await simulate()];
    const other = elsewhere.simulator.state.addUser('user-2', { listed: false });
    user.add({ name: 'one' });
    other.add({ name: 'two' });
    const accounts = { 'user-2': { endpoint: elsewhere.simulator.url } };
    const metrics = await scrape(await createMultiAccountExporter(simulator, [user, other], { accounts }));
    expect(metrics.value('pointone_token_info', { account: 'user-1', name: 'one' })).toBe(1);
    expect(metrics.value('pointone_token_info', { account: 'user-2', name: 'two' })).toBe(1);
  });

  it('do not cause a Node.js leak warning, even if there are many', async () => {
    const { simulator, user } = await simulate();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const users = [user, ...Array.from({ length: 20 }, (_, index) => simulator.state.addUser(`more-${index}`))];
    await scrape(await createMultiAccountExporter(simulator, users));
    expect(warnings).toEqual([]);
  });

  it('are all read with a limited number of concurrent requests', async () => {
    const { simulator, user } = await simulate();
    const users = [user, ...Array.from({ length: 11 }, (_, index) => simulator.state.addUser(`more-${index}`))];
    simulator.setFault({ kind: 'latency', ms: 20 });
    const exporter = await createMultiAccountExporter(simulator, users, { args: ['--api.max-concurrency=3'] });
    const metrics = await scrape(exporter);
    expect(metrics.samples.filter(({ name, value }) => name === 'pointone_up' && value === 1)).toHaveLength(12);
    expect(simulator.calls.maxInFlight).toBe(3);
  });
});
