import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS, type Setting } from '../../src/config/settings.ts';
import { temporaryFolder } from '../support/exporter.ts';
import { type ExitResult, run } from '../support/exporter-process.ts';

/** An invalid value for each setting that does not accept every string. */
const INVALID_VALUES: Readonly<Record<string, string>> = {
  'api.endpoint': 'ftp://example.org',
  'api.timeout': '0',
  'api.allow-http': 'yes',
  'api.max-concurrency': '0',
  'api.max-response-size': '8',
  'scrape.timeout-offset': '-1s',
  'web.listen-address': '10210',
  'web.telemetry-path': 'metrics',
  'web.disable-exporter-metrics': '1',
  'log.level': 'loud',
  'log.format': 'xml',
  'config.check': 'maybe',
  'config.skip-token-files': 'maybe',
  'config.file': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln',
  'api.token-file': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln',
};

const CHECKED_SETTINGS = Object.values<Setting<unknown>>(SETTINGS).filter(({ flag }) => flag in INVALID_VALUES);

/** Returns the messages of a startup error by their flag, variable or argument. */
function problemsOf({ code, stdout, stderr }: ExitResult): Map<string, string> {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [first, ...lines] = stderr.trimEnd().split('\n');
  expect(first).toBe(
    `pointone-token-exporter: invalid configuration (${lines.length === 1 ? '1 problem' : `${lines.length} problems`})`,
  );
  const pairs = lines.map((line) => /^ {2}([^:]+): (.{12,})$/.exec(line)?.slice(1) as [string, string]);
  expect(new Set(pairs.map(([location]) => location)).size).toBe(lines.length);
  return new Map(pairs);
}

describe('invalid values', () => {
  it('of all flags are reported together, each on one line', async () => {
    const problems = problemsOf(await run(CHECKED_SETTINGS.map(({ flag }) => `--${flag}=${INVALID_VALUES[flag]}`)));
    expect([...problems.keys()].sort()).toEqual(CHECKED_SETTINGS.map(({ flag }) => `--${flag}`).sort());
  });

  it('of all variables are reported together, each on one line', async () => {
    const variables = CHECKED_SETTINGS.flatMap(({ flag, variable }) =>
      variable === undefined ? [] : [[variable, INVALID_VALUES[flag] ?? ''] as const],
    );
    const problems = problemsOf(await run([], Object.fromEntries(variables)));
    expect([...problems.keys()].sort()).toEqual(variables.map(([variable]) => variable).sort());
  });

  it('are reported together with all other problems', async () => {
    const environment = { POINTONE_API_MAX_CONCURRENCY: 'many', HTTPS_PROXY: 'socks9://a' };
    const problems = problemsOf(
      await run(['launch', '--nonsense', '--api.timeout=soon', '--log.level', '--web.listen-address=x'], environment),
    );
    expect([...problems.keys()].sort()).toEqual(
      [
        '--nonsense',
        'launch',
        '--api.timeout',
        '--log.level',
        '--web.listen-address',
        '--api.token-file',
        ...Object.keys(environment),
      ].sort(),
    );
  });

  it('of a variable are ignored when its flag is set', async () => {
    const { code } = await run(['--config.check', '--api.timeout=5s'], {
      POINTONE_API_TOKEN: 'x',
      POINTONE_API_TIMEOUT: 'soon',
    });
    expect(code).toBe(0);
  });
});

describe('credentials', () => {
  it('must be set exactly once', async () => {
    const twice = await run(['--api.token-file=/tmp/t'], { POINTONE_API_TOKEN: 'x' });
    expect(twice.stderr).toContain('--api.token-file: cannot be combined with POINTONE_API_TOKEN');
    const none = await run([]);
    expect(none.stderr).toContain('no credential; set POINTONE_API_TOKEN');
    expect([twice.code, none.code]).toEqual([1, 1]);
  });

  it('on the command line are not quoted', async () => {
    const secret = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl';
    for (const args of [
      ['--api.token', secret],
      [`--api.token=${secret}`],
      [secret],
      ['--api.token-file', secret],
      [`--config.file=${secret}`],
      ['--api.endpoint', `https://user:${secret}@example.org/`],
      ['--api.endpoint', `https:/user:${secret}@example.org:port/`],
    ]) {
      const { code, stdout, stderr } = await run(args, { HTTPS_PROXY: `http://user:${secret}@[bad` });
      expect(code).toBe(1);
      expect(stdout + stderr).not.toContain('eyJ');
    }
  });

  it('are not sent in plaintext unless it is allowed', async () => {
    const environment = { POINTONE_API_TOKEN: 'x', POINTONE_API_ENDPOINT: 'http://api.example.org/graphql' };
    const refused = await run(['--config.check'], environment);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('POINTONE_API_ENDPOINT: would send the token in plaintext');
    const allowed = await run(['--config.check', '--api.allow-http'], environment);
    expect(allowed.code).toBe(0);
  });
});

