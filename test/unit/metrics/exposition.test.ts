import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroup, writeExposition } from '../../../src/metrics/exposition.ts';
import {
  encodeFamilies,
  type Family,
  type Format,
  labelPairs,
  OPEN_METRICS,
  type Row,
  TEXT,
} from '../../../src/metrics/family.ts';
import { parseExposition } from '../../support/exposition.ts';
import { hostileStrings } from '../support/arbitraries.ts';

const AT = Date.UTC(2026, 6, 25);

const AGE: Family<number> = {
  name: 'test_age_seconds',
  type: 'gauge',
  unit: 'seconds',
  help: 'How "old" a\\b is,\nin seconds.',
  labels: [],
  collect: (value, _at, emit) => emit(value),
};
const CALLS: Family<number> = {
  name: 'test_calls_total',
  type: 'counter',
  help: 'Calls.',
  labels: ['direction', 'kind'],
  collect: (value, _at, emit) => {
    emit(value, 'in', 'a');
    emit(value + 1, 'out', 'b');
  },
};

function row(subject: number, name = 'x'): Row<number> {
  return { subject, labels: labelPairs(['name'], [name]) };
}

function write(families: readonly Family<number>[], rows: readonly Row<number>[], format: Format): string {
  return [...writeExposition([createGroup(encodeFamilies(families), rows)], AT, format)].join('');
}

describe('the text format', () => {
  it('has help and type lines for each family, and ends every line with a line feed', () => {
    expect(write([AGE, CALLS], [row(1), row(2.5, 'y')], TEXT)).toBe(
      [
        '# HELP test_age_seconds How "old" a\\\\b is,\\nin seconds.',
        '# TYPE test_age_seconds gauge',
        'test_age_seconds{name="x"} 1',
        'test_age_seconds{name="y"} 2.5',
        '# HELP test_calls_total Calls.',
        '# TYPE test_calls_total counter',
        'test_calls_total{name="x",direction="in",kind="a"} 1',
        'test_calls_total{name="x",direction="out",kind="b"} 2',
        'test_calls_total{name="y",direction="in",kind="a"} 2.5',
        'test_calls_total{name="y",direction="out",kind="b"} 3.5',
        '',
      ].join('\n'),
    );
  });

  it('is empty without samples', () => {
    expect(write([AGE], [], TEXT)).toBe('');
  });
});

