import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';
import { type ExitResult, run } from '../support/exporter-process.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl';
const CREDENTIAL = { POINTONE_API_TOKEN: 'x' };

/** Returns the single problem of a failed start. */
function problemOf({ code, stdout, stderr }: ExitResult, status = 1): string {
  expect({ code, stdout }).toEqual({ code: status, stdout: '' });
  expect(stderr).not.toContain('eyJ');
  const [heading, problem = '', ...more] = stderr.trimEnd().split('\n');
  expect(heading).toBe('pointone-token-exporter: invalid configuration (1 problem)');
  expect(more).toEqual([]);
  return problem.trim();
}

const NO_ARGUMENTS: readonly string[] = [];
const NO_VARIABLES: Readonly<Record<string, string>> = {};

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the mistake.
const UNEXPANDED = '${HOME}/token';

/** Typical mistakes. Each is one problem that says what is wrong, where, and what to do. */
describe.each([
  [
    'a misspelled variable',
    NO_ARGUMENTS,
    { ...CREDENTIAL, POINTONE_ENDPOINT: 'x' },
    'POINTONE_ENDPOINT: unknown variable; did you mean POINTONE_API_ENDPOINT?',
  ],
  [
    'a misspelled variable for the token',
    NO_ARGUMENTS,
    { POINTONE_TOKEN: TOKEN },
    'POINTONE_TOKEN: unknown variable; did you mean POINTONE_API_TOKEN?',
  ],
  [
    'a variable for the port',
    NO_ARGUMENTS,
    { ...CREDENTIAL, POINTONE_PORT: '9100' },
    'POINTONE_PORT: unknown variable; did you mean POINTONE_WEB_LISTEN_ADDRESS?',
  ],
  [
    'quotes that Compose keeps',
    NO_ARGUMENTS,
    { ...CREDENTIAL, POINTONE_API_ENDPOINT: '"https://api.example/graphql"' },
    'POINTONE_API_ENDPOINT: is in quotes, which are part of the value; remove them',
  ],
  [
    'a ~ that no shell expands',
    ['--api.token-file=~/token'],
    NO_VARIABLES,
    '--api.token-file: ~ is not expanded; write the path of the home directory',
  ],
  [
    'a variable that no shell expands',
    NO_ARGUMENTS,
    { POINTONE_API_TOKEN_FILE: UNEXPANDED },
    'POINTONE_API_TOKEN_FILE: variables such as $HOME are not expanded; write the whole path',
  ],
  [
    'a URL instead of a path',
    ['--config.file=file:///etc/accounts.yml'],
    NO_VARIABLES,
    '--config.file: must be a path and not a URL; remove file://',
  ],
  ['help as a command', ['help'], NO_VARIABLES, 'help: unknown command; use --help'],
  ['version as a command', ['version'], NO_VARIABLES, 'version: unknown command; use --version'],
  ['swapped letters in a command', ['chekc'], CREDENTIAL, 'chekc: unknown command; did you mean check?'],
  [
    'an en dash of a word processor',
    ['\u2013log.level=debug'],
    CREDENTIAL,
    'an argument: begins with a typographic dash, as word processors write it; flags begin with two hyphens (--)',
  ],
  [
    'an empty variable for the token',
    NO_ARGUMENTS,
    { POINTONE_API_TOKEN: '' },
    '--api.token-file: no credential: POINTONE_API_TOKEN is empty; set POINTONE_API_TOKEN or --api.token-file, or list accounts in a --config.file',
  ],
  [
    'a telemetry path that hides a runbook',
    ['--web.telemetry-path=/runbooks/PointOneTokenExpired'],
    CREDENTIAL,
    '--web.telemetry-path: /runbooks/PointOneTokenExpired is used by another endpoint; expected a path that begins with /, such as /metrics',
  ],
  [
    'a token as an argument',
    [TOKEN],
    NO_VARIABLES,
    'an argument: looks like a token; secrets do not belong on a command line: use --api.token-file or the variable POINTONE_API_TOKEN',
  ],
  [
    'a token as a flag',
    ['--token', TOKEN],
    NO_VARIABLES,
    '--token: unknown flag: secrets do not belong on a command line; use --api.token-file or the variable POINTONE_API_TOKEN',
  ],
  [
    '--config= of other exporters',
    ['--config='],
    NO_VARIABLES,
    '--config: unknown flag; did you mean --config.file=FILE?',
  ],
  [
    'a file as an argument',
    ['accounts.yml'],
    NO_VARIABLES,
    'an argument: unexpected file; name a file with accounts with --config.file=FILE',
  ],
  [
    '--port of other programs',
    ['--port', '9100'],
    CREDENTIAL,
    '--port: unknown flag; did you mean --web.listen-address=ADDRESS?',
  ],
  [
    'a flag with one dash',
    ['-web.listen-address=:9100'],
    CREDENTIAL,
    '-web.listen-address: unknown flag; did you mean --web.listen-address=ADDRESS?',
  ],
  [
    'a port without a colon',
    ['--web.listen-address=9100'],
    CREDENTIAL,
    '--web.listen-address: invalid value "9100"; expected host:port, [IPv6]:port or :port with a port from 0 to 65535, such as :10210',
  ],
  [
    'a duration without a unit',
    ['--api.timeout=10'],
    CREDENTIAL,
    '--api.timeout: invalid value "10"; expected a duration from 1ms to 10m, such as 500ms, 10s or 1m30s',
  ],
  [
    'an endpoint without a scheme',
    ['--api.endpoint=api.example/graphql'],
    CREDENTIAL,
    '--api.endpoint: not a valid URL; expected a URL such as https://graphql.pointonenav.com/graphql',
  ],
  [
    'a switch with a separate value',
    ['--api.allow-http', 'true'],
    CREDENTIAL,
    'true: unexpected argument; write --api.allow-http=true',
  ],
] as const)('%s', (_mistake, args, environment, problem) => {
  it('is one problem that says what to do', async () => {
    // A program that accepts the mistake must end too.
    expect(problemOf(await run([...args, '--config.check'], environment))).toBe(problem);
  });
});

