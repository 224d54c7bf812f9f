import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve } from '../support/exporter-process.ts';
import { CA_FILE, listen, startProxy, terminateTls } from '../support/network.ts';
import { startSilentServer } from '../support/unresponsive-servers.ts';

/** Runs the `metrics` command and returns `pointone_up` and the log. */
async function runMetrics(environment: Record<string, string>) {
  const { code, stdout, stderr } = await run(['metrics'], environment);
  return { code, up: readScrape(stdout).value('pointone_up'), stderr };
}

async function simulated() {
  const { simulator, user } = await simulate();
  return { simulator, token: { POINTONE_API_TOKEN: user.credential } };
}

describe('https', () => {
  it('trusts a private certificate authority only if NODE_EXTRA_CA_CERTS contains it', async () => {
    const { simulator, token } = await simulated();
    const environment = {
      ...token,
      POINTONE_API_ENDPOINT: `https://127.0.0.1:${await terminateTls(simulator.port)}/graphql`,
    };
    expect(await runMetrics({ ...environment, NODE_EXTRA_CA_CERTS: CA_FILE })).toEqual({
      code: 0,
      up: 1,
      stderr: '',
    });
    const untrusted = await runMetrics(environment);
    expect(untrusted).toMatchObject({ code: 1, up: 0 });
    expect(JSON.parse(untrusted.stderr)).toMatchObject({
      reason: 'network',
      detail: expect.stringContaining('add a private one with NODE_EXTRA_CA_CERTS'),
    });
    expect(simulator.calls.total).toBe(1);
  });

  it('keeps the connection open between scrapes', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(await terminateTls(simulator.port));
    const { url } = await serve([], {
      ...token,
      NODE_EXTRA_CA_CERTS: CA_FILE,
      POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    for (let index = 0; index < 3; index += 1) {
      expect(readScrape(await (await fetch(`${url}/metrics`)).text()).value('pointone_up')).toBe(1);
    }
    expect(simulator.calls.total).toBe(3);
    expect(proxy.requests).toEqual(['CONNECT api.pointone.test:443']);
  });
});

describe('a proxy', () => {
  it('tunnels https requests and gets the user and password of its URL', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(await terminateTls(simulator.port));
    const result = await runMetrics({
      ...token,
      NODE_EXTRA_CA_CERTS: CA_FILE,
      POINTONE_API_ENDPOINT: 'https://api.pointone.test:8443/graphql',
      https_proxy: `http://user:p%40ss@127.0.0.1:${proxy.port}`,
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    expect(result).toEqual({ code: 0, up: 1, stderr: '' });
    expect(proxy.requests).toEqual(['CONNECT api.pointone.test:8443']);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  });

  it('that uses TLS itself tunnels https requests', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(await terminateTls(simulator.port));
    const result = await runMetrics({
      ...token,
      NODE_EXTRA_CA_CERTS: CA_FILE,
      POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
      HTTPS_PROXY: `https://only-a-name@localhost:${await terminateTls(proxy.port)}`,
    });
    expect(result).toEqual({ code: 0, up: 1, stderr: '' });
    expect(proxy.requests).toEqual(['CONNECT api.pointone.test:443']);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('only-a-name:').toString('base64')}`]);
  });

  it.each(['localhost', '127.0.0.1'])(
    'that uses TLS needs a certificate for its own host, %s, and not for the endpoint',
    async (host) => {
      const { simulator, token } = await simulated();
      const forwarding = await startProxy(simulator.port);
      const forwarded = await runMetrics({
        ...token,
        NODE_EXTRA_CA_CERTS: CA_FILE,
        POINTONE_API_ALLOW_HTTP: 'true',
        POINTONE_API_ENDPOINT: 'http://elsewhere.pointone.test/graphql',
        HTTP_PROXY: `https://${host}:${await terminateTls(forwarding.port)}`,
      });
      expect(forwarded).toEqual({ code: 0, up: 1, stderr: '' });

      const tunneling = await startProxy(await terminateTls(simulator.port));
      const tunneled = await runMetrics({
        ...token,
        NODE_EXTRA_CA_CERTS: CA_FILE,
        POINTONE_API_ENDPOINT: 'https://elsewhere.pointone.test/graphql',
        HTTPS_PROXY: `https://${host}:${await terminateTls(tunneling.port)}`,
      });
      // The proxy is trusted. The server behind it is not, because its certificate is for another name.
      expect(tunneling.requests).toEqual(['CONNECT elsewhere.pointone.test:443']);
      expect(tunneled.stderr).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    },
  );

  it('forwards http requests', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(simulator.port);
    const result = await runMetrics({
      ...token,
      POINTONE_API_ALLOW_HTTP: 'true',
      POINTONE_API_ENDPOINT: 'http://api.pointone.test/graphql',
      HTTP_PROXY: `127.0.0.1:${proxy.port}`,
    });
    expect(result).toEqual({ code: 0, up: 1, stderr: '' });
    expect(proxy.requests).toEqual(['POST http://api.pointone.test/graphql']);
    expect(proxy.userAgents).toEqual([expect.stringMatching(/^pointone-token-exporter\/\d+\.\d+\.\d+/)]);
  });

  it('is not used for loopback, for another scheme, or for hosts in NO_PROXY', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(simulator.port);
    const address = `http://127.0.0.1:${proxy.port}`;
    const everything = {
      ...token,
      POINTONE_API_TIMEOUT: '3s',
      POINTONE_API_ALLOW_HTTP: 'true',
      HTTP_PROXY: address,
      HTTPS_PROXY: address,
    };
    expect((await runMetrics({ ...everything, POINTONE_API_ENDPOINT: simulator.url })).up).toBe(1);
    expect(
      (await runMetrics({ ...everything, POINTONE_API_ENDPOINT: simulator.url.replace('127.0.0.1', 'localhost') })).up,
    ).toBe(1);
    const bypassed = {
      ...everything,
      POINTONE_API_ENDPOINT: 'http://api.nowhere.invalid/graphql',
      NO_PROXY: 'example.org,.nowhere.invalid',
    };
    expect((await runMetrics(bypassed)).up).toBe(0);
    const bypassedHttps = { ...bypassed, POINTONE_API_ENDPOINT: 'https://api.nowhere.invalid/graphql' };
    expect((await runMetrics(bypassedHttps)).up).toBe(0);
    const httpsWithHttpProxy = {
      ...token,
      POINTONE_API_TIMEOUT: '3s',
      POINTONE_API_ENDPOINT: 'https://api.nowhere.invalid/graphql',
      HTTP_PROXY: address,
    };
    expect((await runMetrics(httpsWithHttpProxy)).up).toBe(0);
    expect(proxy.requests).toEqual([]);
  });

  it('is used only for accounts whose endpoint requires it', async () => {
    const { simulator, token } = await simulated();
    const proxy = await startProxy(await terminateTls(simulator.port));
    const file = join(await temporaryFolder(), 'accounts.yml');
    const accounts = [
      { name: 'direct', token_env: 'TOKEN' },
      { name: 'proxied', token_env: 'TOKEN', endpoint: 'https://api.pointone.test/graphql' },
    ];
    await writeFile(file, JSON.stringify({ accounts }));
    const { code, stdout } = await run(['metrics', `--config.file=${file}`], {
      TOKEN: token.POINTONE_API_TOKEN,
      NODE_EXTRA_CA_CERTS: CA_FILE,
      POINTONE_API_ENDPOINT: simulator.url,
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    const metrics = readScrape(stdout);
    expect(['proxied', 'direct'].map((account) => metrics.value('pointone_up', { account }))).toEqual([1, 1]);
    expect(code).toBe(0);
    expect(proxy.requests).toEqual(['CONNECT api.pointone.test:443']);
  });

  it.each([401, 403, 407, 502])(
    'that refuses a tunnel with %d is named in the log, without its password',
    async (status) => {
      const { token } = await simulated();
      const proxy = createServer().on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
      const port = await listen(proxy);
      const { url, stderr } = await serve(['--log.level=debug'], {
        ...token,
        POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
        HTTPS_PROXY: `http://user:canary@127.0.0.1:${port}`,
      });
      const metrics = readScrape(await (await fetch(`${url}/metrics`)).text());
      expect(metrics.value('pointone_scrape_errors_total', { reason: 'network' })).toBe(1);
      await until(() => stderr().includes('fetch failed'));
      expect(stderr()).toContain(`HTTP ${status} at api.pointone.test through the proxy 127.0.0.1:${port}`);
      expect(stderr()).not.toContain('canary');
    },
  );

  it.each([407, 502, 403])(
    'for http that responds with %d is named in the log, without its password',
    async (status) => {
      const { token } = await simulated();
      const proxy = createServer((_request, response) => response.writeHead(status).end('<html>no</html>'));
      const port = await listen(proxy);
      const { up, stderr } = await runMetrics({
        ...token,
        POINTONE_API_ALLOW_HTTP: 'true',
        POINTONE_API_ENDPOINT: 'http://api.pointone.test/graphql',
        HTTP_PROXY: `http://user:canary@127.0.0.1:${port}`,
      });
      expect(up).toBe(0);
      const { reason, detail } = JSON.parse(stderr);
      expect(reason).toBe('http');
      expect(detail).toContain(`HTTP ${status}`);
      expect(detail).toContain(`through the proxy 127.0.0.1:${port}`);
      expect(detail.includes('HTTP_PROXY')).toBe(status === 407);
      expect(stderr).not.toContain('canary');
    },
  );

  it.each(['http', 'https'])('for %s that does not respond is named in the log', async (scheme) => {
    const { token } = await simulated();
    const { port } = await startSilentServer();
    const { stderr } = await runMetrics({
      ...token,
      POINTONE_API_TIMEOUT: '200ms',
      POINTONE_API_ALLOW_HTTP: 'true',
      POINTONE_API_ENDPOINT: `${scheme}://api.pointone.test/graphql`,
      [`${scheme}_proxy`]: `127.0.0.1:${port}`,
    });
    expect(JSON.parse(stderr)).toMatchObject({
      reason: 'timeout',
      detail: `no complete response within 0.2 s through the proxy 127.0.0.1:${port}`,
    });
  });

  it('that sends bytes that are not TLS causes an immediate failure', async () => {
    const { token } = await simulated();
    const proxy = createServer().on('connect', (_request, socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nwhat now?'));
    const { up, stderr } = await runMetrics({
      ...token,
      POINTONE_API_TIMEOUT: '10m',
      POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
      HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
    });
    expect(up).toBe(0);
    expect(stderr).toContain('the peer does not speak TLS (EPROTO at api.pointone.test through the proxy');
  });
});
