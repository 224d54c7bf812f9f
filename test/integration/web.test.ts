import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { addTokens } from '../../simulator/fixtures.ts';
import {
  createExporter,
  createMultiAccountExporter,
  REVISION,
  readScrape,
  scrape,
  simulate,
  until,
} from '../support/exporter.ts';

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

describe('/metrics', () => {
  it('uses the text format by default, and OpenMetrics if the client prefers it', async () => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster' });
    const { app } = await createExporter(simulator, user);
    const text = await request(app).get('/metrics').buffer(true);
    expect(text.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.headers['vary']).toBe('Accept, Accept-Encoding');
    expect(text.text).not.toContain('# EOF');
    const open = await request(app).get('/metrics').set('Accept', OPEN_METRICS).buffer(true);
    expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.text.endsWith('\n# EOF\n')).toBe(true);
    expect(readScrape(open.text).types.get('pointone_scrape_errors')).toBe('counter');
    expect(readScrape(open.text).units.get('pointone_token_expiry_timestamp_seconds')).toBe('seconds');
  });

  const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
  const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const PROMETHEUS_3 =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
  it.each([
    ['Prometheus 3', PROMETHEUS_3, OPEN_METRICS_TYPE],
    [
      'Prometheus 3 with protobuf',
      `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,${PROMETHEUS_3}`,
      OPEN_METRICS_TYPE,
    ],
    [
      'Prometheus 2',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPEN_METRICS_TYPE,
    ],
    ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', TEXT_TYPE],
    [
      'Telegraf',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
      TEXT_TYPE,
    ],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT_TYPE],
    ['a client that accepts JSON only', 'application/json', TEXT_TYPE],
  ])('is in the format that the Accept header of %s prefers, with the same samples', async (_client, Accept, type) => {
    const { simulator, user } = await simulate();
    user.add({ name: 'caster "\\n"' });
    const { url } = await (await createExporter(simulator, user)).listen();
    const response = await fetch(`${url}/metrics?collect[]=accounts`, { headers: { Accept } });
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({ status: 200, type });
    const text = await response.text();
    expect(text.endsWith('# EOF\n')).toBe(type === OPEN_METRICS_TYPE);
    const { value } = readScrape(text);
    expect(value('pointone_up', { account: 'default' })).toBe(1);
    expect(value('pointone_token_expiry_known', { name: 'caster "\\n"' })).toBe(1);
  });

  it('returns the same output after a scrape in the other format', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    // This family appears at the first garbage collection.
    const families = async (headers = {}) =>
      [...(await scrape(exporter, '/metrics', headers)).types].filter(
        ([name]) => name !== 'nodejs_gc_duration_seconds',
      );
    const text = await families();
    const open = await families({ Accept: OPEN_METRICS });
    expect(await families()).toEqual(text);
    expect(await families({ Accept: OPEN_METRICS })).toEqual(open);
    expect(text).toContainEqual(['process_cpu_seconds_total', 'counter']);
    expect(open).toContainEqual(['process_cpu_seconds', 'counter']);
  });

  it.each([
    ['HEAD', '/probe', 400],
    ['HEAD', '/probe?account=nobody', 404],
    ['HEAD', '/metrics?collect[]=foo', 400],
    ['GET', '/probe', 400],
  ])('the error response to %s %s has a Content-Length', async (method, path, status) => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    const { status: got, headers } = await fetch(`${url}${path}`, { method });
    expect(got).toBe(status);
    expect(Number(headers.get('content-length'))).toBeGreaterThan(40);
  });

  it('rejects methods other than GET and HEAD', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    for (const method of ['OPTIONS', 'POST', 'DELETE']) {
      const { status, headers } = await fetch(`${url}/metrics`, { method });
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('compresses if the client accepts it', async () => {
    const { simulator, user } = await simulate();
    for (let index = 0; index < 500; index += 1) user.add();
    const exporter = await createExporter(simulator, user);
    const { url } = await exporter.listen();
    const getWith = (encoding: string) =>
      request(url)
        .get('/metrics')
        .set('Accept-Encoding', encoding)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });
    // Not by superagent, which decompresses the response.
    const raw = await rawGet(url, 'gzip');
    expect(raw.headers).toContain('content-encoding: gzip');
    const metrics = readScrape(gunzipSync(raw.body).toString());
    expect(metrics.samples.filter(({ name }) => name === 'pointone_token_info')).toHaveLength(500);
    expect((await getWith('gzip;q=0')).headers['content-encoding']).toBeUndefined();
    expect((await getWith('identity')).headers['content-encoding']).toBeUndefined();
    expect((await getWith('identity, gzip;q=0.5')).headers['content-encoding']).toBeUndefined();
  });

  it('contains only the requested parts with collect[]', async () => {
    const { simulator, user } = await simulate();
    const exporter = await createExporter(simulator, user);
    const own = await scrape(exporter, '/metrics?collect[]=exporter');
    expect(
      own.value('pointone_exporter_build_info', { version: '1.2.3', revision: REVISION, node_version: 'v0' }),
    ).toBe(1);
    expect(own.types.has('process_start_time_seconds')).toBe(true);
    expect(own.types.has('pointone_up')).toBe(false);
    expect(simulator.calls.total).toBe(0);
    const accounts = await scrape(exporter, '/metrics?collect%5B%5D=accounts');
    expect([...accounts.types.keys()].every((name) => /^pointone_(?!exporter)/.test(name))).toBe(true);
    const both = await scrape(exporter, '/metrics?collect[]=exporter&collect[]=accounts');
    expect(both.types.has('pointone_up') && both.types.has('pointone_exporter_build_info')).toBe(true);
    const wrong = await request(exporter.app).get('/metrics?collect[]=accounts&collect[]=nodes');
    expect(wrong.status).toBe(400);
    expect(wrong.text).toBe('unknown value of collect[]: "nodes"; expected accounts or exporter\n');
    expect(simulator.calls.total).toBe(2);
  });

  it('omits process metrics if configured, and never has gauges with names of counters', async () => {
    const { simulator, user } = await simulate();
    const all = await scrape(await createExporter(simulator, user), '/metrics');
    expect([...all.types].filter(([name, type]) => name.endsWith('_total') && type !== 'counter')).toEqual([]);
    const less = await scrape(
      await createExporter(simulator, user, { args: ['--web.disable-exporter-metrics'] }),
      '/metrics',
    );
    expect([...less.types.keys()].filter((name) => !name.startsWith('pointone_'))).toEqual([]);
    expect(less.value('pointone_exporter_build_info')).toBe(1);
  });

  it('has no pointone_ metric that docs/metrics.md does not describe', async () => {
    const { simulator, user } = await simulate();
    user.add();
    const { types } = await scrape(await createExporter(simulator, user), '/metrics');
    const documented = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const ours = [...types.keys()].filter((name) => name.startsWith('pointone_'));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((name) => !documented.includes(`| \`${name}\` `))).toEqual([]);
  });

  it('moves to --web.telemetry-path', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user, { args: ['--web.telemetry-path=/a/b.c'] });
    expect((await request(app).get('/a/b.c')).status).toBe(200);
    expect((await request(app).get('/a/bxc')).status).toBe(404);
    expect((await request(app).get('/metrics')).status).toBe(404);
    expect((await request(app).get('/')).text).toContain('href="/a/b.c"');
    const root = await createExporter(simulator, user, { args: ['--web.telemetry-path=/'] });
    expect((await scrape(root, '/')).value('pointone_up')).toBe(1);
  });

  it('handles scrapers that disconnect before or during the response', async () => {
    const { simulator, user } = await simulate();
    addTokens(user, 10_000);
    const exporter = await createExporter(simulator, user, { args: ['--api.timeout=1m'] });
    const { url, ended } = await exporter.listen();
    const disconnecting = new AbortController();
    simulator.setFault({ kind: 'hang' });
    const before = fetch(`${url}/metrics`, { signal: disconnecting.signal }).catch(() => 'gone');
    await until(() => simulator.calls.inFlight === 1);
    disconnecting.abort();
    expect(await before).toBe('gone');
    simulator.clearFaults();
    // The response has several megabytes; the client reads only the first chunk.
    const midway = get(`${url}/metrics`, (response) => response.once('data', () => midway.destroy()));
    midway.on('error', () => undefined);
    await until(() => ended() === 2);
    expect((await scrape(exporter)).value('pointone_tokens')).toBe(10_000);
    expect(exporter.logged()).not.toContain('request failed');
  });

  it('responds to HEAD without an API request', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    const head = await request(app).head('/metrics');
    expect(head.status).toBe(200);
    expect(head.headers['content-type']).toContain('version=0.0.4');
    expect((await request(app).head('/probe?account=default')).status).toBe(200);
    expect(simulator.calls.total).toBe(0);
    const post = await request(app).post('/metrics');
    expect(post.status).toBe(405);
    expect(post.headers['allow']).toBe('GET, HEAD');
  });
});

