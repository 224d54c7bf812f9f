import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readWebConfigFile } from '../../../src/web-config/load.ts';
import type { WebConfig } from '../../../src/web-config/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The hash of the password `secret`. */
const HASH = '$2y$04$eS0gdKK15EK8U0tN8UGYmOLN1XxS4U58K8I7h3nHkUM/9ovZY0tQS';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));

const FILES = ['server.pem', 'server-key.pem', 'server-2-key.pem', 'client-authority.pem'];

/** Creates a folder with the certificates and this configuration. */
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

/** Returns each problem as `line: message`, without the folder. */
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
  it('has no TLS, headers or users when it is empty', async () => {
    const empty = { tls: undefined, headers: {}, users: new Map() };
    for (const content of [
      '',
      '# comment\n',
      '{}',
      'tls_server_config:\nhttp_server_config: {}\nbasic_auth_users:\n',
    ]) {
      expect(await read(content)).toEqual(empty);
    }
  });

  it('resolves paths against its own folder', async () => {
    expect((await read(TLS)).tls).toEqual({
      cert: readFileSync(fixture('server.pem')),
      key: readFileSync(fixture('server-key.pem')),
      clientCa: undefined,
      clientAuthType: 'NoClientCert',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
    });
  });

  it('accepts absolute paths', async () => {
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
  ] as const)('supports the client authentication type %s', async (type) => {
    const { tls } = await read(`${TLS}  client_auth_type: ${type}\n  client_ca_file: client-authority.pem\n`);
    expect(tls?.clientAuthType).toBe(type);
    expect(tls?.clientCa).toEqual(readFileSync(fixture('client-authority.pem')));
  });

  it("supports exporter-toolkit's older name of RequireAnyClientCert", async () => {
    expect((await read(`${TLS}  client_auth_type: RequireClientCert\n`)).tls?.clientAuthType).toBe(
      'RequireAnyClientCert',
    );
  });

  it('treats empty values as absent, as exporter-toolkit does', async () => {
    const { tls } = await read(`${TLS}  client_ca_file: ""\n  client_auth_type:\n  min_version: ""\n`);
    expect(tls).toMatchObject({ clientCa: undefined, clientAuthType: 'NoClientCert', minVersion: 'TLSv1.2' });
  });

  it('sets the TLS versions', async () => {
    const { tls } = await read(`${TLS}  min_version: TLS13\n  max_version: TLS13\n`);
    expect(tls).toMatchObject({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
  });

  it('accepts the headers that exporter-toolkit allows', async () => {
    const headers = {
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'deny',
      'X-Content-Type-Options': 'nosniff',
      'X-XSS-Protection': '1; mode=block',
      'Strict-Transport-Security': 'max-age=31536000',
    };
    expect((await read(JSON.stringify({ http_server_config: { http2: false, headers } }))).headers).toEqual(headers);
  });

  it('uses a user name as written, whatever its YAML type', async () => {
    const { users } = await read(
      `basic_auth_users:\n  alice: ${HASH}\n  0123: ${HASH}\n  true: ${HASH}\n  "b b": ${HASH}\n  __proto__: ${HASH}\n`,
    );
    expect([...users.keys()]).toEqual(['alice', '0123', 'true', 'b b', '__proto__']);
    expect(users.get('alice')).toBe(HASH);
  });
});

describe('the unsupported setting', () => {
  it.each([
    ['tls_server_config', 'cert', '; use cert_file'],
    ['tls_server_config', 'key', '; use key_file'],
    ['tls_server_config', 'client_ca', '; use client_ca_file'],
    ['tls_server_config', 'client_allowed_sans', ''],
    ['tls_server_config', 'cipher_suites', ''],
    ['tls_server_config', 'curve_preferences', ''],
    ['tls_server_config', 'prefer_server_cipher_suites', ''],
  ])('%s.%s is reported', async (section, key, hint) => {
    expect(await problems(`${TLS.replace('tls_server_config', section)}  ${key}: [a]\n`)).toEqual([
      `4: ${section}.${key}: is not supported by this exporter${hint}`,
    ]);
  });

  it('rate_limit is reported', async () => {
    expect(await problems('rate_limit:\n  interval: 1s\n')).toEqual([
      '2: rate_limit: is not supported by this exporter; use --web.max-requests to limit concurrent scrapes',
    ]);
  });

  it('http2 is reported', async () => {
    expect(await problems('http_server_config:\n  http2: true\n')).toEqual([
      '2: http_server_config.http2: true is not supported by this exporter, which serves only HTTP/1.1; accepted: false',
    ]);
  });

  it.each(['TLS10', 'TLS11'])('%s is reported', async (version) => {
    expect(await problems(`${TLS}  min_version: ${version}\n`)).toEqual([
      `4: tls_server_config.min_version: ${version} is not supported by this exporter, because it is deprecated (RFC 8996)`,
    ]);
  });
});

