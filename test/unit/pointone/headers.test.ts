import { expect, it } from 'vitest';
import { httpDate } from '../../../src/pointone/headers.ts';

it.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sat, 25 Jul 2026 12:00:00 GMT', Date.UTC(2026, 6, 25, 12)],
])('reads %s', (text, instant) => {
  expect(httpDate(text)).toBe(instant);
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
])('does not take %j for a date', (text) => {
  expect(httpDate(text)).toBeUndefined();
});
