import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { freePort } from '../support/free-port.ts';

const SCRIPT = fileURLToPath(new URL('../../deploy/image/healthcheck.mjs', import.meta.url));
const CERTIFICATES = fileURLToPath(new URL('../fixtures/tls', import.meta.url));

/** Runs the health check of the image and returns its exit status. The address is an argument or a variable. */
async function check(address: string, source: 'argument' | 'variable' = 'variable'): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, ...(source === 'argument' ? [address] : [])], {
    env: source === 'variable' ? { POINTONE_WEB_LISTEN_ADDRESS: address } : { POINTONE_WEB_LISTEN_ADDRESS: ':1' },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [status] = await once(child, 'close');
  return status;
}

/** Starts the exporter with an unreachable upstream, which does not affect its health. */
async function startExporter(...args: string[]): Promise<{ port: string }> {
  const environment = { POINTONE_API_TOKEN: 'none', POINTONE_API_ENDPOINT: 'http://127.0.0.1:9/graphql' };
  const { url } = await serve(args, environment);
  return { port: new URL(url).port };
}

async function webConfigFlag(...lines: string[]): Promise<string> {
  const file = join(await temporaryFolder(), 'web.yml');
  await writeFile(file, lines.join('\n'));
  return `--web.config.file=${file}`;
}

async function startServer(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `:${(server.address() as AddressInfo).port}`;
}

const TLS = [
  'tls_server_config:',
  `  cert_file: ${join(CERTIFICATES, 'server.pem')}`,
  `  key_file: ${join(CERTIFICATES, 'server-key.pem')}`,
];

describe('the health check of the image', () => {
  it('succeeds while the exporter is running, for any notation of the address', async () => {
    const { port } = await startExporter();
    expect(await check(`:${port}`)).toBe(0);
    expect(await check(`127.0.0.1:${port}`)).toBe(0);
    expect(await check(`0.0.0.0:${port}`)).toBe(0);
    expect(await check(`:${port}`, 'argument')).toBe(0);
  });

  it('accepts an IPv6 address in brackets', async () => {
    const { port } = await startExporter('--web.listen-address=[::1]:0');
    expect(await check(`[::1]:${port}`)).toBe(0);
    expect(await check(`127.0.0.1:${port}`)).toBe(1);
  });

  it('succeeds over TLS for any certificate name and without the password', async () => {
    // The hash of the password "secret".
    const users = ['basic_auth_users:', '  scraper: $2b$04$76dAL0JOUJzms.O6xk1WZeTejDwnD1dp/ijNAZzwHh7CTEB1MVPMW'];
    const { port } = await startExporter(await webConfigFlag(...TLS, ...users));
    expect(await check(`:${port}`)).toBe(0);
  });

  it.each(['TLS12', 'TLS13'])('succeeds over %s when a client certificate is required', async (version) => {
    const clientAuth = [
      `  client_ca_file: ${join(CERTIFICATES, 'client-authority.pem')}`,
      '  client_auth_type: RequireAndVerifyClientCert',
      `  max_version: ${version}`,
    ];
    const { port } = await startExporter(await webConfigFlag(...TLS, ...clientAuth));
    expect(await check(`:${port}`)).toBe(0);
  });

  it('fails when nothing listens or the address is invalid', async () => {
    expect(await check(`:${await freePort()}`)).toBe(1);
    expect(await check('nonsense')).toBe(1);
  });

  it('fails when the response is not 200', async () => {
    const address = await startServer((_request, response) => response.writeHead(503).end());
    expect(await check(address)).toBe(1);
  });

  it('fails when a connection is accepted but no response arrives', async () => {
    const server = createSocketServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect(await check(`:${(server.address() as AddressInfo).port}`)).toBe(1);
  });
});
