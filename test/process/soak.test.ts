import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScrapeStatistics } from '../../soak/scrapers.ts';
import { expectCleanedUp, startSoak } from '../support/demo.ts';
import { until } from '../support/exporter.ts';

describe('the soak', () => {
  it('ends with failure, and leaves nothing behind, when the exporter ends by itself', async () => {
    const soak = await startSoak();
    await until(() => soak.output().includes('soaking for'));
    const started = soak.children();
    expect(started).toHaveLength(1);
    for (const pid of started) process.kill(pid, 'SIGKILL');
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('the exporter ended with SIGKILL');
    expectCleanedUp(soak, started);
  });

  it('ends with failure, and leaves nothing behind, when it breaks itself', async () => {
    const soak = await startSoak();
    await until(() => soak.output().includes('soaking for'));
    const started = soak.children();
    // The next rotation of a credential finds no place for its file.
    for (const folder of soak.folders()) await rm(folder, { recursive: true, maxRetries: 3 });
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('soak: ENOENT');
    expectCleanedUp(soak, started);
  });

  it('leaves nothing behind when Ctrl-C comes during its start', async () => {
    const soak = await startSoak();
    await until(() => soak.children().length > 0);
    const started = soak.children();
    soak.signal('SIGINT');
    expect(await soak.ended).toEqual({ code: 1, signal: null });
    expect(soak.output()).toContain('soak: SIGINT before the exporter listened');
    expectCleanedUp(soak, started);
  });
});

describe("the soak's scrapes", () => {
  it.each([
    ['a whole answer', 200, '# TYPE a gauge\na 1\n', { succeeded: 1, failed: 0, malformed: 0 }, 1],
    ['a malformed answer', 200, 'a 1', { succeeded: 1, failed: 0, malformed: 1 }, undefined],
    ['a failure', 500, '', { succeeded: 0, failed: 1, malformed: 0 }, undefined],
  ])('count %s', async (_what, status, body, counts, samples) => {
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
