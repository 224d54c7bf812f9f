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
  it('shows every account and token, and what nothing but itself may do', async () => {
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

  it('is sent compressed to who takes that, and the same in plain', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user, { clock: manualClock() })).listen();
    const get = async (encoding: string): Promise<[string | null, string]> => {
      const answer = await fetch(url, { headers: { 'Accept-Encoding': encoding } });
      return [answer.headers.get('Content-Encoding'), await answer.text()];
    };
    const [encoding, text] = await get('gzip');
    expect(encoding).toBe('gzip');
    expect(await get('identity')).toEqual([null, text]);
  });

  it('answers HEAD without a call', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    const { status, headers } = await request(app).head('/');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(simulator.calls.total).toBe(0);
  });

  it('makes one call in 15 s however often it is loaded, and none after a scrape, which always makes one', async () => {
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

  it('shares a call with a scrape that overlaps with it', async () => {
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

  it('finishes a call for the next reader when its own has left', async () => {
    const { simulator, user } = await simulate();
    simulator.setFault({ kind: 'hold' });
    const exporter = await createExporter(simulator, user);
    const { url, ended } = await exporter.listen();
    const left = new AbortController();
    const page = fetch(url, { signal: left.signal }).catch(() => undefined);
    await until(() => simulator.calls.total === 1);
    left.abort();
    await page;
    await until(() => ended() === 1);
    simulator.clearFaults();
    expect(await (await fetch(url)).text()).toContain('>up<');
    expect(simulator.calls.total).toBe(1);
  });

  it('does not wait for an account that hangs, and shows the others', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const silent = simulator.world.addUser('silent');
    simulator.setFault({ kind: 'hang' }, { user: 'silent' });
    const { app } = await createMultiAccountExporter(simulator, [user, silent], { args: ['--api.timeout=60s'] });
    const { text } = await request(app).get('/');
    expect(text).toContain('<bdi>caster</bdi>');
    expect(text).toContain('no answer yet');
    expect((await request(app).get('/')).text).toContain('no answer yet');
    expect(simulator.calls.total).toBe(2);
  });

  it('waits no longer for an account than a person does, however long its time-out', async () => {
    const { simulator, user } = await simulate();
    simulator.setFault({ kind: 'hold' });
    // A page that waited for 5 s would have the time-out to show.
    const { app } = await createExporter(simulator, user, { args: ['--api.timeout=5s'] });
    expect((await request(app).get('/')).text).toContain('no answer yet');
  });

  it('filters and orders by its address', async () => {
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

  it('takes no place from a scrape, and has no more places than there are for scrapes', async () => {
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

  it('names the metrics where they are, behind whatever stands in front', async () => {
    const { simulator, user } = await simulate();
    const args = ['--web.telemetry-path=/m', '--web.external-url=https://monitoring.example/tokens/'];
    const { text } = await request((await createExporter(simulator, user, { args })).app).get('/');
    for (const path of ['/m', '/sd', '/-/healthy', '/-/ready']) expect(text).toContain(`href="/tokens${path}"`);
    expect(text).toContain(`pointone-token-exporter 1.2.3, revision ${REVISION}`);
  });

  it('of a list without a token, of a clock that is off, and of a role that it cannot read, is no calm page', async () => {
    const { simulator, user } = await simulate();
    const odd = simulator.world.addUser('odd', { listed: false });
    odd.add({ name: 'rover', odd: { role: 7 } });
    const now = Date.now() + 3_600_000;
    const clock = { now: () => now, monotonic: () => 0 };
    const { app } = await createMultiAccountExporter(simulator, [user, odd], { clock });
    const { text } = await request(app).get('/');
    expect(text).toContain('2 accounts need attention');
    expect(text).toContain('Lists no token, not even the exporter');
    expect(text).toContain('Fields of tokens could not be read: role of 1');
    expect(text.match(/clock and the API&#39;s differ by 60 minutes/g)).toHaveLength(2);
  });

  it('is not there where the metrics are at /', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.telemetry-path=/'] });
    expect((await scrape(exporter, '/')).value('pointone_up')).toBe(1);
  });

  it('goes on with what was read when the accounts are reloaded', async () => {
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
