import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulatedToken } from '../../simulator/token.ts';
import { INVISIBLE_CHARACTER } from '../../src/runtime/display-text.ts';
import { schemaErrors } from '../support/check-schema.ts';
import { simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, start } from '../support/exporter-process.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

const DAY = 86_400_000;

/** Creates a token with a lifetime of one year that expires in the given number of days. */
function inDays(days: number, more: Partial<SimulatedToken> = {}): Partial<SimulatedToken> {
  const expiresAt = Date.now() + days * DAY;
  return { name: 'caster', expiresAt, createdAt: expiresAt - 365 * DAY, ...more };
}

const FINE = inDays(300, { name: 'fine' });

/** Simulates an account with these tokens. Returns the environment that `check` needs to read it. */
async function world(...tokens: Partial<SimulatedToken>[]) {
  const { simulator, user } = await simulate();
  for (const token of tokens) user.add(token);
  return {
    simulator,
    user,
    environment: { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential },
  };
}

/** Simulates an account with these tokens and an account with a rejected credential. */
async function partlyUnreadableWorld(...tokens: Partial<SimulatedToken>[]) {
  const { simulator, user } = await world(...tokens);
  const file = join(await temporaryFolder(), 'accounts.yml');
  const accounts = [
    { name: 'good', token_env: 'GOOD' },
    { name: 'bad', token_env: 'BAD' },
  ];
  await writeFile(file, JSON.stringify({ accounts }));
  const environment = { POINTONE_API_ENDPOINT: simulator.url, GOOD: user.credential, BAD: 'wrong-canary' };
  return { args: ['check', `--config.file=${file}`], environment };
}

