import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant } from '../../../src/model/instant.ts';
import { instants } from '../support/arbitraries.ts';

const NINE = Date.UTC(2026, 2, 1, 9);

describe('parseInstant', () => {
  it.each([
    ['UTC', '2026-03-01T09:00:00Z', NINE],
    ['lower case', '2026-03-01t09:00:00z', NINE],
    ['a space instead of the T', '2026-03-01 09:00:00Z', NINE],
    ['a positive offset', '2026-03-01T10:30:00+01:30', NINE],
    ['an offset without a colon', '2026-03-01T10:00:00+0100', NINE],
    ['a negative offset', '2026-02-28T23:00:00-10:00', NINE],
    ['the offset of RFC 3339 for unknown local time', '2026-03-01T09:00:00-00:00', NINE],
    ['no zone, as UTC', '2026-03-01T09:00:00', NINE],
    ['no seconds, which Java omits', '2026-03-01T09:00', NINE],
    ['a date without a time, as midnight UTC', '2026-03-01', Date.UTC(2026, 2, 1)],
    ['a fraction of one digit', '2026-03-01T09:00:00.5Z', NINE + 500],
    ['milliseconds', '2026-03-01T09:00:00.007Z', NINE + 7],
    ['nanoseconds, truncated', '2026-03-01T09:00:00.123999999Z', NINE + 123],
    ['a fraction of thirty digits', `2026-03-01T09:00:00.${'9'.repeat(30)}+00:00`, NINE + 999],
    ['a leap second, as the start of the next minute', '2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['February 29 of a leap year', '2028-02-29', Date.UTC(2028, 1, 29)],
    ['the first millisecond of the year 2000', '2000-01-01T00:00:00Z', Date.UTC(2000, 0, 1)],
    ['the last millisecond of the year 9999', '9999-12-31T23:59:59.999Z', Date.UTC(10_000, 0, 1) - 1],
    ['Unix seconds', NINE / 1000, NINE],
    ['Unix milliseconds', NINE, NINE],
    ['Unix seconds in a string', String(NINE / 1000), NINE],
    ['Unix milliseconds in a string', String(NINE), NINE],
    ['the largest number of seconds', 99_999_999_999, 99_999_999_999_000],
    ['seconds with a fraction', NINE / 1000 + 0.5, NINE + 500],
  ])('parses %s', (_what, value, instant) => {
    expect(parseInstant(value)).toBe(instant);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a boolean', true],
    ['an object', { seconds: 1_772_355_600 }],
    ['a list', ['2026-03-01']],
    ['an empty string', ''],
    ['white space', '   '],
    ['a word', 'never'],
    ['a date followed by a word', '2026-03-01T09:00:00Z or so'],
    ['a date followed by a line feed', '2026-03-01T09:00:00Z\n'],
    ['a date in US format', '03/01/2026'],
    ['a date with slashes', '2026/03/01'],
    ['a date with dots', '01.03.2026'],
    ['a date with the name of the month', '1 Mar 2026'],
    ['a date of HTTP', 'Sun, 01 Mar 2026 09:00:00 GMT'],
    ['a date without leading zeros', '2026-3-1'],
    ['a date in the basic format, which is the number of seconds of a day in 1970', '20260301'],
    ['a date and time in the basic format', '20260301T090000Z'],
    ['a week date', '2026-W09-7'],
    ['an ordinal date', '2026-060'],
    ['a year', '2026'],
    ['a year of two digits', '26-03-01'],
    ['a time without a date', '09:00:00Z'],
    ['a name of a zone', '2026-03-01T09:00:00 CET'],
    ['a number in scientific notation in a string', '1.7723556e9'],
    ['February 29 of a common year', '2027-02-29'],
    ['April 31', '2026-04-31'],
    ['month 13', '2026-13-01'],
    ['month 0', '2026-00-10'],
    ['day 0', '2026-01-00'],
    ['hour 24', '2026-03-01T24:00:00Z'],
    ['minute 60', '2026-03-01T09:60:00Z'],
    ['second 61', '2026-03-01T09:00:61Z'],
    ['an offset of 24 hours', '2026-03-01T09:00:00+24:00'],
    ['an offset of 60 minutes', '2026-03-01T09:00:00+00:60'],
    ['a year of five digits', '12026-03-01T09:00:00Z'],
    ['the epoch', '1970-01-01T00:00:00Z'],
    ['zero', 0],
    ['zero in a string', '0'],
    ['a negative number', -1_772_355_600],
    ['the last millisecond before 2000', '1999-12-31T23:59:59.999Z'],
    ['1999 in milliseconds', Date.UTC(1999, 5, 1)],
    ['an instant before 2000 because of its offset', '2000-01-01T00:30:00+01:00'],
    ['an instant after 9999 because of its offset', '9999-12-31T23:30:00-01:00'],
    ['the smallest number of milliseconds, which is in 1973', 100_000_000_000],
    ['a number outside the range of Date', 1e300],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['four hundred digits', '9'.repeat(400)],
  ])('rejects %s', (_what, value) => {
    expect(parseInstant(value)).toBeUndefined();
  });

  it('returns undefined or an instant of the years 2000 to 9999 for any value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.double(), fc.string()), (value) => {
        const instant = parseInstant(value);
        expect(
          instant === undefined || (Number.isInteger(instant) && /^[2-9]\d{3}-/.test(formatInstant(instant))),
        ).toBe(true);
      }),
    );
  });

  it('returns the same instant for any offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(9998, 0, 1) }),
        fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
        (instant, minutes) => {
          const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
          const pad = (value: number): string => String(value).padStart(2, '0');
          const distance = Math.abs(minutes);
          const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(distance / 60))}:${pad(distance % 60)}`;
          expect(parseInstant(`${local}${zone}`)).toBe(instant);
        },
      ),
    );
  });

  it('returns the same for the zone Z (the fast path) as for +00:00, also for invalid dates and times', () => {
    const upTo = (max: number, digits = 2) =>
      fc.integer({ min: 0, max }).map((value) => String(value).padStart(digits, '0'));
    const parts = fc.tuple(upTo(9999, 4), upTo(19), upTo(39), upTo(29), upTo(69), upTo(69), upTo(999, 3));
    fc.assert(
      fc.property(parts, fc.boolean(), ([year, month, day, hour, minute, second, ms], whole) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${whole ? '' : `.${ms}`}`;
        expect(parseInstant(`${text}Z`)).toBe(parseInstant(`${text}+00:00`));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the milliseconds of a number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) }), (instant) => {
        expect(parseInstant(instant / 1000)).toBe(instant);
      }),
      { numRuns: 2000, examples: [[2_148_266_930_667]] },
    );
  });
});

describe('formatInstant', () => {
  it.each([
    [NINE, '2026-03-01T09:00:00Z'],
    [NINE + 250, '2026-03-01T09:00:00.250Z'],
    [NINE + 7, '2026-03-01T09:00:00.007Z'],
  ])('formats %s as %s, with milliseconds only if they are not zero', (instant, text) => {
    expect(formatInstant(instant)).toBe(text);
  });

  it('formats like Date#toISOString, except for milliseconds of zero', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(formatInstant(instant)).toBe(new Date(instant).toISOString().replace('.000Z', 'Z'));
      }),
    );
  });

  it('is the inverse of parseInstant', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });

  it('returns the same string for each format of an instant', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const text = formatInstant(instant);
        for (const written of [new Date(instant).toISOString(), text.replace('T', ' '), text.replace('Z', '+00:00')]) {
          expect(formatInstant(parseInstant(written) ?? Number.NaN)).toBe(text);
        }
      }),
    );
  });
});