describe('--config.check', () => {
  async function check(content: string, environment: Record<string, string> = {}) {
    const folder = await temporaryFolder();
    const file = join(folder, 'accounts.yml');
    await writeFile(file, content);
    return { ...(await run([`--config.file=${file}`, '--config.check'], environment)), file, folder };
  }

  it('prints a summary of a valid file', async () => {
    const { code, stdout, stderr } = await run([
      '--config.file=examples/accounts.yml',
      '--config.check',
      '--config.skip-token-files',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^configuration is valid: 2 accounts\n/);
    const names = [...(await readFile('examples/accounts.yml', 'utf8')).matchAll(/^ {2}- name: (\S+)/gm)].map(
      ([, name]) => name,
    );
    for (const name of names) expect(stdout).toContain(`"${name}": https://graphql.pointonenav.com/graphql`);
  });

  it('does not print the query of a URL, which may contain a key', async () => {
    const { stdout } = await check(
      'accounts: [{ name: a, token_env: A, endpoint: "https://graphql.example.com/graphql?key=hunter2" }]',
      { A: 'x' },
    );
    expect(stdout).toContain('"a": https://graphql.example.com/graphql?…, timeout');
    expect(stdout).not.toContain('hunter2');
  });

  it('reports every problem of an invalid file with its line', async () => {
    const { code, stderr, file } = await check(
      [
        'accounts:',
        '  - name: a',
        '    tokn_file: x',
        '  - name: b',
        '    token_file: t',
        '    timeout: 5',
        '  - name: b',
        '    token_env: NOT_SET',
        '    colour: red',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
    for (const [line, message] of [
      [3, 'unknown key "tokn_file"; did you mean token_file'],
      [6, 'timeout: must be a string (got number); expected a duration'],
      [7, `"b" is already used at ${file}:4`],
      [8, 'the environment variable NOT_SET is not set'],
      [9, 'unknown key "colour"'],
    ] as const) {
      expect(stderr).toMatch(new RegExp(`${file}:${line}: [^\\n]*${message.replace(/[()]/g, '\\$&')}`));
    }
    expect(stderr).toContain('5 problems');
  });

  it('rejects an accounts file combined with single-account settings', async () => {
    const { code, stderr } = await check('accounts: [{ name: a, token_file: t }]', {
      POINTONE_API_TOKEN: 'x',
      POINTONE_API_ACCOUNT: 'y',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('POINTONE_API_TOKEN: cannot be combined with accounts');
    expect(stderr).toContain('POINTONE_API_ACCOUNT: cannot be combined with accounts');
  });

  it('reports unusable token files without printing their content', async () => {
    const { folder } = await check(
      'accounts: [{ name: a, token_file: broken }, { name: b, token_file: folder }, { name: c, token_file: none }, { name: d, token_file: empty }]',
    );
    await writeFile(join(folder, 'broken'), 'secret-1\nsecret-2');
    await writeFile(join(folder, 'empty'), ' \n');
    await mkdir(join(folder, 'folder'));
    const { code, stdout, stderr } = await run([`--config.file=${folder}/accounts.yml`, '--config.check']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`account "a": token file ${folder}/broken contains more than one line`);
    expect(stderr).toContain(`account "b": token file ${folder}/folder is a directory`);
    expect(stderr).toContain(`account "c": token file ${folder}/none does not exist`);
    expect(stderr).toContain(`account "d": token file ${folder}/empty is empty`);
    expect(stderr).not.toContain('secret-');
  });
});
