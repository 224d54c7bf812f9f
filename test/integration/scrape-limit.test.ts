import { get } from 'node:http';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createExporter, simulate, until } from '../support/exporter.ts';

describe('--web.max-requests', () => {
  it('answers so many scrapes at once, refuses more, and goes on when they are done', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=2'] });
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const held = [request(url).get('/metrics'), request(url).get('/probe?account=default')].map((sent) => sent.then());
    await until(() => arrived() === 2);

    for (const path of ['/metrics', '/probe?account=default', '/metrics?collect[]=exporter']) {
      const refused = await request(url).get(path);
      expect(refused.status).toBe(503);
      expect(refused.text).toContain('--web.max-requests');
    }
    expect((await request(url).get('/-/healthy')).status).toBe(200);
    expect((await request(url).get('/sd')).status).toBe(200);

    simulator.clearFaults();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await request(url).get('/metrics')).status).toBe(200);
  });

  it('gives the place back of a scraper that hung up', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=1'] });
    const { url, ended } = await exporter.listen();
    simulator.setFault({ kind: 'hang' }, { times: 1 });
    const leaving = get(`${url}/metrics`);
    leaving.on('error', () => undefined);
    await until(() => simulator.calls.total === 1);
    leaving.destroy();
    await until(() => ended() === 1);
    expect((await request(url).get('/metrics')).status).toBe(200);
  });

  it('is no limit when it is 0', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { args: ['--web.max-requests=0'] });
    const { url, arrived } = await exporter.listen();
    simulator.setFault({ kind: 'hold' });
    const held = Array.from({ length: 60 }, () => request(url).get('/metrics').then());
    await until(() => arrived() === 60);
    simulator.clearFaults();
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([200]));
    // All of them overlapped.
    expect(simulator.calls.total).toBe(1);
  });
});
