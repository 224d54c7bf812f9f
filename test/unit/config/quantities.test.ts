import { describe, expect, it } from 'vitest';
import { duration, integer, size } from '../../../src/config/quantities.ts';

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
  ])('%j is refused, and what is accepted is told', (text) => {
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
  ])('from 1ms to 1s: is %s accepted? %s', (text, accepted) => {
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
  ])('%j is refused, and what is accepted is told', (text) => {
    expect(any.parse(text)).toEqual({ problem: expect.stringContaining(any.accepts) });
  });
});

describe('a whole number', () => {
  const some = integer(1, 10);

  it.each([
    ['1', 1],
    ['10', 10],
    ['007', 7],
  ])('%s is %s', (text, value) => {
    expect(some.parse(text)).toEqual({ value });
  });

  it.each(['', '0', '11', '-1', '+1', '1.0', '1e1', '0x1', ' 1', 'one', '9'.repeat(400)])(
    '%j is refused, and what is accepted is told',
    (text) => {
      expect(some.parse(text)).toEqual({ problem: expect.stringContaining('from 1 to 10') });
    },
  );
});
