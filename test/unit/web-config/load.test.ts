import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readWebConfigFile } from '../../../src/web-config/load.ts';
import type { WebConfig } from '../../../src/web-config/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Of the password `secret`. */
const HASH = '$2y$04$eS0gdKK15EK8U0tN8UGYmOLN1XxS4U58K8I7h3nHkUM/9ovZY0tQS';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));

const FILES = ['server.pem', 'server-key.pem', 'server-2-key.pem', 'client-authority.pem'];

/** A folder with the certificates and this configuration. */
function folderWith(content: string | Buffer): { folder: string; file: string } {
  const folder = temporaryFolder();
  for (const name of FILES) copyFileSync(fixture(name), join(folder, name));
  writeFileSync(join(folder, 'web.yml'), content);
  return { folder, file: join(folder, 'web.yml') };
}

async function read(content: string): Promise<WebConfig> {
  const { result } = await readWebConfigFile(folderWith(content).file, '--web.config.file');
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

/** Each problem as `line: what`, the folder left out. */
async function problems(content: string | Buffer, prepare = (_folder: string): void => undefined): Promise<string[]> {
  const { folder, file } = folderWith(content);
  prepare(folder);
  const { result } = await readWebConfigFile(file, '--web.config.file');
  if ('config' in result) return [];
  return result.problems.map(({ location, message }) =>
    `${location.replace(`${file}:`, '')}: ${message}`.replaceAll(`${folder}/`, ''),
  );
}

const TLS = 'tls_server_config:\n  cert_file: server.pem\n  key_file: server-key.pem\n';

describe('a web configuration', () => {
  it('guards nothing when it is empty', async () => {
    const open = { tls: undefined, headers: {}, users: new Map() };
    for (const content of ['', '# later\n', '{}', 'tls_server_config:\nhttp_server_config: {}\nbasic_auth_users:\n']) {
      expect(await read(content)).toEqual(open);
    }
  });

  it('names its files relative to itself', async () => {
    expect((await read(TLS)).tls).toEqual({
      cert: readFileSync(fixture('server.pem')),
      key: readFileSync(fixture('server-key.pem')),
      clientCa: undefined,
      clientAuthType: 'NoClientCert',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
    });
  });

  it('takes absolute paths', async () => {
    const { tls } = await read(
      `tls_server_config: { cert_file: ${fixture('server.pem')}, key_file: ${fixture('server-key.pem')} }`,
    );
    expect(tls).toBeDefined();
  });

  it.each([
    'RequestClientCert',
    'RequireAnyClientCert',
    'VerifyClientCertIfGiven',
    'RequireAndVerifyClientCert',
  ] as const)('asks for client certificates by %s', async (type) => {
    const { tls } = await read(`${TLS}  client_auth_type: ${type}\n  client_ca_file: client-authority.pem\n`);
    expect(tls?.clientAuthType).toBe(type);
    expect(tls?.clientCa).toEqual(readFileSync(fixture('client-authority.pem')));
  });

  it("knows the toolkit's older name of RequireAnyClientCert", async () => {
    expect((await read(`${TLS}  client_auth_type: RequireClientCert\n`)).tls?.clientAuthType).toBe(
      'RequireAnyClientCert',
    );
  });

  it('takes what is empty for left out, as the toolkit does', async () => {
    const { tls } = await read(`${TLS}  client_ca_file: ""\n  client_auth_type:\n  min_version: ""\n`);
    expect(tls).toMatchObject({ clientCa: undefined, clientAuthType: 'NoClientCert', minVersion: 'TLSv1.2' });
  });

  it('bounds the versions of TLS', async () => {
    const { tls } = await read(`${TLS}  min_version: TLS13\n  max_version: TLS13\n`);
    expect(tls).toMatchObject({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
  });

  it('adds the headers that the toolkit allows', async () => {
    const headers = {
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'deny',
      'X-Content-Type-Options': 'nosniff',
      'X-XSS-Protection': '1; mode=block',
      'Strict-Transport-Security': 'max-age=31536000',
    };
    expect((await read(JSON.stringify({ http_server_config: { http2: false, headers } }))).headers).toEqual(headers);
  });

  it('takes the name of a user as it is written, whatever YAML takes it for', async () => {
    const { users } = await read(
      `basic_auth_users:\n  alice: ${HASH}\n  0123: ${HASH}\n  true: ${HASH}\n  "b b": ${HASH}\n  __proto__: ${HASH}\n`,
    );
    expect([...users.keys()]).toEqual(['alice', '0123', 'true', 'b b', '__proto__']);
    expect(users.get('alice')).toBe(HASH);
  });
});

describe('what the format knows and this exporter does not do', () => {
  it.each([
    ['tls_server_config', 'cert', '; name a file by cert_file'],
    ['tls_server_config', 'key', '; name a file by key_file'],
    ['tls_server_config', 'client_ca', '; name a file by client_ca_file'],
    ['tls_server_config', 'client_allowed_sans', ''],
    ['tls_server_config', 'cipher_suites', ''],
    ['tls_server_config', 'curve_preferences', ''],
    ['tls_server_config', 'prefer_server_cipher_suites', ''],
  ])('%s.%s is refused by name', async (section, key, more) => {
    expect(await problems(`${TLS.replace('tls_server_config', section)}  ${key}: [a]\n`)).toEqual([
      `4: ${section}.${key}: is not supported by this exporter${more}`,
    ]);
  });

  it('rate_limit is refused by name', async () => {
    expect(await problems('rate_limit:\n  interval: 1s\n')).toEqual([
      '2: rate_limit: is not supported by this exporter; --web.max-requests bounds the scrapes answered at once',
    ]);
  });

  it('HTTP/2 is refused by name', async () => {
    expect(await problems('http_server_config:\n  http2: true\n')).toEqual([
      '2: http_server_config.http2: true is not supported by this exporter, which speaks HTTP/1.1 alone; accepted: false',
    ]);
  });

  it.each(['TLS10', 'TLS11'])('%s is refused by name', async (version) => {
    expect(await problems(`${TLS}  min_version: ${version}\n`)).toEqual([
      `4: tls_server_config.min_version: ${version} is not supported by this exporter, as it is no longer safe (RFC 8996)`,
    ]);
  });
});

describe('a problem of a web configuration', () => {
  it.each([
    [
      'an unknown key',
      'tls:\n  a: b\n',
      ['1: unknown key "tls"; accepted: tls_server_config, http_server_config, basic_auth_users'],
    ],
    [
      'an unknown key of TLS',
      `${TLS}  min_versoin: TLS12\n`,
      [
        '4: tls_server_config: unknown key "min_versoin"; accepted: cert_file, key_file, client_ca_file, client_auth_type, min_version, max_version',
      ],
    ],
    [
      'an unknown header',
      'http_server_config: { headers: { X-Powered-By: me } }',
      [
        '1: http_server_config.headers: unknown key "X-Powered-By"; accepted: Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
      ],
    ],
    [
      'a value that a header does not have',
      'http_server_config: { headers: { X-Frame-Options: never } }',
      ['1: http_server_config.headers.X-Frame-Options: "never" is not accepted; expected deny or sameorigin'],
    ],
    [
      'a value that no header can carry',
      'http_server_config: { headers: { Content-Security-Policy: "a\\nb" } }',
      ['1: http_server_config.headers.Content-Security-Policy: is no header; expected a text of printable ASCII'],
    ],
    ['no truth value', 'http_server_config: { http2: maybe }', ['1: http_server_config.http2: must be true or false']],
    ['a list', '- a\n', ['1: must be a mapping with tls_server_config, http_server_config, basic_auth_users']],
    [
      'users in a list',
      'basic_auth_users: [alice]',
      ['1: basic_auth_users: must be a mapping of user names, each with a bcrypt hash'],
    ],
    [
      'a certificate without its key',
      'tls_server_config: { cert_file: server.pem }',
      ['1: tls_server_config: key_file is missing; TLS needs a certificate and its key'],
    ],
    [
      'TLS without a certificate',
      'tls_server_config: { min_version: TLS12 }',
      [
        '1: tls_server_config: cert_file is missing; TLS needs a certificate and its key',
        '1: tls_server_config: key_file is missing; TLS needs a certificate and its key',
      ],
    ],
    [
      'TLS that was meant, but came to nothing',
      'tls_server_config: { cert_file: "", key_file: "" }',
      [
        '1: tls_server_config: cert_file is missing; TLS needs a certificate and its key',
        '1: tls_server_config: key_file is missing; TLS needs a certificate and its key',
      ],
    ],
    [
      'an authority that nobody is asked about',
      `${TLS}  client_ca_file: client-authority.pem\n`,
      ['4: tls_server_config.client_ca_file: is of no use unless client_auth_type asks for client certificates'],
    ],
    [
      'nothing to verify clients by',
      `${TLS}  client_auth_type: RequireAndVerifyClientCert\n`,
      ['4: tls_server_config.client_auth_type: RequireAndVerifyClientCert needs a client_ca_file to verify by'],
    ],
    [
      'an unknown way to ask for client certificates',
      `${TLS}  client_auth_type: Maybe\n`,
      [
        '4: tls_server_config.client_auth_type: "Maybe" is not accepted; expected NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
      ],
    ],
    [
      'no version between the two',
      `${TLS}  min_version: TLS13\n  max_version: TLS12\n`,
      ['4: tls_server_config.min_version: is above max_version'],
    ],
    [
      'a version that is none',
      `${TLS}  max_version: "1.3"\n`,
      ['4: tls_server_config.max_version: "1.3" is not accepted; expected TLS12 or TLS13'],
    ],
    [
      "another certificate's key",
      TLS.replace('server-key.pem', 'server-2-key.pem'),
      ['3: tls_server_config.key_file: server-2-key.pem does not belong to the certificate in cert_file'],
    ],
    [
      'a key for a certificate',
      TLS.replace('server.pem', 'server-key.pem'),
      ['2: tls_server_config.cert_file: server-key.pem holds no certificate in PEM format'],
    ],
    [
      'a certificate for a key',
      TLS.replace('server-key.pem', 'server.pem'),
      ['3: tls_server_config.key_file: server.pem holds no private key in PEM format'],
    ],
    [
      'a key for an authority',
      `${TLS}  client_ca_file: server-key.pem\n  client_auth_type: VerifyClientCertIfGiven\n`,
      ['4: tls_server_config.client_ca_file: server-key.pem holds no certificate in PEM format'],
    ],
    [
      'files that are not there, all of them',
      'tls_server_config:\n  cert_file: a.pem\n  key_file: b.pem\n  client_ca_file: c.pem\n  client_auth_type: RequireAndVerifyClientCert\n',
      [
        '2: tls_server_config.cert_file: a.pem does not exist',
        '3: tls_server_config.key_file: b.pem does not exist',
        '4: tls_server_config.client_ca_file: c.pem does not exist',
      ],
    ],
    [
      'a user name with a colon',
      `basic_auth_users: { "a:b": ${HASH} }`,
      ['1: basic_auth_users: a user name cannot hold a colon: basic authentication parts name and password there'],
    ],
    ['no user name', `basic_auth_users: { "": ${HASH} }`, ['1: basic_auth_users: a user name must not be empty']],
    [
      'a user twice to basic authentication, if not to YAML',
      `basic_auth_users:\n  1: ${HASH}\n  "1": ${HASH}\n`,
      ['3: basic_auth_users: this user is given above already'],
    ],
    [
      'a user twice',
      `basic_auth_users:\n  a: ${HASH}\n  a: ${HASH}\n`,
      ['3: is not valid YAML: the keys of a mapping must be unique'],
    ],
    [
      'a hash that takes minutes',
      `basic_auth_users: { a: ${HASH.replace('$04$', '$19$')} }`,
      ['1: basic_auth_users: has a bcrypt cost of 19; accepted: 4 to 18'],
    ],
    [
      'a hash of a cost that there is not',
      `basic_auth_users: { a: ${HASH.replace('$04$', '$03$')} }`,
      ['1: basic_auth_users: has a bcrypt cost of 3; accepted: 4 to 18'],
    ],
  ])('%s is told with its line', async (_name, content, expected) => {
    expect(await problems(content)).toEqual(expected);
  });

  it('is told together with all others', async () => {
    const found = await problems(
      'tls_server_config:\n  cert: x\n  min_version: TLS11\nhttp_server_config:\n  http2: true\nbasic_auth_users:\n  a: b\nrate_limit: {}\nmore: 1\n',
    );
    expect(found.map((problem) => problem.split(':')[0])).toEqual(['8', '9', '2', '3', '2', '2', '5', '7']);
  });

  it('is the damage to a certificate of the chain', async () => {
    const damage = (folder: string): void => {
      const pem = readFileSync(fixture('server.pem'), 'latin1');
      const [begin, ...rest] = pem.trim().split('\n');
      writeFileSync(join(folder, 'server.pem'), `${pem}${[begin, 'AAAA', ...rest].join('\n')}\n`);
    };
    expect(await problems(TLS, damage)).toEqual([
      '2: tls_server_config.cert_file: server.pem cannot be read as PEM: certificate 2 is damaged',
    ]);
  });

  it('is a key with a passphrase', async () => {
    const encrypt = (folder: string): void => {
      const key = createPrivateKey(readFileSync(fixture('server-key.pem')));
      const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
      writeFileSync(join(folder, 'server-key.pem'), pem);
    };
    expect(await problems(TLS, encrypt)).toEqual([
      '3: tls_server_config.key_file: server-key.pem is encrypted; a key without a passphrase is expected',
    ]);
  });

  it('is a file that cannot be read, by the flag that named it', async () => {
    const { folder } = folderWith('');
    mkdirSync(join(folder, 'folder'));
    const { result } = await readWebConfigFile(join(folder, 'folder'), 'POINTONE_WEB_CONFIG_FILE');
    expect(result).toEqual({
      problems: [{ location: 'POINTONE_WEB_CONFIG_FILE', message: `${join(folder, 'folder')} is a folder` }],
    });
  });

  it('is a pipe that nobody writes to, which keeps nobody waiting', async () => {
    const pipe = (folder: string): void => void execFileSync('mkfifo', [join(folder, 'pipe.pem')]);
    expect(await problems(TLS.replace('server.pem', 'pipe.pem'), pipe)).toEqual([
      '2: tls_server_config.cert_file: pipe.pem is not a regular file',
    ]);
  });

  it('is text that is not UTF-8', async () => {
    expect(await problems(Buffer.from([0x61, 0x3a, 0xff]))).toEqual(['--web.config.file: web.yml is not UTF-8']);
  });

  it('repeats no password, hash or key that stands in a wrong place', async () => {
    const key = readFileSync(fixture('server-key.pem'), 'latin1');
    const secret = key.split('\n')[1] ?? '';
    for (const content of [
      `basic_auth_users: { alice: ${secret} }`,
      `basic_auth_users:\n  ${HASH}: alice\n`,
      `${HASH}: alice\n`,
      `tls_server_config: { ${HASH}: alice }`,
      JSON.stringify({ tls_server_config: { cert_file: 'server.pem', key_file: key } }),
      JSON.stringify({ tls_server_config: { cert: key, key } }),
      JSON.stringify({ tls_server_config: key }),
      JSON.stringify({ basic_auth_users: { alice: [secret, HASH] } }),
      `basic_auth_users:\n  alice: "${secret}\n`,
    ]) {
      const told = (await problems(content)).join('\n');
      expect(told).not.toBe('');
      expect(told).not.toContain(secret);
      expect(told).not.toContain(HASH.slice(8));
    }
  });
});
