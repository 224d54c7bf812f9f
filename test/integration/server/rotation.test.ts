import { rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import bcrypt from 'bcrypt';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebServer } from '../../../src/server/server.ts';
import { readWebConfigFile } from '../../../src/web-config/load.ts';
import { WebConfigWatch } from '../../../src/web-config/watch.ts';
import { temporaryFolder, until } from '../../support/exporter.ts';
import { basic, connectTlsTo, keepAliveAgent, pem, requestTls, serve } from './web-server.ts';

const TLS = 'tls_server_config: { cert_file: cert.pem, key_file: key.pem }\n';

interface Watched {
  readonly server: WebServer;
  readonly watch: WebConfigWatch;
  /** Overwrites a file of the folder. */
  readonly write: (name: string, content: string | Buffer) => Promise<void>;
  readonly folder: string;
  readonly outcomes: boolean[];
  /** Level and message of each log line. */
  readonly lines: () => string[];
  readonly logged: () => string;
}

/** Starts a server that watches its web configuration. It polls on demand or at the given interval. */
async function watched(content: string, intervalMs = 1_000_000): Promise<Watched> {
  const folder = await temporaryFolder();
  const write = (name: string, text: string | Buffer) => writeFile(join(folder, name), text);
  await write('cert.pem', pem('server'));
  await write('key.pem', pem('server-key'));
  await write('web.yml', content);
  const loaded = await readWebConfigFile(join(folder, 'web.yml'), '--web.config.file');
  if ('problems' in loaded.result) throw new Error(JSON.stringify(loaded.result.problems));

  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const server = await serve((_request, response) => void response.end('hello'), { config: loaded.result.config });
  const outcomes: boolean[] = [];
  const watch = new WebConfigWatch({
    loaded,
    apply: (config) => server.updateConfig(config),
    onOutcome: (ok) => void outcomes.push(ok),
    log: pino({ level: 'debug' }, sink),
    intervalMs,
  });
  onTestFinished(() => watch.close());
  const lines = (): string[] =>
    logged
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .map(({ level, msg }) => `${pino.levels.labels[level]}: ${msg}`);
  return { server, watch, write, folder, outcomes, lines, logged: () => logged };
}

const IN_FORCE = 'info: web configuration reloaded';
const UNUSABLE = 'error: web configuration reload failed; keeping previous configuration';

describe('a change', () => {
  const GUARDED = `${TLS}basic_auth_users: { alice: "${bcrypt.hashSync('secret', 4)}" }\n`;
  const HALF = `${TLS}basic_auth_users: {}\n`;

  it('is applied if two polls in a row see it', async () => {
    const { server, watch, write } = await watched(GUARDED);
    await write('web.yml', HALF);
    await watch.poll();
    expect((await requestTls(server)).status).toBe(401);
    await watch.poll();
    expect((await requestTls(server)).status).toBe(200);
  });

  it('that does not persist is not applied', async () => {
    const { server, watch, write, outcomes } = await watched(GUARDED);
    for (const content of [HALF, GUARDED, HALF, GUARDED, '{', HALF]) {
      await write('web.yml', content);
      await watch.poll();
      expect((await requestTls(server)).status).toBe(401);
    }
    expect(outcomes).toEqual([]);
  });
});

describe('a certificate', () => {
  it('that was replaced applies to new connections, and existing connections continue', async () => {
    const { server, watch, write, outcomes, lines } = await watched(TLS);
    const agent = keepAliveAgent();
    expect(await requestTls(server, { agent })).toMatchObject({ subject: 'CN=localhost', reusedSocket: false });

    await write('cert.pem', pem('server-2'));
    await write('key.pem', pem('server-2-key'));
    expect(await watch.checkNow()).toBe(true);
    expect(await requestTls(server, { agent })).toMatchObject({ text: 'hello', reusedSocket: true });
    expect(await requestTls(server)).toMatchObject({ text: 'hello', subject: 'CN=server-2' });
    expect(outcomes).toEqual([true]);
    expect(lines()).toEqual([IN_FORCE]);
  });

  it('stays in use while the key of the new certificate is missing', async () => {
    const { server, watch, write, outcomes, lines, logged } = await watched(TLS);
    await write('cert.pem', pem('server-2'));
    expect(await watch.checkNow()).toBe(false);
    expect(await watch.checkNow()).toBe(false);
    expect((await requestTls(server)).subject).toBe('CN=localhost');
    expect(lines()).toEqual([UNUSABLE]);
    expect(logged()).toContain('key.pem does not match the certificate in cert_file');

    await write('key.pem', pem('server-2-key'));
    expect(await watch.checkNow()).toBe(true);
    expect((await requestTls(server)).subject).toBe('CN=server-2');
    expect(outcomes).toEqual([false, true]);
    expect(lines()).toEqual([UNUSABLE, IN_FORCE]);
  });

  it('is reloaded from a swapped symlink, as in Kubernetes', async () => {
    const { server, watch, folder, write } = await watched(TLS);
    for (const [version, name] of [
      ['1', 'server'],
      ['2', 'server-2'],
    ] as const) {
      await write(`cert-${version}.pem`, pem(name));
      await write(`key-${version}.pem`, pem(`${name}-key`));
    }
    const point = async (version: string): Promise<void> => {
      for (const name of ['cert', 'key']) {
        await symlink(`${name}-${version}.pem`, join(folder, `${name}.new`));
        await rename(join(folder, `${name}.new`), join(folder, `${name}.pem`));
      }
    };
    await point('1');
    expect(await watch.checkNow()).toBe(true);
    await point('2');
    expect(await watch.checkNow()).toBe(true);
    expect((await requestTls(server)).subject).toBe('CN=server-2');
  });

  it('stays in use while a file is empty, as between truncation and write', async () => {
    const { server, watch, write, outcomes } = await watched(TLS);
    await write('key.pem', '');
    expect(await watch.checkNow()).toBe(false);
    expect((await requestTls(server)).subject).toBe('CN=localhost');
    await write('key.pem', pem('server-key'));
    expect(await watch.checkNow()).toBe(true);
    expect(outcomes).toEqual([false, true]);
  });
});