describe('the exit status', () => {
  it.each<[string, number, Partial<SimulatedToken>[], string[]]>([
    ['a token with time left', 0, [FINE], []],
    ['a token in the state warning', 1, [FINE, inDays(10)], []],
    ['a token of unknown expiry', 1, [FINE, inDays(0, { expiresAt: null })], []],
    ['a critical token', 2, [FINE, inDays(2)], []],
    ['an expired token', 2, [FINE, inDays(-2)], []],
    ['a critical token and one in the state warning', 2, [inDays(10, { name: 'a' }), inDays(2)], []],
    ['a replaced token', 0, [inDays(2), inDays(300)], []],
    ['a revoked token', 0, [FINE, inDays(2, { status: 'REVOKED' })], []],
    ['a token that expired long ago', 0, [FINE, inDays(-20)], []],
    [
      'a replaced token that is EXPIRED before its expiry',
      1,
      [FINE, inDays(9, { status: 'EXPIRED' }), inDays(300)],
      [],
    ],
    ['a short lifetime with a large share left', 0, [FINE, inDays(5, { createdAt: Date.now() - DAY })], []],
    ['another warning threshold', 1, [FINE, inDays(50)], ['--warning=60d']],
    ['another critical threshold', 2, [FINE, inDays(8)], ['--critical', '10d']],
    ['thresholds of 0', 0, [FINE, inDays(1)], ['--warning=0', '--critical=0']],
    ['an empty list', 1, [], []],
  ])('for %s is %d', async (_what, status, tokens, args) => {
    const { simulator, environment } = await world(...tokens);
    const { code, stdout, stderr } = await run(['check', ...args], environment);
    expect({ code, stderr }).toEqual({ code: status, stderr: '' });
    const word = ['OK', 'WARNING', 'CRITICAL'][status];
    expect(stdout).toMatch(new RegExp(`^POINTONE ${word} - [^|\\n]+ \\| [^|\\n]+\\n`));
    expect(simulator.calls.total).toBe(1);
  });

  it.each([
    [3, [FINE]],
    [3, [inDays(10)]],
    [2, [inDays(2)]],
  ] as const)('is %d if another account cannot be read', async (status, tokens) => {
    const { args, environment } = await partlyUnreadableWorld(...tokens);
    const { code, stdout, stderr } = await run(args, environment);
    expect({ code, stderr }).toEqual({ code: status, stderr: '' });
    expect(stdout).toMatch(status === 3 ? /^POINTONE UNKNOWN - bad: / : /^POINTONE CRITICAL - 1 of 1 token /);
    expect(stdout).toMatch(/^UNKNOWN {3}bad: could not be read \(unauthenticated\): HTTP 401: /m);
    expect(stdout).not.toContain('canary');
  });

  it('is 2 when an expected token is missing', async () => {
    const { user, environment } = await world(FINE);
    const file = join(await temporaryFolder(), 'accounts.yml');
    const account = { name: 'eu', token_env: 'EU', expected_tokens: [{ name: 'fine' }, { name: 'gone' }] };
    await writeFile(file, JSON.stringify({ accounts: [account] }));
    const { code, stdout } = await run(['check', `--config.file=${file}`], {
      POINTONE_API_ENDPOINT: environment.POINTONE_API_ENDPOINT,
      EU: user.credential,
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^POINTONE CRITICAL - eu: the expected token gone is missing/);
  });

  it("reflects the expiry of the exporter's own credential", async () => {
    const { simulator } = await world();
    const environmentOf = (id: string, credentialDays: number) => ({
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: simulator.state.addUser(id, { credentialDays, listed: false }).credential,
    });
    const soon = environmentOf('a', 10);
    const sooner = environmentOf('b', 1);
    for (const user of simulator.state.users.values()) user.add(FINE);
    expect((await run(['check'], soon)).code).toBe(1);
    expect((await run(['check'], sooner)).code).toBe(2);
  });

  it.each([
    ['an unknown flag', ['check', '--nonsense'], '--nonsense: unknown flag'],
    ['an unknown flag before the command', ['--nonsense', 'check'], '--nonsense: unknown flag'],
    ['thresholds in the wrong order', ['check', '--warning=2d'], '--warning: must not be below --critical'],
    ['an invalid threshold', ['check', '--warning=soon'], '--warning: invalid value "soon"; expected a duration'],
    ['an unknown output format', ['check', '--output=xml'], '--output: invalid value "xml"; expected table or json'],
    ['no credential', ['check'], 'no credential'],
    ['two problems', ['check', '--critical=soon', '--nonsense'], '--nonsense: unknown flag'],
  ])('for %s is 3, with one line of output', async (_what, args, problem) => {
    const environment = problem === 'no credential' ? {} : { POINTONE_API_TOKEN: 'x' };
    const { code, stdout, stderr } = await run(args, environment as Record<string, string>);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^POINTONE UNKNOWN - invalid settings: [^|\n]+\n$/);
    if (!args.includes('--critical=soon')) expect(stdout).toContain(problem);
    else expect(stdout).toMatch(/ \(and 1 more\)\n$/);
    expect(stderr).toContain(problem);
  });

  it('for an invalid setting is 3, and a terminal shows the problem once', async () => {
    const terminal = (...streams: string[]): Record<string, string> => ({
      POINTONE_API_TOKEN: 'x',
      NODE_OPTIONS: `--import=data:text/javascript,${streams.map((stream) => `process.${stream}.isTTY=true`).join(';')}`,
    });
    const { code, stdout, stderr } = await run(['check', '--nonsense'], terminal('stdout', 'stderr'));
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.match(/--nonsense/g)).toHaveLength(1);
    // A terminal that does not show standard error needs the line.
    const other = await run(['check', '--nonsense'], terminal('stdout'));
    expect(other.stdout).toMatch(/^POINTONE UNKNOWN - invalid settings: --nonsense/);
  });

  it('for an invalid setting is 3, without output in JSON format', async () => {
    const { code, stdout, stderr } = await run(['check', '--output=json', '--nonsense'], { POINTONE_API_TOKEN: 'x' });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('--nonsense: unknown flag');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'is 3 without output if %s interrupts the check',
    async (signal) => {
      const { simulator, environment } = await world(FINE);
      simulator.setFault({ kind: 'hang' });
      const { child, ended } = start(['check'], environment);
      await until(() => simulator.calls.inFlight === 1);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 3, stdout: '' });
    },
  );

  it('is 3 if standard output is closed', async () => {
    const { simulator, environment } = await world(FINE);
    simulator.setFault({ kind: 'hold' });
    const { child, ended } = start(['check'], environment);
    await until(() => simulator.calls.inFlight === 1);
    child.stdout?.destroy();
    simulator.clearFaults();
    expect(await ended).toMatchObject({ code: 3, stderr: '' });
  });
});

