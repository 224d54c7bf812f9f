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

/** The exit status of the image's health check, for an address given as an argument or as the variable. */
async function check(address: string, given: 'argument' | 'variable' = 'variable'): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, ...(given === 'argument' ? [address] : [])], {
    env: given === 'variable' ? { POINTONE_WEB_LISTEN_ADDRESS: address } : { POINTONE_WEB_LISTEN_ADDRESS: ':1' },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [status] = await once(child, 'close');
  return status;
}

/** The program itself, its upstream nowhere: its health does not depend on it. */
async function exporter(...args: string[]): Promise<{ port: string }> {
  const environment = { POINTONE_API_TOKEN: 'none', POINTONE_API_ENDPOINT: 'http://127.0.0.1:9/graphql' };
  const { url } = await serve(args, environment);
  return { port: new URL(url).port };
}

async function webConfiguration(...lines: string[]): Promise<string> {
  const file = join(await temporaryFolder(), 'web.yml');
  await writeFile(file, lines.join('\n'));
  return `--web.config.file=${file}`;
}

async function answering(handler: RequestListener): Promise<string> {
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
  it('succeeds while the exporter serves, however the address is written', async () => {
    const { port } = await exporter();
    expect(await check(`:${port}`)).toBe(0);
    expect(await check(`127.0.0.1:${port}`)).toBe(0);
    expect(await check(`0.0.0.0:${port}`)).toBe(0);
    expect(await check(`:${port}`, 'argument')).toBe(0);
  });

  it('takes an IPv6 address in brackets', async () => {
    const { port } = await exporter('--web.listen-address=[::1]:0');
    expect(await check(`[::1]:${port}`)).toBe(0);
    expect(await check(`127.0.0.1:${port}`)).toBe(1);
  });

  it('succeeds over TLS, whatever the certificate is for, and without the password', async () => {
    // The hash of "secret".
    const users = ['basic_auth_users:', '  scraper: $2b$04$76dAL0JOUJzms.O6xk1WZeTejDwnD1dp/ijNAZzwHh7CTEB1MVPMW'];
    const { port } = await exporter(await webConfiguration(...TLS, ...users));
    expect(await check(`:${port}`)).toBe(0);
  });

  it.each(['TLS12', 'TLS13'])('succeeds over %s where a client certificate is demanded', async (version) => {
    const demand = [
      `  client_ca_file: ${join(CERTIFICATES, 'client-authority.pem')}`,
      '  client_auth_type: RequireAndVerifyClientCert',
      `  max_version: ${version}`,
    ];
    const { port } = await exporter(await webConfiguration(...TLS, ...demand));
    expect(await check(`:${port}`)).toBe(0);
  });

  it('fails where nothing listens, or the address is none', async () => {
    expect(await check(`:${await freePort()}`)).toBe(1);
    expect(await check('nonsense')).toBe(1);
  });

  it('fails where the answer is another one', async () => {
    const address = await answering((_request, response) => response.writeHead(503).end());
    expect(await check(address)).toBe(1);
  });

  it('fails where a connection is accepted and nothing is answered', async () => {
    const server = createSocketServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect(await check(`:${(server.address() as AddressInfo).port}`)).toBe(1);
  });
});