describe('/probe', () => {
  it('returns one account', async () => {
    const { simulator, user } = await simulate();
    const other = simulator.state.addUser('fleet/eu & co', { listed: false });
    other.add();
    const { app } = await createMultiAccountExporter(simulator, [user]);
    expect((await scrape({ app }, '/probe?account=user-1')).value('pointone_tokens', { account: 'user-1' })).toBe(0);
    expect(simulator.calls.byUser.get('fleet/eu & co')).toBeUndefined();
  });

  it('explains a missing or invalid parameter', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    const responses = await Promise.all(
      [
        '/probe',
        '/probe?account=',
        '/probe?account=a&account=b',
        '/probe?account=nobody',
        '/probe?target=http://example.org',
      ].map((path) => request(app).get(path)),
    );
    expect(responses.map(({ status }) => status)).toEqual([400, 400, 400, 404, 400]);
    expect(responses[0]?.text).toBe('exactly one query parameter account is required: /probe?account=NAME\n');
    expect(responses[3]?.text).toBe('unknown account "nobody"; the configuration does not contain it\n');
    expect(simulator.calls.total).toBe(0);
  });

  it('accepts request targets that are invalid URLs but have a path and a query', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    const { port } = new URL(url);
    for (const path of ['http://:99999/probe?account=default', 'http://[::1]:x/probe?account=default']) {
      const clientRequest = get({ host: '127.0.0.1', port, path });
      const [response] = (await once(clientRequest, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBeLessThan(500);
    }
  });

  it('contains no exporter metrics', async () => {
    const { simulator, user } = await simulate();
    const metrics = await scrape(await createExporter(simulator, user), '/probe?account=default');
    expect([...metrics.types.keys()].filter((name) => /^(process_|nodejs_|pointone_exporter)/.test(name))).toEqual([]);
  });
});

describe('other paths', () => {
  it('of liveness and readiness cause no API request', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    expect((await request(app).get('/-/healthy')).status).toBe(200);
    expect((await request(app).get('/-/ready')).status).toBe(200);
    expect(simulator.calls.total).toBe(0);
  });

  it.each(['/Metrics', '/metrics/', '/%', '/metrics%00', '/..%2fmetrics', '/favicon.ico'])(
    '%s does not exist',
    async (path) => {
      const { simulator, user } = await simulate();
      const { app } = await createExporter(simulator, user);
      const response = await request(app).get(path);
      expect([400, 404]).toContain(response.status);
      expect(response.text).not.toMatch(/\bat .*\.[jt]s/);
      expect(simulator.calls.total).toBe(0);
    },
  );
});

async function rawGet(url: string, encoding: string): Promise<{ headers: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(`${url}/metrics`, { headers: { 'Accept-Encoding': encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          headers: Object.entries(response.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n'),
          body: Buffer.concat(chunks),
        }),
      );
    }).on('error', reject);
  });
}
