import { notAccepted, type Parser } from './parsed.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Prometheus' own grammar: units from large to small, each once (model.ParseDuration of prometheus/common). */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const DURATION_UNITS_MS = [365 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND, 1];

/** A duration as Prometheus writes it, in milliseconds: `500ms`, `10s`, `1h30m`; within the given bounds. */
export function duration(least: string, most: string, examples = '500ms, 10s or 1m30s'): Parser<number> {
  const accepts = `a duration from ${least} to ${most}, such as ${examples}`;
  const bounds = { least: readDuration(least) ?? 0, most: readDuration(most) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = readDuration(text);
      return value === undefined || value < bounds.least || value > bounds.most
        ? notAccepted(text, accepts)
        : { value };
    },
  };
}

function readDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null || text === '') return undefined;
  return DURATION_UNITS_MS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
}

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A number of bytes with its unit: `8MiB`. */
export function size(least: string, most: string): Parser<number> {
  const accepts = `a size from ${least} to ${most} in B, KiB, MiB or GiB, such as 8MiB`;
  const bounds = { least: readSize(least) ?? 0, most: readSize(most) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = readSize(text);
      return value === undefined || value < bounds.least || value > bounds.most
        ? notAccepted(text, accepts)
        : { value };
    },
  };
}

function readSize(text: string): number | undefined {
  const match = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (SIZE_UNITS[match[2] ?? ''] ?? Number.NaN);
}

export function integer(least: number, most: number): Parser<number> {
  const accepts = `a whole number from ${least} to ${most}`;
  return {
    accepts,
    parse(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? { value } : notAccepted(text, accepts);
    },
  };
}
