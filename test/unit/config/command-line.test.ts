import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/config/command-line.ts';
import { COMMANDS, SETTINGS, type Setting, type SettingName } from '../../../src/config/settings.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';
const ALL = Object.entries<Setting<unknown>>(SETTINGS).map(([name, { flag, placeholder, command }]) => ({
  name: name as SettingName,
  flag,
  isBoolean: placeholder === undefined,
  /** The only command that has the flag; undefined if all have it. */
  owner: command,
}));
const BOOLEAN_FLAGS = ALL.filter(({ isBoolean }) => isBoolean);
const VALUE_FLAGS = ALL.filter(({ isBoolean }) => !isBoolean);

/** Returns the locations of the problems. */
function locations(...argv: string[]): string[] {
  return parseCommandLine(argv).problems.map(({ location }) => location);
}

describe('the command', () => {
  it.each([
    [[], 'serve'],
    [['serve'], 'serve'],
    [['metrics'], 'metrics'],
    [['check'], 'check'],
    [['check', '--warning=1d', '--output', 'json'], 'check'],
    [['--critical', '1d', 'check'], 'check'],
    [['--api.timeout=1s', 'metrics'], 'metrics'],
    [['metrics', '--api.timeout=1s'], 'metrics'],
    [['--config.check', 'metrics'], 'metrics'],
    [['--api.timeout', '1s', 'metrics'], 'metrics'],
  ])('of %j is %s', (argv, command) => {
    expect(parseCommandLine(argv)).toMatchObject({ command, problems: [] });
  });

  it.each(['Serve', 'toString', '__proto__', '', '-', 'nonsense'])(
    'cannot be %j, and the problem lists the commands',
    (name) => {
      expect(parseCommandLine([name]).problems).toEqual([
        { location: expect.any(String), message: expect.stringMatching(/serve, check, metrics or diagnose/) },
      ]);
    },
  );

  it('cannot be given twice', () => {
    expect(locations('serve', 'metrics')).toEqual(['serve metrics']);
  });

  it.each([TOKEN, 'Hunter2', '/run/secrets/token', 'a'.repeat(40)])(
    'is not quoted in a problem when it may be a secret: %s',
    (argument) => {
      expect(JSON.stringify(parseCommandLine(['serve', argument]).problems)).not.toContain(argument);
      expect(locations('serve', argument)).toEqual(['an argument']);
    },
  );
});

describe.each(VALUE_FLAGS)('--$flag', ({ name, flag }) => {
  it('takes its value after = or as the next argument', () => {
    expect([...parseCommandLine([`--${flag}=x=y`]).values]).toEqual([[name, 'x=y']]);
    expect([...parseCommandLine([`--${flag}`, 'x']).values]).toEqual([[name, 'x']]);
  });

  it('needs a value', () => {
    expect(parseCommandLine([`--${flag}`]).problems).toEqual([
      { location: `--${flag}`, message: expect.stringContaining(SETTINGS[name].parser.accepts) },
    ]);
  });

  it('does not use the next flag as its value, and problems of that flag are reported too', () => {
    const { problems, values } = parseCommandLine([`--${flag}`, '--config.check', '--no-such-flag']);
    expect(problems.map(({ location }) => location)).toEqual([`--${flag}`, '--no-such-flag']);
    expect([...values]).toEqual([['configCheck', 'true']]);
  });

  it('uses the last value when it is repeated', () => {
    expect(parseCommandLine([`--${flag}=1`, `--${flag}=2`]).values.get(name)).toBe('2');
  });

  it('keeps an empty value for its parser', () => {
    expect(parseCommandLine([`--${flag}=`]).values.get(name)).toBe('');
  });
});

