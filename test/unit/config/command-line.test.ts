import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/config/command-line.ts';
import { COMMANDS, SETTINGS, type Setting, type SettingName } from '../../../src/config/settings.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';
const ALL = Object.entries<Setting<unknown>>(SETTINGS).map(([name, { flag, placeholder }]) => ({
  name: name as SettingName,
  flag,
  isSwitch: placeholder === undefined,
}));
const SWITCHES = ALL.filter(({ isSwitch }) => isSwitch);
const VALUED = ALL.filter(({ isSwitch }) => !isSwitch);

/** The problems by where they are. */
function places(...argv: string[]): string[] {
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

  it.each(['serv', 'Serve', 'toString', '__proto__', '', '-'])('cannot be %j, and the commands are told', (word) => {
    expect(parseCommandLine([word]).problems).toEqual([
      { location: expect.any(String), message: expect.stringMatching(/serve, check and metrics/) },
    ]);
  });

  it('cannot be two', () => {
    expect(places('serve', 'metrics')).toEqual(['serve metrics']);
  });

  it.each([TOKEN, 'Hunter2', '/run/secrets/token', 'a'.repeat(40)])(
    'that is none is not repeated when it may be a secret: %s',
    (word) => {
      expect(JSON.stringify(parseCommandLine(['serve', word]).problems)).not.toContain(word);
      expect(places('serve', word)).toEqual(['an argument']);
    },
  );
});

describe.each(VALUED)('--$flag', ({ name, flag }) => {
  it('takes its value after = or as the next argument', () => {
    expect([...parseCommandLine([`--${flag}=x=y`]).values]).toEqual([[name, 'x=y']]);
    expect([...parseCommandLine([`--${flag}`, 'x']).values]).toEqual([[name, 'x']]);
  });

  it('needs a value', () => {
    expect(parseCommandLine([`--${flag}`]).problems).toEqual([
      { location: `--${flag}`, message: expect.stringContaining(SETTINGS[name].parser.accepts) },
    ]);
  });

  it('does not take the next flag for its value, whose own problems are told as well', () => {
    const { problems, values } = parseCommandLine([`--${flag}`, '--config.check', '--no-such-flag']);
    expect(problems.map(({ location }) => location)).toEqual([`--${flag}`, '--no-such-flag']);
    expect([...values]).toEqual([['configCheck', 'true']]);
  });

  it('counts as given last', () => {
    expect(parseCommandLine([`--${flag}=1`, `--${flag}=2`]).values.get(name)).toBe('2');
  });

  it('may be given an empty value, which its parser is to judge', () => {
    expect(parseCommandLine([`--${flag}=`]).values.get(name)).toBe('');
  });
});

describe.each(SWITCHES)('--$flag', ({ name, flag }) => {
  it.each([
    [[`--${flag}`], 'true'],
    [[`--${flag}=true`], 'true'],
    [[`--${flag}=false`], 'false'],
    [[`--${flag}`, `--${flag}=false`], 'false'],
    [[`--${flag}=false`, `--${flag}`], 'true'],
    [[`--${flag}=perhaps`], 'perhaps'],
  ])('as %j says %s', (argv, value) => {
    expect([...parseCommandLine(argv).values]).toEqual([[name, value]]);
  });

  it('does not take the next argument for its value', () => {
    expect(parseCommandLine([`--${flag}`, 'metrics'])).toMatchObject({ command: 'metrics', problems: [] });
    expect(places(`--${flag}`, 'false')).toEqual(['false']);
  });
});

describe('a flag of one command', () => {
  const FLAGS = Object.values<Setting<unknown>>(SETTINGS).filter(({ command }) => command === 'check');

  it.each(FLAGS)('--$flag is accepted with that command, and is a problem with every other', ({ flag }) => {
    expect(places('check', `--${flag}=1`)).toEqual([]);
    for (const others of [[], ['serve'], ['metrics']]) {
      expect(parseCommandLine([...others, `--${flag}=1`]).problems).toEqual([
        { location: `--${flag}`, message: 'is a flag of the command check alone' },
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

  it.each(['--help=true', '--version=1'])('take no value: %s', (flag) => {
    expect(places(flag)).toEqual([flag.split('=')[0]]);
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
    expect(places(flag)).toEqual([flag.split('=')[0]]);
  });

  it('is told with every other', () => {
    expect(places('--one', '--api.timeout=1s', '--two=2', 'three')).toEqual(['--one', '--two', 'three']);
  });

  it('of one dash, as Go programs take them, is one problem with its name and asks for no help', () => {
    const { problems, help } = parseCommandLine(['-web.telemetry-path=/x']);
    expect(problems.map(({ location }) => location)).toEqual(['-web.telemetry-path']);
    expect(help).toBe(false);
    expect(parseCommandLine(['-path=/x']).help).toBe(false);
  });

  it('of one dash is not repeated when it may be a secret', () => {
    expect(JSON.stringify(parseCommandLine([`-${TOKEN}`, `-t=${TOKEN}`]).problems)).not.toContain(TOKEN.slice(0, 20));
  });

  it('of one dash does not make the argument after it the value of the flag before it', () => {
    const { command, values, problems } = parseCommandLine(['--api.account', '-x', 'metrics']);
    expect(command).toBe('metrics');
    expect(values.size).toBe(0);
    expect(problems.map(({ location }) => location).sort()).toEqual(['--api.account', '-x']);
  });

  it('has no value that is repeated', () => {
    expect(JSON.stringify(parseCommandLine([`--api.token=${TOKEN}`, `--nonsense=${TOKEN}`]))).not.toContain('eyJ');
  });

  it('--api.token is told what to use instead, as secrets do not belong on a command line', () => {
    const { problems, values } = parseCommandLine([`--api.token=${TOKEN}`]);
    expect(problems).toEqual([
      { location: '--api.token', message: expect.stringMatching(/--api\.token-file.*POINTONE_API_TOKEN/) },
    ]);
    expect(values.size).toBe(0);
  });
});

it('nothing is thrown, and only known settings are noted, for whatever arguments', () => {
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