/** Mistakes in an accounts file, with the line of the problem. */
describe.each([
  [
    'an empty file',
    '',
    1,
    'the file is empty; expected the key accounts: with a list of accounts, each with a name and a token_file or token_env',
  ],
  [
    'a missing colon',
    'accounts\n  - name: eu\n    token_file: eu\n',
    1,
    'invalid YAML: a colon, or the space after it, is missing; expected key: value',
  ],
  ['a tab', 'accounts:\n\t- name: eu\n', 2, 'invalid YAML: tabs are not allowed for indentation; use spaces'],
  [
    'an account that is not a list item',
    'accounts:\n  name: eu\n  token_file: eu\n',
    2,
    'accounts: must be a list of accounts; begin each item with a dash',
  ],
  [
    'a list without its key',
    '- name: eu\n  token_file: eu\n',
    1,
    'must be a mapping and not a list; expected the key accounts: with a list of accounts, each with a name and a token_file or token_env',
  ],
  [
    'a misspelled key',
    'accounts:\n  - name: eu\n    tokn_file: eu\n',
    3,
    'accounts[0]: unknown key "tokn_file"; did you mean token_file?',
  ],
  [
    'a token in the file',
    `accounts:\n  - name: eu\n    token: ${TOKEN}\n`,
    3,
    'accounts[0]: unknown key "token"; secrets do not belong in this file: write the token to a file of its own and name that with token_file, or name an environment variable with token_env',
  ],
  [
    'a variable that is not set',
    'accounts:\n  - name: eu\n    token_env: EU\n',
    3,
    'accounts[0].token_env: the environment variable EU is not set; set it to the token',
  ],
  [
    'a ~',
    'accounts:\n  - name: eu\n    token_file: ~/eu\n',
    3,
    'accounts[0].token_file: ~ is not expanded; write the path of the home directory',
  ],
] as const)('%s in the accounts file', (_mistake, content, line, problem) => {
  it('is one problem with its line that says what to do', async () => {
    const file = join(await temporaryFolder(), 'accounts.yml');
    await writeFile(file, content);
    expect(problemOf(await run([`--config.file=${file}`, '--config.check']))).toBe(`${file}:${line}: ${problem}`);
  });
});

describe('a monitoring plugin flag', () => {
  it('of check is one problem that names the flag of this program', async () => {
    const { code, stdout } = await run(['check', '-w', '14d'], CREDENTIAL);
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout:
        'POINTONE UNKNOWN - invalid settings: -w: unknown flag; did you mean --warning=DURATION of the command check?\n',
    });
  });
});

describe('variables that begin with POINTONE_', () => {
  it('may contain the tokens of an accounts file', async () => {
    const file = join(await temporaryFolder(), 'accounts.yml');
    await writeFile(file, 'accounts: [{ name: eu, token_env: POINTONE_TOKEN_EU }]');
    const environment = { POINTONE_TOKEN_EU: 'x', POINTONE_CONFIG_FILE: file };
    expect(await run(['--config.check'], environment)).toMatchObject({ code: 0, stderr: '' });
    expect(problemOf(await run(['--config.check'], { ...environment, POINTONE_TOKEN_US: 'x' }))).toMatch(
      /^POINTONE_TOKEN_US: unknown variable; unset it, or name it in token_env/,
    );
  });

  it('may be those of a Kubernetes Service', async () => {
    const environment = { ...CREDENTIAL, POINTONE_TOKEN_EXPORTER_PORT: 'tcp://10.0.0.11:10210' };
    expect(await run(['--config.check'], environment)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('--config.check', () => {
  it('fails for a token file that cannot be used, unless token files are skipped', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'directory'));
    const missing = [`--api.token-file=${join(folder, 'none')}`, '--config.check'];
    expect(problemOf(await run(missing))).toBe(
      `account "default": token file ${folder}/none does not exist; create it, or add --config.skip-token-files if it is mounted later`,
    );
    expect(problemOf(await run([`--api.token-file=${folder}/directory`, '--config.check']))).toBe(
      `account "default": token file ${folder}/directory is a directory`,
    );
    const { code, stdout, stderr } = await run([...missing, '--config.skip-token-files']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('configuration is valid: 1 account');
  });

  it('is required by --config.skip-token-files, which would have no effect', async () => {
    const environment = { ...CREDENTIAL, POINTONE_API_ENDPOINT: 'http://127.0.0.1:9/' };
    expect(problemOf(await run(['metrics', '--config.skip-token-files'], environment))).toBe(
      '--config.skip-token-files: only valid with --config.check; without it, the exporter starts without token files',
    );
  });

  it('of the command check fails with the status of a monitoring plugin', async () => {
    const { code, stdout } = await run(['check', '--config.check', '--api.token-file=/nonexistent/token']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^POINTONE UNKNOWN - .*\/nonexistent\/token does not exist/);
  });
});