describe.each(BOOLEAN_FLAGS)('--$flag', ({ name, flag, owner }) => {
  it.each([
    [[`--${flag}`], 'true'],
    [[`--${flag}=true`], 'true'],
    [[`--${flag}=false`], 'false'],
    [[`--${flag}`, `--${flag}=false`], 'false'],
    [[`--${flag}=false`, `--${flag}`], 'true'],
    [[`--${flag}=perhaps`], 'perhaps'],
  ])('given as %j has the value %s', (argv, value) => {
    expect([...parseCommandLine(argv).values]).toEqual([[name, value]]);
  });

  it('does not use the next argument as its value', () => {
    const command = owner ?? 'metrics';
    expect(parseCommandLine([`--${flag}`, command])).toMatchObject({ command, problems: [] });
    expect(locations(`--${flag}`, ...(owner === undefined ? [] : [owner]), 'false')).toEqual(['false']);
  });
});

describe('a flag of a single command', () => {
  const FLAGS = Object.values<Setting<unknown>>(SETTINGS).filter(({ command }) => command === 'check');

  it.each(FLAGS)('--$flag is accepted with its command and is a problem with every other', ({ flag }) => {
    expect(locations('check', `--${flag}=1`)).toEqual([]);
    for (const others of [[], ['serve'], ['metrics']]) {
      expect(parseCommandLine([...others, `--${flag}=1`]).problems).toEqual([
        { location: `--${flag}`, message: 'only valid for the command check' },
      ]);
    }
  });
});

describe('help and version', () => {
  it.each([
    [['--help'], true, false],
    [['-h'], true, false],
    [['--version'], false, true],
    [['metrics', '--help'], true, false],
    [[], false, false],
  ])('%j', (argv, help, version) => {
    expect(parseCommandLine(argv)).toMatchObject({ help, version, problems: [] });
  });

  it.each(['--help=true', '--version=1'])('reject a value: %s', (flag) => {
    expect(locations(flag)).toEqual([flag.split('=')[0]]);
    expect(parseCommandLine([flag])).toMatchObject({ help: false, version: false });
  });
});

describe('a mistake on the command line is one problem that says what to do', () => {
  it.each<[string[], string, RegExp]>([
    [['chek'], 'chek', /did you mean check\?/],
    [['serv'], 'serv', /did you mean serve\?/],
    [['run'], 'run', /did you mean serve\?/],
    [['help'], 'help', /use --help/],
    [['version'], 'version', /use --version/],
    [['accounts.yml'], 'an argument', /--config\.file=FILE/],
    [['api.timeout=5s'], 'an argument', /did you mean --api\.timeout\?/],
    [['--api.allow-http', 'true'], 'true', /write --api\.allow-http=true/],
    [['-v'], '-v', /did you mean --version\?/],
    [['--help-all'], '--help-all', /--help lists all flags/],
    [['check', '-w', '14d'], '-w', /did you mean --warning=DURATION of the command check\?/],
    [['check', '-c', '3d'], '-c', /did you mean --critical=DURATION of the command check\?/],
    [['-c', 'x.yml'], '-c', /did you mean --config\.file=FILE\?/],
    [['--config='], '--config', /did you mean --config\.file=FILE\?/],
    [['--config', 'accounts.yml'], '--config', /did you mean --config\.file=FILE\?/],
    [['--port', '9100'], '--port', /did you mean --web\.listen-address=ADDRESS\?/],
    [['--web.port=9100'], '--web.port', /did you mean --web\.listen-address=ADDRESS\?/],
    [['--web.listen-adress=:1'], '--web.listen-adress', /did you mean --web\.listen-address=ADDRESS\?/],
    [['-web.listen-address=:1'], '-web.listen-address', /did you mean --web\.listen-address=ADDRESS\?/],
    [['--endpoint', 'x'], '--endpoint', /did you mean --api\.endpoint=URL\?/],
    [['--api_timeout=5s'], '--api_timeout', /did you mean --api\.timeout=DURATION\?/],
    [['--no-web.enable-lifecycle'], '--no-web.enable-lifecycle', /did you mean --web\.enable-lifecycle=false\?/],
    [['--token', TOKEN], '--token', /secrets do not belong.*--api\.token-file.*POINTONE_API_TOKEN/],
    [['--nonsense', 'value'], '--nonsense', /--help lists all flags/],
  ])('%j', (argv, location, message) => {
    expect(parseCommandLine(argv).problems).toEqual([{ location, message: expect.stringMatching(message) }]);
  });

  it('a token as an argument', () => {
    const { problems, mayNameCredential } = parseCommandLine([TOKEN]);
    expect(problems).toEqual([
      { location: 'an argument', message: expect.stringMatching(/secrets do not belong.*--api\.token-file/) },
    ]);
    expect(mayNameCredential).toBe(true);
  });

  it('does not take a command for the value of an unknown flag', () => {
    expect(parseCommandLine(['--nonsense', 'check']).command).toBe('check');
  });
});

