import { describe, expect, it } from 'vitest';
import type { FieldAnalysis } from '../../../src/diagnose/field-analysis.ts';
import { analyzeList, type ListAnalysis } from '../../../src/diagnose/list-analysis.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { REQUESTED_FIELDS, type RequestedField, VIEW_TOKENS_QUERY } from '../../../src/pointone/token-parser.ts';
import { AT, classifyStatus, listed } from './fixtures.ts';

const NO_TIMES = { expiresAt: undefined, issuedAt: undefined };

function analyze(
  items: readonly unknown[],
  {
    showNames = false,
    credential = NO_TIMES,
    errors = [],
  }: { showNames?: boolean; credential?: ListTimes; errors?: readonly unknown[] } = {},
): ListAnalysis {
  return analyzeList(items, { classifyStatus, at: AT, errors, masking: createMasking([], { showNames }), credential });
}

type ListTimes = Parameters<typeof analyzeList>[1]['credential'];

function fieldOf(list: ListAnalysis, name: RequestedField): FieldAnalysis {
  const field = list.fields.find(({ field }) => field === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
}

it('the analyzed fields are those of the query', () => {
  expect(VIEW_TOKENS_QUERY).toContain(`{ ${REQUESTED_FIELDS.join(' ')} }`);
});

describe('a field', () => {
  it('is counted as present, null, missing or unreadable', () => {
    const { expiresAt: _, ...without } = listed();
    const list = analyze([
      listed(),
      listed({ expiresAt: null }),
      without,
      listed({ expiresAt: 'soon' }),
      listed({ expiresAt: {} }),
    ]);
    expect(fieldOf(list, 'expiresAt')).toMatchObject({
      present: 1,
      null: { count: 1, examples: ['#2'] },
      missing: { count: 1, examples: ['#3'] },
      unreadable: { count: 2, examples: ['#4', '#5'] },
    });
    const none = { count: 0, examples: [] };
    expect(fieldOf(list, 'createdAt')).toMatchObject({ present: 5, null: none, missing: none, unreadable: none });
    expect(list).toMatchObject({ complete: 1, knownExpiries: 1, watched: 1 });
  });

  it('with an error beside the list is unreadable and not null, as in the metrics', () => {
    const path = ['viewPersonalAccessTokens', 1, 'expiresAt'];
    const list = analyze([listed({ expiresAt: null }), listed({ expiresAt: null }), listed()], { errors: [{ path }] });
    expect(fieldOf(list, 'expiresAt')).toMatchObject({
      present: 1,
      null: { count: 1, examples: ['#1'] },
      unreadable: { count: 1, examples: ['#2'] },
      formats: expect.arrayContaining([{ format: 'null with an error', reading: 'unreadable', count: 1 }]),
    });
    expect(fieldOf(list, 'createdAt').unreadable.count).toBe(0);
    expect(list.complete).toBe(1);
  });

  it('of an item that has an error as a whole is unreadable', () => {
    const list = analyze([null, listed()], { errors: [{ path: ['viewPersonalAccessTokens', 0] }, { path: ['x'] }, 5] });
    for (const name of REQUESTED_FIELDS) expect(fieldOf(list, name).unreadable.examples).toEqual(['#1']);
  });

  it('may be an empty string only in a description', () => {
    const list = analyze([listed({ name: '', description: '' })]);
    expect(fieldOf(list, 'name')).toMatchObject({ unreadable: { count: 1 }, present: 0 });
    expect(fieldOf(list, 'description')).toMatchObject({ unreadable: { count: 0 }, present: 1 });
  });

  it('has its formats, the most frequent first', () => {
    const dates = ['2026-01-01', '2026-03-01T09:00', '2026-03-01T10:00', 1_772_355_600, null];
    const list = analyze(dates.map((createdAt) => listed({ createdAt })));
    expect(fieldOf(list, 'createdAt').formats).toEqual([
      { format: 'YYYY-MM-DDThh:mm', reading: 'utc', count: 2 },
      { format: 'YYYY-MM-DD', reading: 'midnight', count: 1 },
      { format: 'number of 10 digits (seconds since 1970)', reading: 'exact', count: 1 },
    ]);
    expect(fieldOf(list, 'name').formats).toEqual([{ format: 'string', reading: undefined, count: 5 }]);
  });

  it('has a limited number of formats, and the number of values with others', () => {
    const list = analyze(
      Array.from({ length: 500 }, (_, index) => listed({ createdAt: `${' '.repeat(index % 250)}x` })),
    );
    const { formats, otherFormats } = fieldOf(list, 'createdAt');
    expect(formats).toHaveLength(6);
    expect(formats.reduce((sum, { count }) => sum + count, otherFormats)).toBe(500);
  });

  it('of an item that is not an object is missing', () => {
    const list = analyze([null, 5, 'x', [listed()]]);
    expect(list).toMatchObject({ tokens: 4, notObjects: 4, complete: 0 });
    for (const name of REQUESTED_FIELDS) expect(fieldOf(list, name).missing.count).toBe(4);
  });
});

describe('statuses and roles', () => {
  it('are counted with their class and the tokens past expiry', () => {
    const past = { expiresAt: '2026-05-01T00:00:00Z' };
    const list = analyze([
      listed(),
      listed({ status: 'OLD', ...past }),
      listed({ status: 'WEIRD', ...past }),
      listed({ status: 'WEIRD', expiresAt: null }),
      listed({ status: 'WEIRD' }),
      listed({ status: '' }),
    ]);
    const common = { isWord: true };
    expect(list.statuses).toEqual([
      {
        ...common,
        ...{ shown: 'WEIRD', statusClass: undefined, count: 3, withExpiry: 2, pastExpiry: 1 },
        examples: ['#3', '#4', '#5'],
      },
      {
        ...common,
        ...{ shown: 'ACTIVE', statusClass: 'ACTIVE', count: 1, withExpiry: 1, pastExpiry: 0 },
        examples: ['#1'],
      },
      {
        ...common,
        ...{ shown: 'OLD', statusClass: 'REVOKED', count: 1, withExpiry: 1, pastExpiry: 1 },
        examples: ['#2'],
      },
    ]);
    expect(list.roles).toEqual([{ ...common, shown: 'ROLE_READ_ONLY', count: 6 }]);
  });

  it('are masked if they are not names', () => {
    const [status] = analyze([listed({ status: 'my secret' })]).statuses;
    expect(status).toMatchObject({ shown: '(hidden: shape "aa aaaaaa", 9 characters)', isWord: false });
  });

  it('have a limited number, and the number of tokens with others', () => {
    const list = analyze(Array.from({ length: 300 }, (_, n) => listed({ status: `S${n}`, role: `R${n % 30}` })));
    expect(list.statuses).toHaveLength(20);
    expect(list.otherStatuses).toBe(280);
    expect(list.roles).toHaveLength(20);
    expect(list.otherRoles).toBe(100);
  });
});

describe('tokens', () => {
  it('are watched if they are usable and their expiry is known', () => {
    const list = analyze([listed({ status: 'OLD' }), listed({ status: 'ODD' }), listed({ expiresAt: null }), listed()]);
    expect(list).toMatchObject({ knownExpiries: 3, watched: 2, complete: 3 });
  });

  it('that expired are counted from the moment of their expiry', () => {
    const at = (offset: number) => listed({ expiresAt: new Date(AT + offset).toISOString() });
    expect(analyze([at(-1), at(0), at(1)]).pastExpiry).toEqual({ count: 2, examples: ['#1', '#2'] });
  });

  it('of the class EXPIRED are counted if their expiry is in the future', () => {
    const list = analyze([listed({ status: 'EXPIRED' }), listed({ status: 'EXPIRED', expiresAt: null }), listed()]);
    expect(list.expiredEarly).toEqual({ count: 1, examples: ['#1'] });
  });

  it('created in the future are counted, with a tolerance for clocks', () => {
    const at = (minutes: number) => listed({ createdAt: AT + minutes * 60_000, expiresAt: AT + 9e9 });
    expect(analyze([at(5), at(6)]).createdInFuture).toEqual({ count: 1, examples: ['#2'] });
  });

  it('with implausible dates are counted', () => {
    const list = analyze([
      listed({ createdAt: '2026-03-02', expiresAt: '2026-03-01' }),
      listed({ expiresAt: '9999-12-31T23:59:59Z' }),
      listed(),
    ]);
    expect(list.expiresBeforeCreation.examples).toEqual(['#1']);
    expect(list.implausibleExpiry.examples).toEqual(['#2']);
  });

  it('with the name, role and creation of an earlier one are duplicates', () => {
    const list = analyze([
      listed(),
      listed({ status: 'REVOKED' }),
      listed({ role: 'ROLE_READ_WRITE' }),
      listed({ createdAt: '2026-03-02T00:00:00Z' }),
      listed({ name: 'other' }),
    ]);
    expect(list.duplicates).toEqual({ count: 1, examples: ['#2'] });
    expect(list.repeatedNames).toBe(1);
  });

  it('have a shortest and a longest lifetime', () => {
    const day = 86_400_000;
    const list = analyze([
      listed({ createdAt: '2026-01-01', expiresAt: '2026-01-31' }),
      listed({ createdAt: '2026-01-01', expiresAt: '2027-01-01' }),
      listed({ expiresAt: null }),
    ]);
    expect(list.lifetimesMs).toEqual({ min: 30 * day, max: 365 * day });
    expect(analyze([listed({ createdAt: null })]).lifetimesMs).toBeUndefined();
  });

  it('are labelled with name and description only on request', () => {
    const items = Array.from({ length: 7 }, (_, n) =>
      listed({ name: `n${n}`, description: n ? '' : 'd', expiresAt: 1e9 }),
    );
    expect(analyze(items).pastExpiry).toEqual({ count: 7, examples: ['#1', '#2', '#3', '#4', '#5'] });
    expect(analyze(items, { showNames: true }).pastExpiry.examples.slice(0, 2)).toEqual(['#1 n0 (d)', '#2 n1']);
  });
});

describe("the exporter's own token", () => {
  const credential = { expiresAt: Date.UTC(2027, 2, 1, 9), issuedAt: Date.UTC(2026, 2, 1, 9) };
  const own = (items: readonly unknown[], times: ListTimes = credential) => analyze(items, { credential: times }).own;
  const other = listed({ createdAt: '2026-04-01T09:00:00Z', expiresAt: '2027-04-01T09:00:00Z' });

  it('is the one with the times of the credential', () => {
    const token = listed({ createdAt: '2026-03-01T09:00:10.9Z', expiresAt: '2027-03-01T09:00:00.999Z', status: 'OK' });
    expect(own([other, token])).toEqual({
      match: 'found',
      position: 2,
      role: 'ROLE_READ_ONLY',
      status: 'OK',
      statusClass: undefined,
      canWrite: false,
      offsetMinutes: 0,
      hasDateWithoutZone: false,
    });
  });

  it.each([
    ['no token has its expiry', [other]],
    ['the token with its expiry was created at another time', [listed({ createdAt: '2026-03-01T09:02:00Z' })]],
    ['the list is empty', []],
  ])('is not found if %s', (_what, items) => {
    expect(own(items)).toEqual({ match: 'not_found' });
  });

  it.each([
    ['is null', { expiresAt: null }],
    ['is unreadable', { expiresAt: 'soon' }],
    ['has no time', { expiresAt: '2027-03-01' }],
  ])('is not comparable if the expiry of a token %s, which could be it', (_what, dates) => {
    expect(own([other, listed(dates)])).toEqual({ match: 'not_comparable' });
  });

  it('is found among the tokens that count as dead, but only after those that count as usable', () => {
    const revoked = listed({ status: 'REVOKED' });
    expect(own([other, revoked])).toMatchObject({ match: 'found', position: 2, statusClass: 'REVOKED' });
    expect(own([revoked, listed(), listed({ status: 'EXPIRED' })])).toMatchObject({ match: 'found', position: 2 });
    expect(own([revoked, listed({ status: 'EXPIRED' })])).toEqual({ match: 'ambiguous' });
  });

  it('is found by times without seconds, and by a creation without a time', () => {
    const times = { expiresAt: credential.expiresAt + 42_000, issuedAt: credential.issuedAt + 42_000 };
    expect(own([other, listed({ expiresAt: '2027-03-01T09:00' })], times)).toMatchObject({ match: 'found' });
    expect(own([other, listed({ createdAt: '2026-03-01' })])).toMatchObject({ match: 'found' });
    expect(own([other, listed({ expiresAt: '2027-03-01T09:00:00' })], times)).toEqual({ match: 'not_found' });
  });

  it('is ambiguous if two tokens have its times', () => {
    expect(own([listed(), listed({ name: 'b' })])).toEqual({ match: 'ambiguous' });
  });

  it('is unknown if the credential has no expiry', () => {
    expect(own([listed()], NO_TIMES)).toEqual({ match: 'no_times' });
  });

  it('is found by the expiry alone if one creation is unknown', () => {
    expect(own([listed({ createdAt: null })])).toMatchObject({ match: 'found' });
    expect(own([listed()], { ...credential, issuedAt: undefined })).toMatchObject({ match: 'found' });
  });

  it('verifies that dates without a zone are UTC', () => {
    const token = listed({ createdAt: '2026-03-01T09:00', expiresAt: '2027-03-01T09:00' });
    expect(own([token, other])).toMatchObject({ match: 'found', hasDateWithoutZone: true });
  });

  it.each([
    ['ahead', '2026-03-01T14:30:05', '2027-03-01T14:30', 330],
    ['behind', '2026-03-01T04:00', '2027-03-01T04:00', -300],
  ])('reveals that dates without a zone are %s of UTC', (_what, createdAt, expiresAt, offsetMinutes) => {
    expect(own([other, listed({ createdAt, expiresAt })])).toMatchObject({
      match: 'offset',
      position: 2,
      offsetMinutes,
    });
  });

  it('with exactly the times of the credential comes before one whose dates are off by hours', () => {
    const exact = listed({ createdAt: '2026-03-01T09:00', expiresAt: '2027-03-01T09:00' });
    const later = listed({ createdAt: '2026-03-01T10:00', expiresAt: '2027-03-01T10:00' });
    expect(own([later, exact])).toMatchObject({ match: 'found', position: 2 });
  });

  it.each([
    ['dates with a zone', { createdAt: '2026-03-01T10:00:00Z', expiresAt: '2027-03-01T10:00:00Z' }],
    ['different offsets of the two dates', { createdAt: '2026-03-01T10:00', expiresAt: '2027-03-01T11:00' }],
    ['an offset that no zone has', { createdAt: '2026-03-01T09:07', expiresAt: '2027-03-01T09:07' }],
    ['an offset of a day', { createdAt: '2026-03-02T09:00', expiresAt: '2027-03-02T09:00' }],
    ['an unknown creation', { createdAt: null, expiresAt: '2027-03-01T10:00' }],
    ['a creation without a time', { createdAt: '2026-03-01', expiresAt: '2027-03-01T10:00' }],
  ])('is not found by %s', (_what, dates) => {
    expect(own([listed(dates)])).toEqual({ match: 'not_found' });
  });

  it.each([
    ['ROLE_READ_WRITE', true],
    ['admin', true],
    ['ROLE_READ_ONLY', false],
    ['ROLE_VIEWER', false],
    ['ROLE_X', undefined],
    ['', undefined],
  ])('with the role %j can write: %j', (role, canWrite) => {
    expect(own([listed({ role })])).toMatchObject({ canWrite });
  });
});
