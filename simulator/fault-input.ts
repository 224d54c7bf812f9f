import type { Fault } from './faults.ts';
import { parseObject, ValidationError } from './input.ts';

/** A check of one field: what it accepts in words, and whether it accepts a value. */
interface FieldCheck {
  readonly accepts: string;
  test(value: unknown): boolean;
}

interface FaultFields {
  readonly required?: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
}

const text: FieldCheck = { accepts: 'a string', test: (value) => typeof value === 'string' };
const flag: FieldCheck = { accepts: 'true or false', test: (value) => typeof value === 'boolean' };
const anything: FieldCheck = { accepts: 'any JSON value', test: (value) => value !== undefined };
const status = wholeNumber(200, 599);
const headers: FieldCheck = {
  accepts: 'an object of strings',
  test: (value) => typeof value === 'object' && value !== null && Object.values(value).every(text.test),
};
const encodedBody: FieldCheck = {
  accepts: '"gzip-bomb" or "real"',
  test: (value) => value === 'gzip-bomb' || value === 'real',
};
const fault: FieldCheck = {
  accepts: 'a fault',
  test(value) {
    parseFault(value);
    return true;
  },
};

const KINDS: Readonly<Record<Fault['kind'], FaultFields>> = {
  status: { required: { status }, optional: { body: text, headers } },
  body: { required: { body: text } },
  json: { required: { value: anything }, optional: { status } },
  errors: { optional: { code: text, status, withData: flag } },
  'null-list': {},
  // biome-ignore lint/suspicious/noThenProperty: no function is ever there, so nothing takes it for a promise
  latency: { required: { ms: wholeNumber(0, 2 ** 31 - 1) }, optional: { then: fault } },
  hang: {},
  hold: {},
  'half-body': {},
  'stall-body': {},
  trickle: { required: { bytesPerSecond: wholeNumber(1, 1e9) } },
  reset: {},
  oversized: { required: { bytes: wholeNumber(1, 1e12) }, optional: { contentLength: flag } },
  encoded: { required: { encoding: text }, optional: { body: encodedBody } },
  'malformed-http': {},
  'wrong-length': { required: { declared: wholeNumber(0, 1e12) } },
  'no-date': {},
  'echo-credential': { optional: { status } },
};

/** Reads a fault out of any JSON value. Throws BadInput. */
export function parseFault(value: unknown): Fault {
  const kinds = Object.keys(KINDS);
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) {
    throw new ValidationError(`a fault must be an object whose kind is one of: ${kinds.join(', ')}`);
  }
  const { required = {}, optional = {} } = KINDS[kind as Fault['kind']];
  const checks = { ...required, ...optional };
  const fields = parseObject(value, ['kind', ...Object.keys(checks)], `the fault ${kind}`);
  for (const [key, check] of Object.entries(checks)) {
    const given = fields[key];
    if (given === undefined && !(key in required)) continue;
    if (!check.test(given)) throw new ValidationError(`${key} of the fault ${kind} must be ${check.accepts}`);
  }
  return fields as Fault;
}

function wholeNumber(from: number, to: number): FieldCheck {
  return {
    accepts: `a whole number from ${from} to ${to}`,
    test: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}
