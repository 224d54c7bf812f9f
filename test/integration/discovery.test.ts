import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createExporter, createMultiAccountExporter, simulate } from '../support/exporter.ts';

interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

async function discover(url: string, headers = {}): Promise<TargetGroup[]> {
  const { status, body, headers: responseHeaders } = await request(url).get('/sd').set(headers);
  expect(status).toBe(200);
  expect(responseHeaders['content-type']).toMatch(/^application\/json/);
  return body;
}

describe('/sd', () => {
  it('returns one target group per account, with the address of the request', async () => {
    const { simulator, user } = await simulate();
    const other = simulator.state.addUser('fleet "eu" & ü/1', { listed: false });
    const exporter = await createMultiAccountExporter(simulator, [user], { accounts: {} });
    const { url } = await exporter.listen();
    const { host } = new URL(url);
    expect(await discover(url)).toEqual([
      {
        targets: [host],
        labels: {
          __scheme__: 'http',
          __metrics_path__: '/probe',
          __param_account: user.id,
          instance: `${user.id}@${host}`,
        },
      },
    ]);
    expect(simulator.calls.byUser.get(other.id)).toBeUndefined();
    expect(simulator.calls.total).toBe(0);
  });

  it.each([
    ['metrics.example.com', 'metrics.example.com:80'],
    ['metrics.example.com:8443', 'metrics.example.com:8443'],
    ['[2001:db8::1]', '[2001:db8::1]:80'],
    ['[2001:db8::1]:9', '[2001:db8::1]:9'],
    ['exporter_1:10210', 'exporter_1:10210'],
  ])('uses the Host %s as the target %s', async (host, target) => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    const [group] = await discover(url, { Host: host });
    expect(group).toMatchObject({ targets: [target], labels: { instance: `default@${target}` } });
  });

  it.each(['evil.example/path', 'user@evil.example', 'a b', 'evil.example:99999999', 'evil.example:65536', '[::1'])(
    'rejects the Host %j',
    async (host) => {
      const { simulator, user } = await simulate();
      const { url } = await (await createExporter(simulator, user)).listen();
      const { port } = new URL(url);
      const status = await new Promise((resolve, reject) => {
        httpRequest({ port, host: '127.0.0.1', path: '/sd', headers: { Host: host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(400);
    },
  );

  it('explains what to do without a Host header', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    expect(await raw(url, 'GET /sd HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*--web\.external-url/s);
  });

  it('ignores X-Forwarded-* headers', async () => {
    const { simulator, user } = await simulate();
    const { url } = await (await createExporter(simulator, user)).listen();
    const [group] = await discover(url, {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'host=evil.example;proto=https',
    });
    expect(group).toMatchObject({ targets: [new URL(url).host], labels: { __scheme__: 'http' } });
  });

  it.each([
    ['https://metrics.example.com', 'metrics.example.com:443', '/probe'],
    ['https://metrics.example.com:8443/', 'metrics.example.com:8443', '/probe'],
    ['https://metrics.example.com/pointone/', 'metrics.example.com:443', '/pointone/probe'],
    ['https://[2001:db8::1]/a/b', '[2001:db8::1]:443', '/a/b/probe'],
    // A link to //evil.example would lead to that host.
    ['https://metrics.example.com//evil.example/', 'metrics.example.com:443', '/evil.example/probe'],
    ['https://metrics.example.com//', 'metrics.example.com:443', '/probe'],
  ])('uses --web.external-url=%s if it is set', async (externalUrl, target, path) => {
    const { simulator, user } = await simulate();
    const { url } = await (
      await createExporter(simulator, user, { args: [`--web.external-url=${externalUrl}`] })
    ).listen();
    expect(await discover(url, { Host: 'inner:1' })).toEqual([
      {
        targets: [target],
        labels: {
          __scheme__: 'https',
          __metrics_path__: path,
          __param_account: 'default',
          instance: `default@${target}`,
        },
      },
    ]);
    const page = await request(url).get('/');
    expect(page.text).toContain(`href="${path.replace('/probe', '')}/metrics"`);
  });

  it('returns an empty list without accounts', async () => {
    const { simulator } = await simulate();
    const { url } = await (await createMultiAccountExporter(simulator, [])).listen();
    expect(await discover(url)).toEqual([]);
  });
});

/** Sends bytes and returns all data received until the server closes the connection. */
function raw(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
}
