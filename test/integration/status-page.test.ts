import request from 'supertest';
import { describe, expect, it } from 'vitest';
import {
  createExporter,
  createMultiAccountExporter,
  manualClock,
  REVISION,
  scrape,
  simulate,
  until,
} from '../support/exporter.ts';

describe('the status page', () => {
  it('shows every account and token, with headers that forbid embedding and caching', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster', description: 'Frankfurt', role: 'ROLE_READ_ONLY' });
    const { status, text, headers } = await request((await createExporter(simulator, user)).app).get('/');
    expect(status).toBe(200);
    expect(text).toContain('<bdi>caster</bdi>');
    expect(text).toContain('<bdi>Frankfurt</bdi>');
    expect(text).toContain('<bdi>default</bdi>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
  });

  it('is compressed if the client accepts it, with the same content', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user, { clock: manualClock() })).listen();
    const get = async (encoding: string): Promise<[string | null, string]> => {
      const response = await fetch(url, { headers: { 'Accept-Encoding': encoding } });
      return [response.headers.get('Content-Encoding'), await response.text()];
    };
    const [encoding, text] = await get('gzip');
    expect(encoding).toBe('gzip');
    expect(await get('identity')).toEqual([null, text]);
  });

  it('responds to HEAD without an API request', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    const { status, headers } = await request(app).head('/');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(simulator.calls.total).toBe(0);
  });

  it('causes one API request in 15 s, and none within 15 s after a scrape', async () => {
    const { simulator, user } = await simulate();
    const clock = manualClock();
    const exporter = await createExporter(simulator, user, { clock });
    for (let loads = 0; loads < 5; loads += 1) await request(exporter.app).get('/');
    expect(simulator.calls.total).toBe(1);
    await scrape(exporter);
    await scrape(exporter);
    expect(simulator.calls.total).toBe(3);
    clock.advance(14_999);
    await request(exporter.app).get('/');
    expect(simulator.calls.total).toBe(3);
    clock.advance(1);
    await request(exporter.app).get('/');
    expect(simulator.calls.total).toBe(4);
  });

  it('shares an API request with an overlapping scrape', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    simulator.setFault({ kind: 'hold' });
    const exporter = await createExporter(simulator, user);
    const { url, arrived } = await exporter.listen();
    const both = Promise.all(['/', '/metrics'].map(async (path) => (await fetch(url + path)).text()));
    await until(() => arrived() === 2 && simulator.calls.total === 1);
    simulator.clearFaults();
    for (const text of await both) expect(text).toContain('caster');
    expect(simulator.calls.total).toBe(1);
  });

  it('completes an API request for the next reader if the client disconnects', async () => {
    const { simulator, user } = await simulate();
    simulator.setFault({ kind: 'hold' });
    const exporter = await createExporter(simulator, user);
    const { url, ended } = await exporter.listen();
    const disconnecting = new AbortController();
    const page = fetch(url, { signal: disconnecting.signal }).catch(() => undefined);
    await until(() => simulator.calls.total === 1);
    disconnecting.abort();
    await page;
    await until(() => ended() === 1);
    simulator.clearFaults();
    expect(await (await fetch(url)).text()).toContain('>up<');
    expect(simulator.calls.total).toBe(1);
  });

  it('shows the other accounts while one account does not respond', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const hanging = simulator.state.addUser('hanging');
    simulator.setFault({ kind: 'hang' }, { user: 'hanging' });
    const { app } = await createMultiAccountExporter(simulator, [user, hanging], { args: ['--api.timeout=60s'] });
    const { text } = await request(app).get('/');
    expect(text).toContain('<bdi>caster</bdi>');
    expect(text).toContain('no response yet');
    expect((await request(app).get('/')).text).toContain('no response yet');
    expect(simulator.calls.total).toBe(2);
  });

  it('waits at most 3 s for an account with a longer timeout', async () => {
    const { simulator, user } = await simulate();
    simulator.setFault({ kind: 'hold' });
    // After 5 s, the page would show the timeout.
    const { app } = await createExporter(simulator, user, { args: ['--api.timeout=5s'] });
    expect((await request(app).get('/')).text).toContain('no response yet');
  });

  it('filters and sorts by its query parameters', async () => {
    const { simulator, user } = await simulate();
    for (const name of ['b-caster', 'a-caster', 'rover']) user.add({ name });
    const { app } = await createExporter(simulator, user);
    const { text } = await request(app).get('/?q=CASTER&sort=-name');
    expect(text).toContain('2 of 3 tokens.');
    expect(Array.from(text.matchAll(/<th[^>]*><bdi>([^<]*-caster)</g), ([, name]) => name)).toEqual([
      'b-caster',
      'a-caster',
    ]);
    expect((await request(app).get('/?q[]=x&sort[a]=y&q=%00%ff')).status).toBe(200);
  });

  it('has a separate request limit, with the same value as that of scrapes', async () => {
    const { simulator, user } = await simulate();
    simulator.setFault({ kind: 'hold' });
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=1'] });
    const { url, arrived } = await exporter.listen();
    const page = fetch(url);
    await until(() => arrived() === 1);
    expect((await fetch(url)).status).toBe(503);
    const metrics = fetch(`${url}/metrics`);
    await until(() => arrived() === 3);
    simulator.clearFaults();
    expect((await page).status).toBe(200);
    expect((await metrics).status).toBe(200);
  });

  it('links to the metrics with the path prefix of a reverse proxy', async () => {
    const { simulator, user } = await simulate();
    const args = ['--web.telemetry-path=/m', '--web.external-url=https://monitoring.example/tokens/'];
    const { text } = await request((await createExporter(simulator, user, { args })).app).get('/');
    for (const path of ['/m', '/sd', '/-/healthy', '/-/ready']) expect(text).toContain(`href="/tokens${path}"`);
    expect(text).toContain(`pointone-token-exporter 1.2.3, revision ${REVISION}`);
  });

  it('shows findings for an empty list, a clock skew and an unreadable role', async () => {
    const { simulator, user } = await simulate();
    const odd = simulator.state.addUser('odd', { listed: false });
    odd.add({ name: 'rover', odd: { role: 7 } });
    const now = Date.now() + 3_600_000;
    const clock = { now: () => now, monotonic: () => 0 };
    const { app } = await createMultiAccountExporter(simulator, [user, odd], { clock });
    const { text } = await request(app).get('/');
    expect(text).toContain('2 accounts need attention');
    expect(text).toContain('Lists no tokens, not even the exporter');
    expect(text).toContain('Unreadable token fields: role (1 token)');
    expect(text.match(/clocks of this machine and the API differ by 60 minutes/g)).toHaveLength(2);
  });

  it('does not exist if the metrics are at /', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.telemetry-path=/'] });
    expect((await scrape(exporter, '/')).value('pointone_up')).toBe(1);
  });

  it('keeps recent results after a reload', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createMultiAccountExporter(simulator, [user], {
      accounts: { 'user-1': { expected_tokens: [{ name: 'caster' }] } },
    });
    expect((await request(exporter.app).get('/')).text).toContain('The expected token caster is missing');
    expect((await exporter.reload()).ok).toBe(true);
    expect((await request(exporter.app).get('/')).text).toContain('The expected token caster is missing');
    expect(simulator.calls.total).toBe(1);
  });
});
