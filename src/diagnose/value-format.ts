import { parseInstant } from '../model/instant.ts';
import { looksLikeSecret, shapeOf } from './shape.ts';

/**
 * Says how the exporter reads a date:
 * - `exact`: the value says which instant it is
 * - `utc`: the value has no zone; that it is UTC is a guess
 * - `midnight`: the value is a date without a time; midnight UTC is a guess
 * - `unreadable`: not at all
 */
export type DateReading = 'exact' | 'utc' | 'midnight' | 'unreadable';

export interface DateFormat {
  /** The format without the value: `YYYY-MM-DDThh:mm:ss.sssZ`. */
  readonly format: string;
  readonly reading: DateReading;
}

/** Describes the format of a value that should be a date, without the value. */
export function describeDate(value: unknown): DateFormat {
  const isReadable = parseInstant(value) !== undefined;
  const read = (reading: DateReading): DateReading => (isReadable ? reading : 'unreadable');
  if (typeof value === 'number') return { format: `number${describeNumber(value)}`, reading: read('exact') };
  if (typeof value !== 'string') return { format: describeKind(value), reading: 'unreadable' };
  if (/^\d+$/.test(value)) return { format: `string${describeDigits(value)}`, reading: read('exact') };
  return describeDateString(value, read) ?? { format: describeOtherString(value), reading: read('exact') };
}

/** Describes the kind of any JSON value, without the value. */
export function describeKind(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'empty string';
  if (Array.isArray(value)) return 'list';
  return typeof value;
}

/** Matches the parts of ISO 8601 date-times, also of impossible ones: the format is the same. */
const DATE_TIME = /^\d{4}-\d\d-\d\d(?:([Tt ])\d\d:\d\d(:\d\d)?(?:\.(\d+))?(?:([Zz])|[+-]\d\d(:?)(\d\d)?)?)?$/;

function describeDateString(value: string, read: (reading: DateReading) => DateReading): DateFormat | undefined {
  if (value.length > 64) return undefined;
  const match = DATE_TIME.exec(value);
  if (match === null) return undefined;
  const [, separator, seconds, fraction, utc, colon, offsetMinutes] = match;
  if (separator === undefined) return { format: 'YYYY-MM-DD', reading: read('midnight') };
  const time = `hh:mm${seconds === undefined ? '' : ':ss'}${fraction === undefined ? '' : `.${'s'.repeat(fraction.length)}`}`;
  const offset = colon === undefined ? '' : `±hh${colon}${offsetMinutes === undefined ? '' : 'mm'}`;
  const zone = utc ?? offset;
  return { format: `YYYY-MM-DD${separator}${time}${zone}`, reading: read(zone === '' ? 'utc' : 'exact') };
}

/** Describes a number as ` of 13 digits (milliseconds since 1970)`. */
function describeNumber(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return ' of more than 21 digits';
  const sign = value < 0 ? ', negative' : '';
  const fraction = Number.isInteger(value) ? '' : ', with a fraction';
  return describeDigits(String(Math.trunc(Math.abs(value))), `${sign}${fraction}`, value);
}

function describeDigits(digits: string, attributes = '', value: number = Number(digits)): string {
  const count = `${digits.length} ${digits.length === 1 ? 'digit' : 'digits'}`;
  return ` of ${count}${attributes}${describeUnit(value, digits.length)}`;
}

/** Says what the exporter takes a number to be, or what an unreadable number may be. */
function describeUnit(value: number, digits: number): string {
  if (parseInstant(value) !== undefined) return ` (${value < 1e11 ? 'seconds' : 'milliseconds'} since 1970)`;
  if (digits === 8) return ' (YYYYMMDD?)';
  if (digits === 16) return ' (microseconds since 1970?)';
  return digits === 19 ? ' (nanoseconds since 1970?)' : '';
}

function describeOtherString(value: string): string {
  if (value === '') return describeKind(value);
  return looksLikeSecret(value) ? `string of ${value.length} characters` : `string "${shapeOf(value)}"`;
}