describe('a problem of a web configuration', () => {
  it.each([
    ['an unknown key', 'tls:\n  a: b\n', ['1: unknown key "tls"; did you mean tls_server_config?']],
    [
      'an unknown key of TLS',
      `${TLS}  min_versoin: TLS12\n`,
      ['4: tls_server_config: unknown key "min_versoin"; did you mean min_version?'],
    ],
    [
      'an unknown header',
      'http_server_config: { headers: { X-Powered-By: me } }',
      [
        '1: http_server_config.headers: unknown key "X-Powered-By"; accepted: Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
      ],
    ],
    [
      'an invalid value of a header',
      'http_server_config: { headers: { X-Frame-Options: never } }',
      ['1: http_server_config.headers.X-Frame-Options: invalid value "never"; expected deny or sameorigin'],
    ],
    [
      'a value that no header can contain',
      'http_server_config: { headers: { Content-Security-Policy: "a\\nb" } }',
      [
        '1: http_server_config.headers.Content-Security-Policy: invalid header value; expected a string of printable ASCII characters',
      ],
    ],
    [
      'a value that is not a boolean',
      'http_server_config: { http2: maybe }',
      ['1: http_server_config.http2: must be true or false'],
    ],
    ['a list', '- a\n', ['1: must be a mapping with the keys tls_server_config, http_server_config, basic_auth_users']],
    [
      'users in a list',
      'basic_auth_users: [alice]',
      ['1: basic_auth_users: must be a mapping of user names to bcrypt hashes'],
    ],
    [
      'a certificate without its key',
      'tls_server_config: { cert_file: server.pem }',
      ['1: tls_server_config: key_file is missing; TLS requires a certificate and its key'],
    ],
    [
      'TLS without a certificate',
      'tls_server_config: { min_version: TLS12 }',
      [
        '1: tls_server_config: cert_file is missing; TLS requires a certificate and its key',
        '1: tls_server_config: key_file is missing; TLS requires a certificate and its key',
      ],
    ],
    [
      'TLS with only empty values',
      'tls_server_config: { cert_file: "", key_file: "" }',
      [
        '1: tls_server_config: cert_file is missing; TLS requires a certificate and its key',
        '1: tls_server_config: key_file is missing; TLS requires a certificate and its key',
      ],
    ],
    [
      'a client CA without client authentication',
      `${TLS}  client_ca_file: client-authority.pem\n`,
      ['4: tls_server_config.client_ca_file: has no effect unless client_auth_type requests client certificates'],
    ],
    [
      'client verification without a client CA',
      `${TLS}  client_auth_type: RequireAndVerifyClientCert\n`,
      ['4: tls_server_config.client_auth_type: RequireAndVerifyClientCert requires client_ca_file'],
    ],
    [
      'an unknown client authentication type',
      `${TLS}  client_auth_type: Maybe\n`,
      [
        '4: tls_server_config.client_auth_type: invalid value "Maybe"; expected NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
      ],
    ],
    [
      'a minimum version above the maximum version',
      `${TLS}  min_version: TLS13\n  max_version: TLS12\n`,
      ['4: tls_server_config.min_version: must not be above max_version'],
    ],
    [
      'an unknown TLS version',
      `${TLS}  max_version: "1.3"\n`,
      ['4: tls_server_config.max_version: invalid value "1.3"; expected TLS12 or TLS13'],
    ],
    [
      'the key of another certificate',
      TLS.replace('server-key.pem', 'server-2-key.pem'),
      ['3: tls_server_config.key_file: server-2-key.pem does not match the certificate in cert_file'],
    ],
    [
      'a key file as certificate',
      TLS.replace('server.pem', 'server-key.pem'),
      ['2: tls_server_config.cert_file: server-key.pem contains no certificate in PEM format'],
    ],
    [
      'a certificate file as key',
      TLS.replace('server-key.pem', 'server.pem'),
      ['3: tls_server_config.key_file: server.pem contains no private key in PEM format'],
    ],
    [
      'a key file as client CA',
      `${TLS}  client_ca_file: server-key.pem\n  client_auth_type: VerifyClientCertIfGiven\n`,
      ['4: tls_server_config.client_ca_file: server-key.pem contains no certificate in PEM format'],
    ],
    [
      'several missing files',
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
      ['1: basic_auth_users: the user name must not contain a colon, which separates it from the password'],
    ],
    [
      'an empty user name',
      `basic_auth_users: { "": ${HASH} }`,
      ['1: basic_auth_users: the user name must not be empty'],
    ],
    [
      'a user name that is unique only in YAML',
      `basic_auth_users:\n  1: ${HASH}\n  "1": ${HASH}\n`,
      ['3: basic_auth_users: duplicate user; user names must be unique'],
    ],
    [
      'a duplicate user',
      `basic_auth_users:\n  a: ${HASH}\n  a: ${HASH}\n`,
      ['3: invalid YAML: duplicate key; the keys of a mapping must be unique'],
    ],
    [
      'a bcrypt cost that takes minutes',
      `basic_auth_users: { a: ${HASH.replace('$04$', '$19$')} }`,
      ['1: basic_auth_users: bcrypt cost 19 is out of range; accepted: 4 to 18'],
    ],
    [
      'a bcrypt cost below the minimum',
      `basic_auth_users: { a: ${HASH.replace('$04$', '$03$')} }`,
      ['1: basic_auth_users: bcrypt cost 3 is out of range; accepted: 4 to 18'],
    ],
  ])('is reported with its line: %s', async (_description, content, expected) => {
    expect(await problems(content)).toEqual(expected);
  });

  it('is reported together with all others', async () => {
    const found = await problems(
      'tls_server_config:\n  cert: x\n  min_version: TLS11\nhttp_server_config:\n  http2: true\nbasic_auth_users:\n  a: b\nrate_limit: {}\nmore: 1\n',
    );
    expect(found.map((problem) => problem.split(':')[0])).toEqual(['8', '9', '2', '3', '2', '2', '5', '7']);
  });

  it('is reported for an invalid certificate of the chain', async () => {
    const damage = (folder: string): void => {
      const pem = readFileSync(fixture('server.pem'), 'latin1');
      const [begin, ...rest] = pem.trim().split('\n');
      writeFileSync(join(folder, 'server.pem'), `${pem}${[begin, 'AAAA', ...rest].join('\n')}\n`);
    };
    expect(await problems(TLS, damage)).toEqual([
      '2: tls_server_config.cert_file: server.pem contains an invalid certificate (number 2 in the file)',
    ]);
  });

  it('is reported for a key with a passphrase', async () => {
    const encrypt = (folder: string): void => {
      const key = createPrivateKey(readFileSync(fixture('server-key.pem')));
      const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
      writeFileSync(join(folder, 'server-key.pem'), pem);
    };
    expect(await problems(TLS, encrypt)).toEqual([
      '3: tls_server_config.key_file: server-key.pem is encrypted; expected a key without a passphrase',
    ]);
  });

  it('is reported with the variable when the file cannot be read', async () => {
    const { folder } = folderWith('');
    mkdirSync(join(folder, 'folder'));
    const { result } = await readWebConfigFile(join(folder, 'folder'), 'POINTONE_WEB_CONFIG_FILE');
    expect(result).toEqual({
      problems: [{ location: 'POINTONE_WEB_CONFIG_FILE', message: `${join(folder, 'folder')} is a directory` }],
    });
  });

  it('is reported for a named pipe, without waiting for a writer', async () => {
    const pipe = (folder: string): void => void execFileSync('mkfifo', [join(folder, 'pipe.pem')]);
    expect(await problems(TLS.replace('server.pem', 'pipe.pem'), pipe)).toEqual([
      expect.stringMatching(/^2: tls_server_config\.cert_file: pipe\.pem is not a regular file but a pipe/),
    ]);
  });

  it('is reported for a file that is not UTF-8', async () => {
    expect(await problems(Buffer.from([0x61, 0x3a, 0xff]))).toEqual(['--web.config.file: web.yml is not UTF-8']);
  });

  it('quotes no misplaced password, hash or key', async () => {
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
      const messages = (await problems(content)).join('\n');
      expect(messages).not.toBe('');
      expect(messages).not.toContain(secret);
      expect(messages).not.toContain(HASH.slice(8));
    }
  });
});
