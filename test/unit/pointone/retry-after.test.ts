import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/pointone/retry-after.ts';

const NOW = Date.UTC(2026, 6, 25, 12);
const MINUTE = 60_000;

function http(instant: number): string {
  return new Date(instant).toUTCString();
}

it.each([
  ['seconds', '30', 30_000],
  ['one second', '1', 1000],
  ['zero seconds', '0', 0],
  ['seconds with white space around them', ' 7 ', 7000],
  ['a date to come', http(NOW + MINUTE), MINUTE],
  ['a date gone by', http(NOW - MINUTE), 0],
  ['more than fifteen minutes, which are the most', '901', 15 * MINUTE],
  ['a date beyond fifteen minutes', http(NOW + 24 * 60 * MINUTE), 15 * MINUTE],
  ['more digits than a number holds', '9'.repeat(400), 15 * MINUTE],
  ['a negative number', '-5', 0],
  ['a fraction', '1.5', 0],
  ['a word', 'soon', 0],
  ['a date of another form', '2026-07-25T12:01:00Z', 0],
  ['nothing', '', 0],
])('%s', (_what, value, milliseconds) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), NOW)).toBe(milliseconds);
});

it('is no pause when there is no header', () => {
  expect(retryAfterMs(new Headers(), NOW)).toBe(0);
});

it('counts a date from the Date of the answer, so that a clock that is off makes no difference', () => {
  const theirs = NOW + 60 * MINUTE;
  const headers = new Headers({ date: http(theirs), 'retry-after': http(theirs + 2 * MINUTE) });
  expect(retryAfterMs(headers, NOW)).toBe(2 * MINUTE);
});

it('counts a date from this clock when the Date of the answer is unreadable', () => {
  const headers = new Headers({ date: 'today', 'retry-after': http(NOW + MINUTE) });
  expect(retryAfterMs(headers, NOW)).toBe(MINUTE);
});
