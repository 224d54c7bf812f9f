import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FailureReason } from '../../src/model/report.ts';
import { createExporter, manualClock, scrape, simulate } from '../support/exporter.ts';

async function paused(headers: Record<string, string>, status = 429) {
  const { simulator, user } = await simulate();
  const clock = manualClock();
  const exporter = await createExporter(simulator, user, { clock });
  simulator.setFault({ kind: 'status', status, headers }, { times: 1 });
  await scrape(exporter);
  return { simulator, clock, exporter };
}

describe('Retry-After', () => {
  it('prevents requests, and each scrape reports and counts rate_limited', async () => {
    const { simulator, clock, exporter } = await paused({ 'Retry-After': '30' });
    clock.advance(29_000);
    const during = await scrape(exporter);
    expect(during.value('pointone_up')).toBe(0);
    expect(during.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(2);
    expect(during.value('pointone_credential_expiry_timestamp_seconds')).toBeGreaterThan(0);
    expect(simulator.calls.total).toBe(1);

    clock.advance(1_001);
    expect((await scrape(exporter)).value('pointone_up')).toBe(1);
    expect(simulator.calls.total).toBe(2);
  });

  it('can be a date, which is compared with the Date of the response', async () => {
    const date = new Date('2020-01-01T00:00:00Z').toUTCString();
    const later = new Date('2020-01-01T00:01:00Z').toUTCString();
    const { simulator, clock, exporter } = await paused({ Date: date, 'Retry-After': later }, 503);
    clock.advance(59_000);
    await scrape(exporter);
    expect(simulator.calls.total).toBe(1);
    clock.advance(1_001);
    await scrape(exporter);
    expect(simulator.calls.total).toBe(2);
  });

  it('is respected for at most fifteen minutes', async () => {
    const { simulator, clock, exporter } = await paused({ 'Retry-After': '86400' });
    clock.advance(15 * 60_000 - 1);
    await scrape(exporter);
    expect(simulator.calls.total).toBe(1);
    clock.advance(2);
    await scrape(exporter);
    expect(simulator.calls.total).toBe(2);
  });

  it.each(['soon', '-5', '', '0'])('with the value %j is ignored', async (value) => {
    const { simulator, exporter } = await paused({ 'Retry-After': value });
    await scrape(exporter);
    expect(simulator.calls.total).toBe(2);
  });

  it.each<[number, FailureReason]>([
    [403, 'rate_limited'],
    [429, 'rate_limited'],
    [500, 'http'],
    [502, 'http'],
    [503, 'rate_limited'],
    [504, 'http'],
  ])('with the status %d prevents requests; the response itself is %s', async (status, reason) => {
    const { simulator, clock, exporter } = await paused({ 'Retry-After': '30' }, status);
    clock.advance(29_999);
    const during = await scrape(exporter);
    expect(simulator.calls.total).toBe(1);
    const counted = (name: FailureReason) => during.value('pointone_scrape_errors_total', { reason: name });
    expect(counted('rate_limited')).toBe(reason === 'rate_limited' ? 2 : 1);
    expect(counted('http')).toBe(reason === 'http' ? 1 : 0);
    clock.advance(2);
    expect((await scrape(exporter)).value('pointone_up')).toBe(1);
  });

  it('is respected if the body of the response is too large', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user, { clock: manualClock() });
    const body = 'x'.repeat(9 * 1024 ** 2);
    simulator.setFault({ kind: 'status', status: 502, headers: { 'Retry-After': '30' }, body }, { times: 1 });
    await scrape(exporter);
    expect((await scrape(exporter)).value('pointone_failure_reason', { reason: 'rate_limited' })).toBe(1);
    expect(simulator.calls.total).toBe(1);
  });

  it('is respected if the body of a server error stalls', async () => {
    let requests = 0;
    const api = createServer((_request, response) => {
      requests += 1;
      response.writeHead(502, { 'Retry-After': '30', 'Content-Length': '1000' });
      response.write('<h');
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      api.closeAllConnections();
      api.close();
    });
    const { simulator, user } = await simulate();
    const { port } = api.address() as AddressInfo;
    const environment = { POINTONE_API_ENDPOINT: `http://127.0.0.1:${port}/graphql` };
    const exporter = await createExporter(simulator, user, { environment });
    expect((await scrape(exporter)).value('pointone_failure_reason', { reason: 'http' })).toBe(1);
    expect((await scrape(exporter)).value('pointone_failure_reason', { reason: 'rate_limited' })).toBe(1);
    expect(requests).toBe(1);
  });

  it.each(['0', 'soon'])('with the value %j does not hide a rejected credential', async (value) => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    simulator.setFault({ kind: 'status', status: 403, headers: { 'Retry-After': value }, body: '' });
    const metrics = await scrape(exporter);
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'forbidden' })).toBe(1);
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(0);
  });

  it.each([200, 301, 401, 404])('is ignored for the status %d', async (status) => {
    const { simulator, exporter } = await paused({ 'Retry-After': '60' }, status);
    expect((await scrape(exporter)).value('pointone_up')).toBe(1);
    expect(simulator.calls.total).toBe(2);
  });
});