describe('a web configuration', () => {
  it('is polled automatically', async () => {
    const { server, write, folder, outcomes } = await watched(TLS, 5);
    await write('next.yml', 'http_server_config: { headers: { X-Frame-Options: deny } }\n');
    await rename(join(folder, 'next.yml'), join(folder, 'web.yml'));
    await until(() => outcomes.length > 0);
    const response = await fetch(`http://${server.address}/`);
    expect(await response.text()).toBe('hello');
    expect(response.headers.get('x-frame-options')).toBe('deny');
  });

  it('is logged once for each distinct problem', async () => {
    const { watch, write, outcomes, lines } = await watched(TLS);
    for (const content of ['a: 1', 'a: 2', 'a: 2', TLS]) {
      await write('web.yml', content);
      await watch.checkNow();
      await watch.checkNow();
    }
    expect(outcomes).toEqual([false, false, true]);
    expect(lines()).toEqual([UNUSABLE, UNUSABLE, IN_FORCE]);
  });

  it('that was deleted leaves authentication enabled', async () => {
    const hash = bcrypt.hashSync('secret', 4);
    const { server, watch, folder, logged } = await watched(`basic_auth_users: { alice: ${hash} }\n`);
    await rename(join(folder, 'web.yml'), join(folder, 'away.yml'));
    expect(await watch.checkNow()).toBe(false);
    expect((await fetch(`http://${server.address}/`)).status).toBe(401);
    expect(logged()).toContain('web.yml does not exist');
  });

  it.each(['', '\n', '# later\n'])('that is truncated to %j leaves authentication enabled', async (content) => {
    const hash = bcrypt.hashSync('secret', 4);
    const { server, watch, write, outcomes } = await watched(`basic_auth_users: { alice: ${hash} }\n`);
    await write('web.yml', content);
    expect(await watch.checkNow()).toBe(false);
    expect((await fetch(`http://${server.address}/`)).status).toBe(401);
    await write('web.yml', '{}\n');
    expect(await watch.checkNow()).toBe(true);
    expect((await fetch(`http://${server.address}/`)).status).toBe(200);
    expect(outcomes).toEqual([false, true]);
  });

  it('applies changed users to existing connections', async () => {
    const users = (password: string): string => `${TLS}basic_auth_users: { alice: ${bcrypt.hashSync(password, 4)} }\n`;
    const { server, watch, write, logged } = await watched(users('old'));
    const agent = keepAliveAgent();
    const status = async (password: string): Promise<[number, boolean]> => {
      const response = await requestTls(server, { agent, headers: { Authorization: basic('alice', password) } });
      return [response.status, response.reusedSocket];
    };
    expect(await status('old')).toEqual([200, false]);
    await write('web.yml', users('new'));
    await watch.checkNow();
    expect(await status('old')).toEqual([401, true]);
    expect(await status('new')).toEqual([200, true]);
    expect(logged()).not.toMatch(/alice|\$2b\$/);
  });

  it('applies a changed client authority, and switches between TLS and plain HTTP', async () => {
    const { server, watch, write } = await watched('');
    await write('ca.pem', pem('client-authority'));
    await write(
      'web.yml',
      TLS.replace(' }', ', client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem }'),
    );
    expect(await watch.checkNow()).toBe(true);
    const known = { cert: pem('client'), key: pem('client-key') };
    expect((await requestTls(server, known)).text).toBe('hello');
    await write('ca.pem', pem('stranger'));
    expect(await watch.checkNow()).toBe(true);
    const refused = await connectTlsTo(server, known);
    expect(await refused.ended).toBe('');
    await write('web.yml', '{}');
    expect(await watch.checkNow()).toBe(true);
    expect(await (await fetch(`http://${server.address}/`)).text()).toBe('hello');
  });
});
