import { get } from 'node:http';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createExporter, simulate, until } from '../support/exporter.ts';

describe('--web.max-requests', () => {
  it('limits concurrent scrapes and rejects further ones until they are done', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=2'] });
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const held = [request(url).get('/metrics'), request(url).get('/probe?account=default')].map((sent) => sent.then());
    await until(() => arrived() === 2);

    for (const path of ['/metrics', '/probe?account=default', '/metrics?collect[]=exporter']) {
      const rejected = await request(url).get(path);
      expect(rejected.status).toBe(503);
      expect(rejected.text).toContain('--web.max-requests');
    }
    expect((await request(url).get('/-/healthy')).status).toBe(200);
    expect((await request(url).get('/sd')).status).toBe(200);

    simulator.clearFaults();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await request(url).get('/metrics')).status).toBe(200);
  });

  it('does not count scrapers that disconnected', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=1'] });
    const { url, ended } = await exporter.listen();
    simulator.setFault({ kind: 'hang' }, { times: 1 });
    const disconnecting = get(`${url}/metrics`);
    disconnecting.on('error', () => undefined);
    await until(() => simulator.calls.total === 1);
    disconnecting.destroy();
    await until(() => ended() === 1);
    expect((await request(url).get('/metrics')).status).toBe(200);
  });

  it('does not limit scrapes if it is 0', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=0'] });
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const held = Array.from({ length: 60 }, () => request(url).get('/metrics').then());
    await until(() => arrived() === 60);
    simulator.clearFaults();
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([200]));
    // All scrapes overlapped.
    expect(simulator.calls.total).toBe(1);
  });
});