describe('OpenMetrics', () => {
  it('has units, counter families without their suffix, escaped quotes in help texts, and an end marker', () => {
    expect(write([AGE, CALLS], [row(1)], OPEN_METRICS)).toBe(
      [
        '# HELP test_age_seconds How \\"old\\" a\\\\b is,\\nin seconds.',
        '# TYPE test_age_seconds gauge',
        '# UNIT test_age_seconds seconds',
        'test_age_seconds{name="x"} 1',
        '# HELP test_calls Calls.',
        '# TYPE test_calls counter',
        'test_calls_total{name="x",direction="in",kind="a"} 1',
        'test_calls_total{name="x",direction="out",kind="b"} 2',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('has the end marker without samples', () => {
    expect(write([AGE], [], OPEN_METRICS)).toBe('# EOF\n');
  });
});

describe.each([
  ['the text format', TEXT],
  ['OpenMetrics', OPEN_METRICS],
])('in %s', (_name, format) => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [-12.5, '-12.5'],
    [1_772_355_600.123, '1772355600.123'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('the value %d is formatted as %s', (value, text) => {
    expect(write([AGE], [row(value)], format)).toContain(`test_age_seconds{name="x"} ${text}\n`);
  });

  it('a finite value is formatted as JavaScript does', () => {
    const milliseconds = fc.integer({ min: -8.64e15, max: 8.64e15 }).map((ms) => ms / 1000);
    const values = fc.oneof(
      milliseconds,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true }),
    );
    fc.assert(
      fc.property(
        values.filter((value) => Number.isFinite(value)),
        (value) => {
          expect(write([AGE], [row(value)], format)).toContain(`test_age_seconds{name="x"} ${String(value)}\n`);
        },
      ),
      { numRuns: 2000, examples: [[0.0005], [-0.25], [1e11 + 0.001], [1e12 + 0.1], [2.9999], [-1.0000001], [1.005]] },
    );
  });

  it('a family without samples has no help and type lines', () => {
    const empty: Family<number> = { ...AGE, name: 'test_empty', collect: () => undefined };
    expect(write([empty, AGE, { ...empty, name: 'test_also_empty' }], [row(1)], format)).toBe(
      write([AGE], [row(1)], format),
    );
  });

  it('a sample without labels has no braces', () => {
    expect(write([AGE], [{ subject: 3, labels: '' }], format)).toContain('test_age_seconds 3\n');
  });

  it('a row without labels has those of its family', () => {
    expect(write([CALLS], [{ subject: 3, labels: '' }], format)).toContain(
      'test_calls_total{direction="in",kind="a"} 3\n',
    );
  });

  it('the parts of a histogram belong to one family', () => {
    const histogram: Family<number> = { ...AGE, type: 'histogram' };
    const rows = [
      { subject: 1, labels: labelPairs(['le'], ['+Inf']), suffix: '_bucket' },
      { subject: 0.5, labels: '', suffix: '_sum' },
    ];
    const { samples, types } = parseExposition(write([histogram], rows, format));
    expect([...types]).toEqual([['test_age_seconds', 'histogram']]);
    expect(samples.map(({ name, value }) => [name, value])).toEqual([
      ['test_age_seconds_bucket', 1],
      ['test_age_seconds_sum', 0.5],
    ]);
  });

  it('any label value is parsed back unchanged', () => {
    const texts = fc.uniqueArray(fc.tuple(hostileStrings, hostileStrings, hostileStrings), {
      maxLength: 5,
      selector: (values) => JSON.stringify(values),
    });
    fc.assert(
      fc.property(texts, (rows) => {
        const labelValues = new Map(rows.map((values, index) => [index, values]));
        const family: Family<number> = {
          ...AGE,
          labels: ['b', 'c'],
          collect: (index, _at, emit) => emit(index, ...(labelValues.get(index)?.slice(1) ?? [])),
        };
        const written = write(
          [family],
          rows.map(([a], index) => ({ subject: index, labels: labelPairs(['a'], [a]) })),
          format,
        );
        expect(parseExposition(written).samples.map(({ labels, value }) => ({ ...labels, value }))).toEqual(
          rows.map(([a, b, c], value) => ({ a, b, c, value })),
        );
      }),
    );
  });

  it('many rows are written in chunks of bounded size, with pauses between them', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => row(index, `jeton nº ${index}${'😀'.repeat(index % 9)}`));
    const groups = [createGroup(encodeFamilies([AGE]), rows), createGroup(encodeFamilies([CALLS, renamed(AGE)]), rows)];
    const chunks = [...writeExposition(groups, AT, format)];
    const ages = (name: string): string[] => rows.map(({ subject, labels }) => `${name}{${labels}} ${subject}`);
    const calls = rows.flatMap(({ subject, labels }) => [
      `${CALLS.name}{${labels},direction="in",kind="a"} ${subject}`,
      `${CALLS.name}{${labels},direction="out",kind="b"} ${subject + 1}`,
    ]);
    const samples = chunks
      .join('')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(samples).toEqual([...ages(AGE.name), ...calls, ...ages(renamed(AGE).name), '']);
    // Chunks are small enough not to block the event loop, and large enough that the overhead per chunk does not matter.
    const sizes = chunks.flatMap((chunk) => (chunk === undefined ? [] : [chunk.length]));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(16 * 1024);
    // The other chunks are pauses, in which the caller can yield to the event loop.
    expect(chunks.length - sizes.length).toBeGreaterThan(100);
    expect(parseExposition(chunks.join('')).types.size).toBe(3);
  });

  it('label values of any length and script are written as valid UTF-8', () => {
    const texts = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.integer({ min: 1, max: 3_000 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 4 }), (values, count) => {
        const rows = values.map(([text, times]) => row(times, text.toWellFormed().repeat(times)));
        const families = Array.from({ length: count }, (_, index) => ({ ...AGE, name: `test_${index}_seconds` }));
        const chunks = [...writeExposition([createGroup(encodeFamilies(families), rows)], AT, format)];
        const whole = Buffer.concat(chunks.filter((chunk) => chunk !== undefined)).toString();
        const samples = families.flatMap(({ name }) =>
          rows.map(({ labels, subject }) => `${name}{${labels}} ${subject}`),
        );
        const found = whole.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        expect(found).toEqual(samples.flatMap((sample) => sample.split('\n')));
      }),
      { numRuns: 60 },
    );
  });

  it('all families are written for the same instant', () => {
    const clock: Family<number> = { ...AGE, collect: (_value, at, emit) => emit(at) };
    const { samples } = parseExposition(write([clock, renamed(clock)], [row(1, 'x'), row(2, 'y')], format));
    expect(samples.map(({ value }) => value)).toEqual([AT, AT, AT, AT]);
  });
});

function renamed(family: Family<number>): Family<number> {
  return { ...family, name: 'test_other_seconds' };
}
