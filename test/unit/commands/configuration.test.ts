import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../../src/commands/configuration.ts';
import type { Problem } from '../../../src/config/problem.ts';
import type { SettingName } from '../../../src/config/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

type Flags = Partial<Record<SettingName, string>>;
type Environment = Record<string, string>;

function load(flags: Flags, environment: Environment) {
  return loadConfiguration(new Map(Object.entries(flags) as [SettingName, string][]), environment);
}

async function configuration(flags: Flags, environment: Environment = {}): Promise<Configuration> {
  const loaded = await load(flags, environment);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.configuration;
}

async function problems(flags: Flags, environment: Environment = {}): Promise<readonly Problem[]> {
  const loaded = await load(flags, environment);
  return 'problems' in loaded ? loaded.problems : [];
}

async function problemLocations(flags: Flags, environment: Environment = {}): Promise<string[]> {
  return (await problems(flags, environment)).map(({ location }) => location);
}

function configFile(...lines: string[]): string {
  const file = join(temporaryFolder(), 'accounts.yml');
  writeFileSync(file, lines.join('\n'));
  return file;
}

const ONE_ACCOUNT = ['accounts:', '  - name: eu', '    token_file: secrets/eu'];

describe('a single account', () => {
  it('reads its credential from the variable', async () => {
    const { accounts } = await configuration({}, { POINTONE_API_TOKEN: ` ${TOKEN}\n` });
    expect(accounts).toEqual([
      {
        name: 'default',
        endpoint: new URL('https://graphql.pointonenav.com/graphql'),
        timeoutMs: 10_000,
        credential: { kind: 'variable', variable: 'POINTONE_API_TOKEN', value: TOKEN },
        expected: [],
      },
    ]);
  });

  it.each<[Flags, Environment]>([
    [{ apiTokenFile: 'missing/token' }, {}],
    [{}, { POINTONE_API_TOKEN_FILE: 'missing/token' }],
    [{ apiTokenFile: 'missing/token' }, { POINTONE_API_TOKEN: '' }],
    [{ apiTokenFile: 'missing/token' }, { POINTONE_API_TOKEN: '  \n' }],
  ])('reads its credential from the file, which does not have to exist yet: %j %j', async (flags, environment) => {
    expect((await configuration(flags, environment)).accounts).toMatchObject([
      { credential: { kind: 'file', path: 'missing/token' } },
    ]);
  });

  it('has the configured name, endpoint and timeout', async () => {
    const flags: Flags = { apiAccount: 'fleet', apiEndpoint: 'http://localhost:1/', apiTimeout: '2s' };
    expect((await configuration(flags, { POINTONE_API_TOKEN: TOKEN })).accounts).toMatchObject([
      { name: 'fleet', endpoint: new URL('http://localhost:1/'), timeoutMs: 2000 },
    ]);
  });

  it('requires a credential', async () => {
    const found = await problems({});
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toMatch(/POINTONE_API_TOKEN.*--api\.token-file.*--config\.file/);
  });

  it.each<[Flags, Environment, string]>([
    [{ apiTokenFile: 'token' }, {}, '--api.token-file'],
    [{}, { POINTONE_API_TOKEN_FILE: 'token' }, 'POINTONE_API_TOKEN_FILE'],
  ])('cannot have two credentials: %j %j', async (flags, environment, location) => {
    const found = await problems(flags, { ...environment, POINTONE_API_TOKEN: TOKEN });
    expect(found).toEqual([{ location, message: expect.stringContaining('POINTONE_API_TOKEN') }]);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it.each<[Flags, Environment, string]>([
    [{ apiEndpoint: 'http://api.example/' }, {}, '--api.endpoint'],
    [{}, { POINTONE_API_ENDPOINT: 'http://api.example/' }, 'POINTONE_API_ENDPOINT'],
  ])('must not send its credential in plaintext: %j %j', async (flags, environment, location) => {
    const set = { ...environment, POINTONE_API_TOKEN: TOKEN };
    expect(await problems(flags, set)).toEqual([{ location, message: expect.stringContaining('--api.allow-http') }]);
    expect(await problems({ ...flags, apiAllowHttp: 'true' }, set)).toEqual([]);
  });
});

describe('several accounts', () => {
  it('come from the file, and their token file paths are relative to it', async () => {
    const file = configFile(...ONE_ACCOUNT);
    for (const loaded of [
      await configuration({ configFile: file }),
      await configuration({}, { POINTONE_CONFIG_FILE: file }),
    ]) {
      expect(loaded.accounts).toMatchObject([
        { name: 'eu', credential: { kind: 'file', path: join(file, '../secrets/eu') } },
      ]);
    }
  });

  it('have the --api settings as their defaults', async () => {
    const flags: Flags = { apiEndpoint: 'https://other.example/', apiTimeout: '3s' };
    const file = configFile(
      ...ONE_ACCOUNT,
      '  - { name: us, token_file: us, timeout: 1s, endpoint: "https://us.example/" }',
    );
    expect((await configuration({ ...flags, configFile: file })).accounts).toMatchObject([
      { name: 'eu', endpoint: new URL('https://other.example/'), timeoutMs: 3000 },
      { name: 'us', endpoint: new URL('https://us.example/'), timeoutMs: 1000 },
    ]);
  });

  it('may be an empty list', async () => {
    expect((await configuration({ configFile: configFile('accounts: []') })).accounts).toEqual([]);
  });

  it.each<[Flags, Environment, string]>([
    [{ apiTokenFile: 'token' }, {}, '--api.token-file'],
    [{ apiAccount: 'fleet' }, {}, '--api.account'],
    [{}, { POINTONE_API_TOKEN_FILE: 'token' }, 'POINTONE_API_TOKEN_FILE'],
    [{}, { POINTONE_API_ACCOUNT: 'fleet' }, 'POINTONE_API_ACCOUNT'],
    [{}, { POINTONE_API_TOKEN: TOKEN }, 'POINTONE_API_TOKEN'],
  ])('cannot be combined with settings of a single account: %j %j', async (flags, environment, location) => {
    const found = await problems({ ...flags, configFile: configFile(...ONE_ACCOUNT) }, environment);
    expect(found).toEqual([{ location, message: expect.stringContaining('cannot be combined with accounts in') }]);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it('must not send a credential in plaintext to the default endpoint', async () => {
    const flags: Flags = { apiEndpoint: 'http://api.example/' };
    expect(await problemLocations({ ...flags, configFile: configFile(...ONE_ACCOUNT) })).toEqual(['--api.endpoint']);
    expect(await problemLocations({ ...flags, configFile: configFile(...ONE_ACCOUNT), apiAllowHttp: 'true' })).toEqual(
      [],
    );
  });

  it('may have a plaintext default endpoint that no account uses', async () => {
    const file = configFile(...ONE_ACCOUNT, '    endpoint: https://eu.example/');
    expect(await problemLocations({ apiEndpoint: 'http://api.example/', configFile: file })).toEqual([]);
  });

  it('report a plaintext endpoint together with their other problems', async () => {
    const file = configFile('accounts:', '  - name: ""', '    token_file: eu');
    expect(await problemLocations({ apiEndpoint: 'http://api.example/', configFile: file })).toEqual(
      expect.arrayContaining([`${file}:2`, '--api.endpoint']),
    );
  });
});

describe('an unreadable configuration file', () => {
  it('that does not exist is a problem of the setting', async () => {
    const file = join(temporaryFolder(), 'missing.yml');
    expect(await problems({ configFile: file })).toEqual([
      { location: '--config.file', message: `${file} does not exist` },
    ]);
    expect(await problemLocations({}, { POINTONE_CONFIG_FILE: file })).toEqual(['POINTONE_CONFIG_FILE']);
  });

  it('that is a directory is a problem of the setting', async () => {
    const folder = join(temporaryFolder(), 'folder');
    mkdirSync(folder);
    expect(await problems({ configFile: folder })).toEqual([
      { location: '--config.file', message: `${folder} is a directory` },
    ]);
  });

  it('whose name is a token does not cause problems of a single account', async () => {
    const found = await problems({ configFile: TOKEN });
    expect(found).toEqual([{ location: '--config.file', message: expect.stringContaining('token') }]);
    expect(JSON.stringify(found)).not.toContain(TOKEN.slice(0, 20));
  });
});

it('the configuration contains the proxies', async () => {
  const environment = { POINTONE_API_TOKEN: TOKEN, HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: 'x' };
  const { proxy } = await configuration({}, environment);
  expect(proxy).toMatchObject({ https: 'http://proxy.example:3128/', http: '' });
  expect(proxy.noProxy.includes(new URL('https://x/'))).toBe(true);
});

it('the problems of flags, variables, proxies and the file are reported together', async () => {
  const file = configFile('accounts:', '  - name: eu', '  - token_file: us', 'more: 1');
  const flags: Flags = { apiTimeout: '10', apiAccount: 'fleet', configFile: file };
  const environment = { POINTONE_LOG_LEVEL: 'loud', HTTP_PROXY: 'ftp://proxy', POINTONE_API_TOKEN: TOKEN };
  expect((await problemLocations(flags, environment)).sort()).toEqual(
    [
      '--api.account',
      '--api.timeout',
      'HTTP_PROXY',
      'POINTONE_API_TOKEN',
      'POINTONE_LOG_LEVEL',
      `${file}:2`,
      `${file}:3`,
      `${file}:4`,
    ].sort(),
  );
});

it('all problems of a single account are reported together', async () => {
  const flags: Flags = { apiTokenFile: 'token', apiEndpoint: 'http://api.example/', logFormat: 'xml' };
  expect((await problemLocations(flags, { POINTONE_API_TOKEN: TOKEN, https_proxy: 'ftp://proxy' })).sort()).toEqual([
    '--api.endpoint',
    '--api.token-file',
    '--log.format',
    'https_proxy',
  ]);
});

describe('the thresholds of check', () => {
  const environment = { POINTONE_API_TOKEN: TOKEN };

  it.each<[Flags, string[]]>([
    [{}, []],
    [{ warning: '30d', critical: '7d' }, []],
    [{ warning: '7d', critical: '7d' }, []],
    [{ warning: '6d', critical: '7d' }, ['--warning']],
    [{ warning: '2d' }, ['--warning']],
    [{ critical: '15d' }, ['--critical']],
    // An invalid value cannot be compared.
    [{ warning: 'soon', critical: '15d' }, ['--warning']],
    [{ warning: '2d', critical: 'soon' }, ['--critical']],
  ])('given as %j have problems at %j', async (flags, expected) => {
    expect(await problemLocations(flags, environment)).toEqual(expected);
  });
});
