import { describe, expect, it } from 'vitest';
import {
  boolean,
  duration,
  environmentVariableName,
  filePath,
  integer,
  nonEmptyString,
  oneOf,
  size,
} from '../../../src/config/parsers.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

describe('a boolean', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('accepts %s', (text, value) => {
    expect(boolean.parse(text)).toEqual({ value });
  });

  it.each(['', 'yes', 'no', '1', '0', 'TRUE', 'on', ' true'])('rejects %j', (text) => {
    expect(boolean.parse(text)).toEqual({ problem: expect.stringContaining('true or false') });
  });
});

describe('a non-empty string', () => {
  it.each(['default', ' ', 'quote " and \\', 'ü 😀', '0'])('accepts %j', (value) => {
    expect(nonEmptyString.parse(value)).toEqual({ value });
  });

  it('is made well-formed', () => {
    expect(nonEmptyString.parse('a\ud800')).toEqual({ value: 'a\ufffd' });
  });

  it('rejects an empty string', () => {
    expect(nonEmptyString.parse('')).toEqual({ problem: expect.stringContaining('empty') });
  });
});

describe('the name of an environment variable', () => {
  it.each(['TOKEN', '_x', 'token_2'])('accepts %s', (value) => {
    expect(environmentVariableName.parse(value)).toEqual({ value });
  });

  it.each(['', '2X', 'A-B', 'A B', '$TOKEN', TOKEN])('rejects %j without quoting it', (value) => {
    expect(environmentVariableName.parse(value)).toEqual({
      problem: expect.stringContaining(environmentVariableName.accepts),
    });
    if (value !== '')
      expect(environmentVariableName.parse(value)).not.toEqual({ problem: expect.stringContaining(value) });
  });
});

describe('a file path', () => {
  it.each(['token', '/run/secrets/token', './a b', 'eyJ', 'eyJ.yml'])('accepts %s', (value) => {
    expect(filePath.parse(value)).toEqual({ value });
  });

  it.each([
    ['~', /~ is not expanded/],
    ['~/token', /~ is not expanded/],
    ['~user/token', /~ is not expanded/],
    ['$HOME/token', /variables .* not expanded/],
    ['/home/$USER/token', /variables .* not expanded/],
    [`/run/$${'{NAME}'}/token`, /variables .* not expanded/],
    ['$(cat x)', /variables .* not expanded/],
    ['%d/token', /specifiers .* systemd/],
    ['file:///run/token', /not a URL/],
    ['"/run/token"', /remove the quotes/],
    ['/run/token\r', /white space/],
    ['-', /standard input is not supported/],
  ])('rejects %j, which would be used literally', (value, problem) => {
    expect(filePath.parse(value)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each(['/run/a~b', '/run/cost$', '/run/a$1', 'x-', '/run/100%d'])('accepts %s', (value) => {
    expect(filePath.parse(value)).toEqual({ value });
  });

  it('rejects an empty string', () => {
    expect(filePath.parse('')).toEqual({ problem: expect.stringContaining('empty') });
  });

  it.each([TOKEN, `Bearer ${TOKEN}`, ` ${TOKEN}`, `\n${TOKEN}\n`, `bearer ${TOKEN}`])(
    'rejects what looks like a token without quoting it: %j',
    (value) => {
      expect(filePath.parse(value)).toEqual({ problem: expect.not.stringContaining('eyJ') });
    },
  );
});

describe('one of several choices', () => {
  const color = oneOf(['red', 'green', 'blue']);

  it('accepts each choice', () => {
    expect(color.parse('green')).toEqual({ value: 'green' });
  });

  it.each(['', 'Red', 'yellow', 'red '])('rejects %j and lists all choices', (text) => {
    expect(color.parse(text)).toEqual({ problem: expect.stringContaining('red, green or blue') });
  });

  it('quotes only the beginning of a long value', () => {
    expect(color.parse('x'.repeat(1000))).toEqual({ problem: expect.not.stringContaining('x'.repeat(100)) });
  });
});

describe('a duration', () => {
  const any = duration('0', '100y');

  it.each([
    ['0', 0],
    ['0s', 0],
    ['1ms', 1],
    ['500ms', 500],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['14d', 14 * 86_400_000],
    ['2w', 14 * 86_400_000],
    ['1y', 365 * 86_400_000],
    ['1y2w3d4h5m6s7ms', (((365 + 14 + 3) * 24 + 4) * 60 + 5) * 60_000 + 6007],
    ['010s', 10_000],
  ])('%s is %s ms', (text, value) => {
    expect(any.parse(text)).toEqual({ value });
  });

  it.each([
    '',
    '10',
    '1.5s',
    '-5s',
    '+5s',
    '10 s',
    ' 10s',
    '10s ',
    '10S',
    '5s1m',
    '1m1m',
    '1s500',
    's',
    '1e3s',
    'forever',
    '10s\n',
  ])('rejects %j and reports the accepted values', (text) => {
    expect(any.parse(text)).toEqual({ problem: expect.stringContaining(any.accepts) });
  });

  it.each([
    ['1ms', true],
    ['999ms', true],
    ['1s', true],
    ['0', false],
    ['0s', false],
    ['1s1ms', false],
    ['9999999999999y', false],
    [`${'9'.repeat(400)}s`, false],
  ])('with bounds 1ms and 1s: %s is accepted: %s', (text, accepted) => {
    expect('value' in duration('1ms', '1s').parse(text)).toBe(accepted);
  });
});

describe('a size', () => {
  const any = size('1B', '1GiB');

  it.each([
    ['1B', 1],
    ['1KiB', 1024],
    ['8MiB', 8 * 1024 * 1024],
    ['1GiB', 1024 ** 3],
    ['1073741824B', 1024 ** 3],
  ])('%s is %s bytes', (text, value) => {
    expect(any.parse(text)).toEqual({ value });
  });

  it.each([
    '',
    '8',
    '8M',
    '8MB',
    '8mib',
    '8 MiB',
    '-8MiB',
    '1.5MiB',
    'MiB',
    '0B',
    '2GiB',
    `${'9'.repeat(400)}B`,
    '1TiB',
  ])('rejects %j and reports the accepted values', (text) => {
    expect(any.parse(text)).toEqual({ problem: expect.stringContaining(any.accepts) });
  });
});

describe('an integer', () => {
  const oneToTen = integer(1, 10);

  it.each([
    ['1', 1],
    ['10', 10],
    ['007', 7],
  ])('%s is %s', (text, value) => {
    expect(oneToTen.parse(text)).toEqual({ value });
  });

  it.each(['', '0', '11', '-1', '+1', '1.0', '1e1', '0x1', ' 1', 'one', '9'.repeat(400)])(
    'rejects %j and reports the accepted values',
    (text) => {
      expect(oneToTen.parse(text)).toEqual({ problem: expect.stringContaining('from 1 to 10') });
    },
  );
});
