import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDate, describeKind } from '../../../src/diagnose/value-format.ts';
import { parseInstant } from '../../../src/model/instant.ts';
import { hostileStrings } from '../support/arbitraries.ts';

describe('the format of a date', () => {
  it.each([
    ['2026-03-01T09:00:00.000Z', 'YYYY-MM-DDThh:mm:ss.sssZ', 'exact'],
    ['2026-03-01T09:00:00Z', 'YYYY-MM-DDThh:mm:ssZ', 'exact'],
    ['2026-03-01t09:00:00z', 'YYYY-MM-DDthh:mm:ssz', 'exact'],
    ['2026-03-01T09:00:00.123456789Z', 'YYYY-MM-DDThh:mm:ss.sssssssssZ', 'exact'],
    ['2026-03-01T09:00:00+01:00', 'YYYY-MM-DDThh:mm:ss±hh:mm', 'exact'],
    ['2026-03-01T09:00:00-0500', 'YYYY-MM-DDThh:mm:ss±hhmm', 'exact'],
    ['2026-03-01 09:00:00+01', 'YYYY-MM-DD hh:mm:ss±hh', 'exact'],
    ['2026-03-01T09:00:00', 'YYYY-MM-DDThh:mm:ss', 'utc'],
    ['2026-03-01T09:00', 'YYYY-MM-DDThh:mm', 'utc'],
    ['2026-03-01T09:00:00.5', 'YYYY-MM-DDThh:mm:ss.s', 'utc'],
    ['2026-03-01', 'YYYY-MM-DD', 'midnight'],
    // The format is fine, the date does not exist or is out of range.
    ['2026-02-30', 'YYYY-MM-DD', 'unreadable'],
    ['0001-01-01T00:00:00', 'YYYY-MM-DDThh:mm:ss', 'unreadable'],
    [1_772_355_600_000, 'number of 13 digits (milliseconds since 1970)', 'exact'],
    [1_772_355_600, 'number of 10 digits (seconds since 1970)', 'exact'],
    [1_772_355_600.5, 'number of 10 digits, with a fraction (seconds since 1970)', 'exact'],
    [1_772_355_600_000_000, 'number of 16 digits (microseconds since 1970?)', 'unreadable'],
    [1_772_355_600_000_000_000, 'number of 19 digits (nanoseconds since 1970?)', 'unreadable'],
    [20_260_301, 'number of 8 digits (YYYYMMDD?)', 'unreadable'],
    [-5, 'number of 1 digit, negative', 'unreadable'],
    [0, 'number of 1 digit', 'unreadable'],
    [1e300, 'number of more than 21 digits', 'unreadable'],
    ['1772355600000', 'string of 13 digits (milliseconds since 1970)', 'exact'],
    ['1772355600', 'string of 10 digits (seconds since 1970)', 'exact'],
    ['365', 'string of 3 digits', 'unreadable'],
    ['Sun, 01 Mar 2026', 'string "Aaa, 99 Aaa 9999"', 'unreadable'],
    ['20260301T090000Z', 'string "99999999A999999A"', 'unreadable'],
    ['1. März', 'string "9. A?aa"', 'unreadable'],
    ['never', 'string "aaaaa"', 'unreadable'],
    ['eyJhbGciOiJIUzI1NiJ9.e30', 'string of 24 characters', 'unreadable'],
    ['', 'empty string', 'unreadable'],
    [null, 'null', 'unreadable'],
    [undefined, 'missing', 'unreadable'],
    [true, 'boolean', 'unreadable'],
    [{ seconds: 1 }, 'object', 'unreadable'],
    [[2026, 3, 1], 'list', 'unreadable'],
  ])('of %j is %j', (value, format, reading) => {
    expect(describeDate(value)).toEqual({ format, reading });
  });

  it('is readable exactly if the exporter can read the value', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String);
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    const cuts = fc.tuple(dates, fc.nat({ max: 30 })).map(([date, length]) => date.slice(0, length));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.double(), digits, dates, cuts, hostileStrings), (value) => {
        expect(describeDate(value).reading === 'unreadable').toBe(parseInstant(value) === undefined);
      }),
    );
  });

  it('is the same for all dates of that format', () => {
    const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(describeDate(date.toISOString()).format).toBe('YYYY-MM-DDThh:mm:ss.sssZ');
      }),
    );
  });

  it('is short, printable and without the words of a string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (text) => {
        const { format } = describeDate(`Zq${text}`);
        expect(format).toMatch(/^string [\x20-\x7e]{1,60}$/);
        expect(format).not.toContain('Zq');
      }),
    );
  });
});

it.each([
  ['text', 'string'],
  ['', 'empty string'],
  [1, 'number'],
  [false, 'boolean'],
  [null, 'null'],
  [undefined, 'missing'],
  [{}, 'object'],
  [[], 'list'],
])('the kind of %j is %j', (value, kind) => {
  expect(describeKind(value)).toBe(kind);
});
