import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcrypt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve } from '../support/exporter-process.ts';

const PASSWORD = 'correct horse';
const HASH = bcrypt.hashSync(PASSWORD, 4);
const AUTHORIZATION = `Basic ${Buffer.from(`prometheus:${PASSWORD}`).toString('base64')}`;

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

const PROTECTED = `
tls_server_config:
  cert_file: cert.pem
  key_file: key.pem
http_server_config:
  headers:
    X-Frame-Options: deny
basic_auth_users:
  prometheus: ${HASH}
`;

/** Creates a folder with this configuration and its certificate. */
async function folderWith(content: string): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  await copyFile(fixture('server.pem'), join(folder, 'cert.pem'));
  await copyFile(fixture('server-key.pem'), join(folder, 'key.pem'));
  await writeFile(join(folder, 'web.yml'), content);
  return { folder, file: join(folder, 'web.yml') };
}

/** Starts the program with TLS, a password and debug logging. */
async function startProtected() {
  const { simulator, user } = await simulate();
  const { folder, file } = await folderWith(PROTECTED);
  const serving = await serve([`--web.config.file=${file}`, '--log.level=debug'], {
    POINTONE_API_ENDPOINT: simulator.url,
    POINTONE_API_TOKEN: user.credential,
  });
  const port = Number(new URL(serving.url).port);
  // The tests check the certificate themselves.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  onTestFinished(() => agent.destroy());
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const sent = request(`https://127.0.0.1:${port}${path}`, { agent, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const { statusCode: status, headers: responseHeaders } = response;
    return { status, headers: responseHeaders, text: await text(response) };
  };
  return { simulator, user, folder, file, port, get, ...serving };
}

/** Opens a TLS connection. `ended` resolves when it closes. */
async function openConnection(port: number): Promise<{ socket: TLSSocket; subject: string; ended: Promise<void> }> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  await Promise.race([new Promise((resolve) => socket.once('secureConnect', resolve)), ended]);
  socket.resume();
  return { socket, subject: socket.getPeerX509Certificate()?.subject ?? '', ended };
}

describe('a web configuration', () => {
  it('enables TLS, basic authentication and headers', async () => {
    const { get, stderr } = await startProtected();
    const [first = ''] = stderr().split('\n');
    expect(JSON.parse(first)).toMatchObject({ msg: 'listening', tls: true, basic_auth: true });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/-/healthy')).status).toBe(200);
    const response = await get('/metrics', { Authorization: AUTHORIZATION });
    expect(response.headers['x-frame-options']).toBe('deny');
    const metrics = readScrape(response.text);
    expect(metrics.value('pointone_up')).toBe(1);
    expect(metrics.value('pointone_exporter_config_last_reload_successful')).toBe(1);
  });

  it('is optional', async () => {
    const { simulator, user } = await simulate();
    const { stderr } = await serve([], { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential });
    expect(JSON.parse(stderr().split('\n')[0] ?? '')).toMatchObject({ tls: false, basic_auth: false });
  });

  it('is reloaded when it changes, and an invalid one is reported', async () => {
    const { get, folder, file, port, stderr } = await startProtected();
    const successful = async (): Promise<number | undefined> => {
      const response = await get('/metrics?collect[]=exporter', { Authorization: AUTHORIZATION });
      return readScrape(response.text).value('pointone_exporter_config_last_reload_successful');
    };
    const before = await openConnection(port);
    expect(before.subject).toBe('CN=localhost');
    await copyFile(fixture('server-2.pem'), join(folder, 'cert.pem'));
    await copyFile(fixture('server-2-key.pem'), join(folder, 'key.pem'));
    for (let current = before.subject; current !== 'CN=server-2'; ) {
      const { subject, socket } = await openConnection(port);
      // Open connections would soon reach the limit of the server.
      socket.destroy();
      current = subject;
      await sleep(20);
    }
    expect(before.socket.destroyed).toBe(false);

    await writeFile(file, PROTECTED.replace('X-Frame', 'X-Fame'));
    await until(() => stderr().includes('unknown key \\"X-Fame-Options\\"'));
    expect(await successful()).toBe(0);
    await writeFile(file, PROTECTED);
    while ((await successful()) !== 1);
  });

  it('never writes a password, hash or key to the log', async () => {
    const { get, file, stderr, child, ended } = await startProtected();
    await get('/metrics', { Authorization: AUTHORIZATION });
    await get('/metrics', { Authorization: AUTHORIZATION.replace('Basic', 'Bearer') });
    await get('/metrics', { Authorization: `Basic ${Buffer.from('prometheus:wrong horse').toString('base64')}` });
    await writeFile(file, PROTECTED.replace(HASH, `${HASH}x`));
    await until(() => stderr().includes('not a bcrypt hash'));
    await writeFile(file, PROTECTED.replace(HASH, PASSWORD));
    await until(() => stderr().split('not a bcrypt hash').length > 2);
    child.kill('SIGTERM');
    const { stderr: log, stdout } = await ended;
    for (const secret of [PASSWORD, 'wrong horse', HASH.slice(7), AUTHORIZATION.slice(6), 'PRIVATE KEY']) {
      expect(log + stdout).not.toContain(secret);
    }
  });
});

