import { expect, it } from 'vitest';
import { scrapeTimeoutMs } from '../../../src/web/scrape-routes.ts';

const NONE = Number.POSITIVE_INFINITY;

it.each([
  ['the header minus the offset', '10', 500, 9500],
  ['the header as Prometheus writes it', '10.000000', 500, 9500],
  ['a fraction of a second minus the offset', '0.75', 500, 250],
  ['a number in exponential notation, as Go writes some numbers', '1e+01', 500, 9500],
  ['half of the header if the offset would leave nothing', '0.5', 500, 250],
  ['half of the header if the offset is longer', '1', 5000, 500],
  ['the complete header without an offset', '3', 0, 3000],
  ['a header with white space around it', ' 2 ', 500, 1500],
  ['none without a header', undefined, 500, NONE],
  ['none for an empty header', '', 500, NONE],
  ['none for zero', '0', 500, NONE],
  ['none for zero with decimals', '0.000', 500, NONE],
  ['none for a number that underflows to zero', '1e-400', 500, NONE],
  ['none for a negative number', '-5', 500, NONE],
  ['none for a word', 'soon', 500, NONE],
  ['none for a unit', '10s', 500, NONE],
  ['none for two numbers', '10, 20', 500, NONE],
  ['none for NaN', 'NaN', 500, NONE],
  ['none for Infinity', 'Infinity', 500, NONE],
  ['none for a hexadecimal number', '0x10', 500, NONE],
])('the timeout of a scrape is %s', (_what, header, offsetMs, milliseconds) => {
  expect(scrapeTimeoutMs(header, offsetMs)).toBe(milliseconds);
});
