import { describe, expect, it } from 'vitest';
import { formatDuration, formatTimeLeft } from '../../../src/health/formats.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a duration', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [SECOND, '1s'],
    [MINUTE - 1, '59s'],
    [MINUTE, '1m'],
    [HOUR - 1, '59m 59s'],
    [HOUR, '1h'],
    [HOUR + 59 * SECOND, '1h'],
    [DAY - 1, '23h 59m'],
    [DAY, '1d'],
    [DAY + 59 * MINUTE, '1d'],
    [3 * DAY - 1, '2d 23h'],
    [400 * DAY + 5 * HOUR, '400d 5h'],
  ])('of %d ms is formatted as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

it.each([
  [1, 'expires in 0s'],
  [0, 'expired 0s ago'],
  [2 * DAY, 'expires in 2d'],
  [-2 * DAY, 'expired 2d ago'],
])('an expiry that is %d ms away is formatted as "%s"', (away, text) => {
  expect(formatTimeLeft(5 * DAY + away, 5 * DAY)).toBe(text);
});
