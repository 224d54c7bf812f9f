import { expect, it } from 'vitest';
import { parseHttpDate, parseRetryAfter } from '../../../src/pointone/headers.ts';

it.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sat, 25 Jul 2026 12:00:00 GMT', Date.UTC(2026, 6, 25, 12)],
])('parseHttpDate parses %s', (text, instant) => {
  expect(parseHttpDate(text)).toBe(instant);
});

it.each([
  null,
  '',
  '0',
  '30',
  'GMT',
  'today',
  'today GMT',
  '0 GMT',
  '2026-07-25T12:00:00Z',
  'Sat, 25 Jul 2026 12:00:00',
])('parseHttpDate rejects %j', (text) => {
  expect(parseHttpDate(text)).toBeUndefined();
});

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
  ['a date in the future', http(NOW + MINUTE), MINUTE],
  ['a date in the past', http(NOW - MINUTE), 0],
  ['more than the maximum of fifteen minutes', '901', 15 * MINUTE],
  ['a date more than fifteen minutes ahead', http(NOW + 24 * 60 * MINUTE), 15 * MINUTE],
  ['more digits than a number can represent', '9'.repeat(400), 15 * MINUTE],
  ['a negative number', '-5', 0],
  ['a fraction', '1.5', 0],
  ['a word', 'soon', 0],
  ['a date in another format', '2026-07-25T12:01:00Z', 0],
  ['an empty string', '', 0],
])('parseRetryAfter parses %s', (_what, value, milliseconds) => {
  expect(parseRetryAfter(new Headers({ 'retry-after': value }), NOW)).toBe(milliseconds);
});

it('parseRetryAfter returns 0 without a header', () => {
  expect(parseRetryAfter(new Headers(), NOW)).toBe(0);
});

it('parseRetryAfter compares a date with the Date of the response, so that clock skew does not matter', () => {
  const serverTime = NOW + 60 * MINUTE;
  const headers = new Headers({ date: http(serverTime), 'retry-after': http(serverTime + 2 * MINUTE) });
  expect(parseRetryAfter(headers, NOW)).toBe(2 * MINUTE);
});

it('parseRetryAfter compares a date with the local time if the Date of the response is unreadable', () => {
  const headers = new Headers({ date: 'today', 'retry-after': http(NOW + MINUTE) });
  expect(parseRetryAfter(headers, NOW)).toBe(MINUTE);
});
