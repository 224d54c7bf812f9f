/** A point in time: milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export const DAY_MS = 86_400_000;

/** Converts milliseconds to seconds, rounded to the microsecond: more digits are floating-point noise. */
export function toSeconds(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
}

/** Earlier dates are mistakes, such as a zero or a truncated number. */
const MIN_INSTANT: Instant = Date.UTC(2000, 0, 1);

/** RFC 3339 and the label `created_at` write years with four digits. */
const MAX_INSTANT: Instant = Date.UTC(10_000, 0, 1) - 1;

/** Smaller numbers are seconds (until the year 5138), others are milliseconds (since March 1973). */
const MIN_MILLISECONDS = 1e11;

/**
 * Matches RFC 3339 with any fraction and offset. Zone and seconds are optional, because the API's `LocalDateTime` has no
 * zone and omits seconds that are zero (java.time.LocalDateTime#toString). A date without a time is also accepted.
 */
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:[Zz]|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Matches the format of Date#toISOString, for the fast path. Days after the 28th, 24:00, and years before 2000 need the
 * checks of the slow path.
 */
const ISO_UTC = /^[2-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
const ISO_UTC_WITH_MS_LENGTH = '2026-03-01T09:00:00.000Z'.length;

/**
 * Parses an instant in any format that the API may use: RFC 3339, also without a zone (UTC) or time (midnight UTC), or
 * a number or string of digits (Unix seconds or milliseconds). Fractions of a millisecond in a string are truncated.
 *
 * @returns undefined for anything else, for dates that do not exist, and outside the years 2000 to 9999.
 */
export function parseInstant(value: unknown): Instant | undefined {
  const instant = typeof value === 'string' ? parseString(value) : typeof value === 'number' ? parseNumber(value) : NaN;
  return inRange(instant);
}

/** Converts Unix seconds, such as the NumericDate of a JWT (RFC 7519, 2). Undefined outside the years 2000 to 9999. */
export function fromUnixSeconds(seconds: number): Instant | undefined {
  return inRange(Math.round(seconds * 1000));
}

function inRange(instant: number): Instant | undefined {
  return instant >= MIN_INSTANT && instant <= MAX_INSTANT ? instant : undefined;
}

/** Formats an instant as ISO 8601 in UTC, with milliseconds only if they are not zero: `2026-03-01T09:00:00Z`. */
export function formatInstant(instant: Instant): string {
  // Date#toISOString takes three times as long, and every scrape formats an instant for each token.
  const date = new Date(instant);
  const day = `${date.getUTCFullYear()}-${TWO_DIGITS[date.getUTCMonth() + 1]}-${TWO_DIGITS[date.getUTCDate()]}`;
  const hour = TWO_DIGITS[date.getUTCHours()];
  const minute = TWO_DIGITS[date.getUTCMinutes()];
  const second = TWO_DIGITS[date.getUTCSeconds()];
  const milliseconds = date.getUTCMilliseconds();
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
  return `${day}T${hour}:${minute}:${second}${fraction}Z`;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

function parseNumber(value: number): number {
  // Round: a fraction of seconds times a thousand can be just below the intended millisecond.
  return Math.round(value < MIN_MILLISECONDS ? value * 1000 : value);
}

function parseString(text: string): number {
  // The fast path is several times as fast, and most instants have this format.
  if (ISO_UTC.test(text)) return parseIsoUtc(text);
  if (/^\d+$/.test(text)) return parseNumber(Number(text));
  const match = DATE_TIME.exec(text);
  if (match === null) return NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, offsetHour, offsetMinute] =
    match;
  if (!isCalendarDate(Number(year), Number(month), Number(day))) return NaN;
  // A leap second (:60) is the first moment of the next minute, as in POSIX time.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return NaN;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return NaN;

  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}

/** Parses a string that `ISO_UTC` matches, by the positions of its digits. */
function parseIsoUtc(text: string): number {
  const year = digits(text, 0) * 100 + digits(text, 2);
  const milliseconds = text.length === ISO_UTC_WITH_MS_LENGTH ? digit(text, 20) * 100 + digits(text, 21) : 0;
  return Date.UTC(
    year,
    digits(text, 5) - 1,
    digits(text, 8),
    digits(text, 11),
    digits(text, 14),
    digits(text, 17),
    milliseconds,
  );
}

/** Parses two digits. */
function digits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 48;
}

/** Reports whether a date exists: Date.UTC would convert the 30th of February to a day in March. */
function isCalendarDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