describe('the output', () => {
  it('in JSON format matches its schema and docs/check.md', async () => {
    const { args, environment } = await partlyUnreadableWorld(inDays(2));
    const { code, stdout, stderr } = await run([...args, '--output=json'], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const output = JSON.parse(stdout);
    expect(schemaErrors(output)).toEqual([]);
    expect(output.exit_status).toBe(code);
    const example = /```json\n(.*?)```/s.exec(await readFile('docs/check.md', 'utf8'))?.[1] ?? '';
    expect(keysOf(output)).toEqual(keysOf(JSON.parse(example)));
  });

  it('has no colours in a pipe, unless FORCE_COLOR is set without NO_COLOR', async () => {
    const { environment } = await world(inDays(2));
    const colours = async (more: Record<string, string>): Promise<boolean> =>
      (await run(['check'], { ...environment, ...more })).stdout.includes('\u001b[31mcritical\u001b[0m');
    expect(await colours({})).toBe(false);
    expect(await colours({ FORCE_COLOR: '1' })).toBe(true);
    expect(await colours({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  it('has no colours in the log if NO_COLOR is set', async () => {
    const { environment } = await world(inDays(2));
    const log = async (more: Record<string, string>): Promise<string> =>
      (await run(['check', '--log.level=debug', '--log.format=text'], { ...environment, ...more })).stderr;
    expect(await log({ FORCE_COLOR: '1' })).toContain('\u001b[');
    expect(await log({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b[');
  });

  it('is not truncated in a pipe', async () => {
    const name = 'x'.repeat(200);
    const { environment } = await world(inDays(2, { name }));
    expect((await run(['check'], environment)).stdout).toMatch(new RegExp(`^critical .* ${name} `, 'm'));
  });

  it('names three of 500 urgent tokens in the first line, which fits into a notification', async () => {
    const many = Array.from({ length: 500 }, (_, index) => inDays(1.5 + index / 1000, { name: `caster-${index}` }));
    const { environment } = await world(...many);
    const { code, stdout, stderr } = await run(['check'], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const [first = ''] = stdout.split('\n');
    expect(first.replaceAll(/expires in 1d \d+h/g, 'expires in …')).toMatch(
      /^POINTONE CRITICAL - 500 of 500 tokens need action: caster-0 expires in …, caster-1 expires in …, caster-2 expires in …, and 497 more \| 'tokens'=500;/,
    );
    // NRPE cuts its response at 1024 bytes.
    expect(Buffer.byteLength(first)).toBeLessThan(1024);
    expect(stdout.split('\n')).toHaveLength(1 + 1 + 1 + 500 + 1);
  });

  it('is limited in size even if one of many names is very long', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => inDays(300, { name: `t${index}` }));
    const { environment } = await world(...many, inDays(2, { name: 'x'.repeat(300_000) }));
    const { code, stdout, stderr } = await run(['check'], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(/^POINTONE CRITICAL - 1 of 1,001 tokens needs action: x+… expires in 1d/);
    expect(stdout.length).toBeLessThan(1_000_000);
  });

  it('has only the tokens that need attention with --only-problems, with the same status and JSON', async () => {
    const { environment } = await world(FINE, inDays(2), inDays(300, { name: 'odd', odd: { status: 'PAUSED' } }));
    const all = await run(['check'], environment);
    const { code, stdout, stderr } = await run(['check', '--only-problems'], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout.split('\n')[0]?.replace(/=\d+s$/, '')).toBe(all.stdout.split('\n')[0]?.replace(/=\d+s$/, ''));
    expect(stdout).toMatch(/\ncritical .*\nfine .* PAUSED \(unknown\)\n\n1 other token not shown: no problem\n$/);
    const json = await run(['check', '--only-problems', '--output=json'], environment);
    expect(JSON.parse(json.stdout).tokens).toHaveLength(3);
  });

  it('contains no warning of Node about FORCE_COLOR and NO_COLOR', async () => {
    const { environment } = await world(FINE);
    // Node warns if standard error is a terminal.
    const terminal = '--import=data:text/javascript,process.stderr.isTTY=true';
    const more = { NO_COLOR: '1', FORCE_COLOR: '1', NODE_OPTIONS: terminal };
    expect(await run(['check'], { ...environment, ...more })).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['table', 'json'])('in %s format contains no control characters from names', async (output) => {
    const { environment } = await world(
      ...HOSTILE_STRINGS.map((text) => inDays(300, { name: text, description: text })),
    );
    const { code, stdout } = await run(['check', `--output=${output}`], environment);
    expect(code).toBe(0);
    expect(stdout.replaceAll('\n', '').match(INVISIBLE_CHARACTER)).toBeNull();
    if (output === 'table') expect(stdout.split('\n')).toHaveLength(HOSTILE_STRINGS.length + 4);
    else
      expect(
        JSON.parse(stdout)
          .tokens.map(({ name }: { name: string }) => name)
          .sort(),
      ).toEqual([...HOSTILE_STRINGS].sort());
  });

  it('does not wait longer than the timeout of an account', async () => {
    const { simulator, environment } = await world(FINE);
    simulator.setFault({ kind: 'hang' });
    const { code, stdout } = await run(['check', '--api.timeout=300ms'], environment);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^POINTONE UNKNOWN - default: could not be read \(timeout\)/);
  });

  it('on standard error is empty unless --log.level=debug is set', async () => {
    const { simulator, user, environment } = await world(FINE);
    simulator.setFault({ kind: 'echo-credential' });
    const quiet = await run(['check'], environment);
    expect(quiet.stderr).toBe('');
    const { stdout, stderr } = await run(['check', '--log.level=debug'], environment);
    expect(JSON.parse(stderr)).toMatchObject({ level: 'debug', account: 'default', reason: 'http' });
    expect(quiet.stdout + stdout + stderr).not.toContain(user.credential);
  });
});

it.each(['--warning=20d', '--critical=1d', '--output=json', '--only-problems'])(
  '%s is an error without check',
  async (flag) => {
    for (const command of [[], ['serve'], ['metrics']]) {
      const { code, stderr } = await run([...command, flag], { POINTONE_API_TOKEN: 'x' });
      expect(code).toBe(1);
      expect(stderr).toContain(`${flag.split('=')[0]}: only valid for the command check`);
    }
  },
);

/** Returns the paths of all keys. The elements of a list share one path. */
function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value)
    ? value.flatMap((element) => keysOf(element, `${path}[]`))
    : Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`));
  return [...new Set(keys)].sort();
}
