import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScrapeStatistics } from '../../soak/scrapers.ts';
import { expectCleanedUp, startSoak } from '../support/demo.ts';
import { until } from '../support/exporter.ts';

describe('the soak test', () => {
  it('fails and cleans up if the exporter exits unexpectedly', async () => {
    const soak = await startSoak();
    await until(() => soak.output().includes('running for'));
    const started = soak.children();
    expect(started).toHaveLength(1);
    for (const pid of started) process.kill(pid, 'SIGKILL');
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('the exporter exited with SIGKILL');
    expectCleanedUp(soak, started);
  });

  it('fails and cleans up after an internal error', async () => {
    const soak = await startSoak();
    await until(() => soak.output().includes('running for'));
    const started = soak.children();
    // The next rotation of a credential cannot write its file.
    for (const folder of soak.folders()) await rm(folder, { recursive: true, maxRetries: 3 });
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('soak: ENOENT');
    expectCleanedUp(soak, started);
  });

  it('cleans up after Ctrl-C during startup', async () => {
    const soak = await startSoak();
    await until(() => soak.children().length > 0);
    const started = soak.children();
    soak.signal('SIGINT');
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('soak: SIGINT before the exporter listened');
    expectCleanedUp(soak, started);
  });
});

describe('the scrape statistics', () => {
  it.each([
    ['a complete response', 200, '# TYPE a gauge\na 1\n', { succeeded: 1, failed: 0, malformed: 0 }, 1],
    ['a malformed response', 200, 'a 1', { succeeded: 1, failed: 0, malformed: 1 }, undefined],
    ['a failure', 500, '', { succeeded: 0, failed: 1, malformed: 0 }, undefined],
  ])('count %s', async (_response, status, body, counts, samples) => {
    const server = createServer((_request, response) => {
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const scrapes = new ScrapeStatistics();
    const found = await scrapes.scrape(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(found?.length).toBe(samples);
    expect(scrapes).toMatchObject(counts);
  });
});