describe('SIGTERM with TLS', () => {
  it('lets the running scrape finish and waits for no other connection', async () => {
    const { simulator, get, port, child, ended } = await startProtected();
    const silent = await openConnection(port);
    const inHandshake = connect(port, '127.0.0.1');
    inHandshake.on('error', () => undefined);
    onTestFinished(() => void inHandshake.destroy());
    const handshakeEnded = new Promise<void>((resolve) => inHandshake.once('close', () => resolve()));
    inHandshake.write('\x16\x03\x01', 'latin1');
    await get('/-/healthy');

    simulator.setFault({ kind: 'hang' });
    const scrape = get('/metrics', { Authorization: AUTHORIZATION, 'X-Prometheus-Scrape-Timeout-Seconds': '2' });
    await until(() => simulator.calls.inFlight === 1);
    child.kill('SIGTERM');
    const { text: metrics } = await scrape;
    expect(readScrape(metrics).value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect((await ended).code).toBe(0);
    await Promise.all([silent.ended, handshakeEnded]);
  });
});

describe('an invalid web configuration', () => {
  it('prevents startup and is reported with all other problems', async () => {
    const { file } = await folderWith('tls_server_config:\n  cert_file: nowhere.pem\nrate_limit:\n  burst: 1\n');
    const { code, stderr } = await run([`--web.config.file=${file}`, '--api.timeout=soon'], {
      POINTONE_API_TOKEN: 'x',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('pointone-token-exporter: invalid configuration (4 problems)\n');
    expect(stderr).toContain('  --api.timeout: ');
    expect(stderr).toContain(`  ${file}:4: rate_limit: is not supported by this exporter`);
    expect(stderr).toContain(`  ${file}:2: tls_server_config: key_file is missing`);
    expect(stderr).toMatch(/web\.yml:2: tls_server_config\.cert_file: \S+nowhere\.pem does not exist\n/);
  });

  it('is reported with the variable when the file does not exist', async () => {
    const { code, stderr } = await run(['--config.check'], {
      POINTONE_API_TOKEN: 'x',
      POINTONE_WEB_CONFIG_FILE: '/nowhere/web.yml',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('POINTONE_WEB_CONFIG_FILE: /nowhere/web.yml does not exist');
  });
});

describe('--config.check', () => {
  it('prints a summary of the web configuration', async () => {
    const { file } = await folderWith(PROTECTED);
    const { code, stdout } = await run(['--config.check', `--web.config.file=${file}`], { POINTONE_API_TOKEN: 'x' });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'web configuration is valid: TLSv1.2 to TLSv1.3, NoClientCert, basic authentication for 1 user, headers X-Frame-Options\n',
    );
  });
});