describe('a misplaced name of the credential', () => {
  it.each([['--config=x'], ['--token=x'], ['accounts.yml'], ['help'], ['/run/secrets/token']])('%s', (argument) => {
    expect(parseCommandLine([argument]).mayNameCredential).toBe(true);
  });

  it.each([['--port=1'], ['chek'], ['--nonsense']])('is not %s', (argument) => {
    expect(parseCommandLine([argument]).mayNameCredential).toBe(false);
  });
});

describe('an unknown flag', () => {
  it.each([
    '--nonsense',
    '--api',
    '--api.timeouts=1s',
    '--Api.Timeout=1s',
    '--no-config.check',
    '--__proto__',
    '--toString',
    '-x',
  ])('%s is a problem', (flag) => {
    expect(locations(flag)).toEqual([flag.split('=')[0]]);
  });

  it('is reported together with all others', () => {
    expect(locations('--one', '--api.timeout=1s', '--two=2', 'three')).toEqual(['--one', '--two', 'three']);
  });

  it('with one dash, which Go programs accept, is one problem and does not print the help', () => {
    const { problems, help } = parseCommandLine(['-web.telemetry-path=/x']);
    expect(problems.map(({ location }) => location)).toEqual(['-web.telemetry-path']);
    expect(help).toBe(false);
    expect(parseCommandLine(['-path=/x']).help).toBe(false);
  });

  it('with one dash is not quoted when it may be a secret', () => {
    expect(JSON.stringify(parseCommandLine([`-${TOKEN}`, `-t=${TOKEN}`]).problems)).not.toContain(TOKEN.slice(0, 20));
  });

  it('with one dash does not make its successor the value of the preceding flag', () => {
    const { command, values, problems } = parseCommandLine(['--api.account', '-x', 'metrics']);
    expect(command).toBe('metrics');
    expect(values.size).toBe(0);
    expect(problems.map(({ location }) => location).sort()).toEqual(['--api.account', '-x']);
  });

  it('is reported without its value', () => {
    expect(JSON.stringify(parseCommandLine([`--api.token=${TOKEN}`, `--nonsense=${TOKEN}`]))).not.toContain('eyJ');
  });

  it('--api.token is reported with its alternatives, because secrets do not belong on a command line', () => {
    const { problems, values } = parseCommandLine([`--api.token=${TOKEN}`]);
    expect(problems).toEqual([
      { location: '--api.token', message: expect.stringMatching(/--api\.token-file.*POINTONE_API_TOKEN/) },
    ]);
    expect(values.size).toBe(0);
  });
});

it('parsing never throws and returns only known settings, for any arguments', () => {
  const parts = fc.constantFrom(
    ...ALL.map(({ flag }) => `--${flag}`),
    '--help',
    '-h',
    '--',
    '-',
    '=',
    '--=',
    'serve',
    '--x',
  );
  const argument = fc.oneof(
    fc.string(),
    parts,
    fc.tuple(parts, fc.string()).map((pair) => pair.join('=')),
  );
  fc.assert(
    fc.property(fc.array(argument), (argv) => {
      const { values, command } = parseCommandLine(argv);
      for (const name of values.keys()) expect(SETTINGS).toHaveProperty(name);
      expect(COMMANDS).toHaveProperty(command);
    }),
  );
});
