import { describe, expect, it } from 'vitest';
import { failedOutcome } from '../../../../src/model/report.ts';
import { COLUMNS, parseQuery, type Query } from '../../../../src/web/status-page/query.ts';
import { createView, MAX_ROWS, type View } from '../../../../src/web/status-page/view.ts';
import { report, reportOf, token } from '../../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const USUAL: Query = { filter: '', column: 'urgency', reversed: false };

function named(name: string, daysLeft: number | undefined, more: Parameters<typeof token>[0] = {}) {
  const expiresAt = daysLeft === undefined ? undefined : NOW + daysLeft * DAY;
  return token({ name, createdAt: NOW - 300 * DAY, expiresAt, ...more });
}

const EU = reportOf(
  [
    named('fine', 100),
    named('warned', 10),
    named('renewed', 2),
    named('renewed', 300, { createdAt: NOW - DAY }),
    named('revoked', 50, { status: 'REVOKED' }),
    named('unknown', undefined),
  ],
  { account: 'eu' },
);
const US = reportOf([named('urgent', 1), named('expired', -1, { role: 'ROLE_READ_ONLY', description: 'of Denver' })], {
  account: 'us',
});
const BROKEN = report({ account: 'broken', outcome: failedOutcome('http', 'HTTP 502') });
const SILENT = { account: 'silent', outcome: undefined, lastSuccessAt: undefined, credentialExpiresAt: undefined };
const ACCOUNTS = [EU, BROKEN, US, SILENT];

function names({ rows }: View): string[] {
  return rows.map(({ account, token: { name } }) => `${account}/${name}`);
}

describe('the tokens', () => {
  it('of all accounts stand in the order of urgency, and then of time left', () => {
    expect(names(createView(ACCOUNTS, USUAL, NOW))).toEqual([
      'us/expired',
      'us/urgent',
      'eu/warned',
      'eu/unknown',
      'eu/fine',
      'eu/renewed',
      'eu/renewed',
      'eu/revoked',
    ]);
  });

  it('are counted by where they stand, whatever the filter', () => {
    const { counts, total, matching } = createView(ACCOUNTS, { ...USUAL, filter: 'urgent' }, NOW);
    expect(counts).toMatchObject({ expired: 1, critical: 1, warning: 1, unknown: 1, fine: 2, replaced: 1, revoked: 1 });
    expect({ total, matching }).toEqual({ total: 8, matching: 1 });
  });

  it('that is replaced or expired is not the next to lapse', () => {
    expect(createView(ACCOUNTS, USUAL, NOW).next?.token.name).toBe('urgent');
    expect(createView([EU], USUAL, NOW).next?.token.name).toBe('warned');
    expect(createView([reportOf([named('over', -1), named('odd', undefined)])], USUAL, NOW).next).toBeUndefined();
    const doubtful = reportOf([named('over', -1), named('over', 100, { status: 'PAUSED', createdAt: NOW - DAY })]);
    expect(createView([doubtful], USUAL, NOW).counts.doubtful).toBe(1);
    expect(createView([doubtful], USUAL, NOW).next?.token.status).toBe('PAUSED');
  });

  it('that metrics cannot tell apart are all listed, and judged by the one that metrics show', () => {
    const alike = reportOf([
      named('twin', 1),
      named('twin', undefined),
      named('twin', 50, { status: 'REVOKED' }),
      named('other', 100),
    ]);
    const { counts, total } = createView([alike], USUAL, NOW);
    expect(counts).toMatchObject({ critical: 0, unknown: 1, replaced: 1, revoked: 1, fine: 1 });
    expect(total).toBe(4);
  });

  it.each([
    ['eu', 6],
    ['EU warn', 1],
    ['denver', 1],
    ['read_only', 1],
    ['replaced', 1],
    ['expiry unknown', 1],
    ['revoked', 1],
    ['eu urgent', 0],
    ['urgent Urgent urgent', 1],
    ['<', 0],
  ])('that match %j are %d', (filter, matching) => {
    expect(createView(ACCOUNTS, { ...USUAL, filter }, NOW).matching).toBe(matching);
  });

  it.each(COLUMNS)('are put in the order of %s, and turned round', (column) => {
    const there = names(createView(ACCOUNTS, { ...USUAL, column }, NOW));
    const back = names(createView(ACCOUNTS, { ...USUAL, column, reversed: true }, NOW));
    expect(back).not.toEqual(there);
    expect(back.toSorted()).toEqual(there.toSorted());
  });

  it.each([
    ['name', 'us/expired'],
    ['account', 'eu/warned'],
    ['role', 'us/expired'],
    ['status', 'us/expired'],
    ['created', 'us/expired'],
    ['expires', 'us/expired'],
    ['used', 'us/expired'],
  ] as const)('by %s begin with %s', (column, first) => {
    expect(names(createView(ACCOUNTS, { ...USUAL, column }, NOW))[0]).toBe(first);
  });

  it('without a date come last', () => {
    expect(names(createView(ACCOUNTS, { ...USUAL, column: 'expires' }, NOW)).at(-1)).toBe('eu/unknown');
    expect(names(createView(ACCOUNTS, { ...USUAL, column: 'used' }, NOW)).at(-1)).toBe('eu/unknown');
  });

  it('that are very many are shown up to a bound, the first of all of them', () => {
    const many = Array.from({ length: 3000 }, (_, index) => named(`t${index}`, 1000 + ((index * 7919) % 3000)));
    const view = createView([reportOf(many)], USUAL, NOW);
    const expected = many.toSorted((a, b) => Number(a.expiresAt) - Number(b.expiresAt)).slice(0, MAX_ROWS);
    expect(view.rows.map(({ token: { name } }) => name)).toEqual(expected.map(({ name }) => name));
    expect(view.matching).toBe(3000);
  });
});

describe('the query', () => {
  it.each([
    [{}, USUAL],
    [
      { q: ' eu ', sort: 'name' },
      { filter: 'eu', column: 'name', reversed: false },
    ],
    [{ sort: '-expires' }, { filter: '', column: 'expires', reversed: true }],
    [{ sort: '-urgency' }, { filter: '', column: 'urgency', reversed: true }],
    [{ q: ['a', 'b'], sort: ['name'] }, USUAL],
    [{ q: { a: 'b' }, sort: '__proto__' }, USUAL],
    [{ sort: '--name' }, USUAL],
    // A filter is cut, but not within a character, and not behind a blank.
    [{ q: `${'x'.repeat(256)}y` }, { ...USUAL, filter: 'x'.repeat(256) }],
    [{ q: `${'x'.repeat(255)}🛰` }, { ...USUAL, filter: 'x'.repeat(255) }],
    [{ q: `${'x'.repeat(255)} y` }, { ...USUAL, filter: 'x'.repeat(255) }],
  ])('%j is read as %j', (parameters, query) => {
    expect(parseQuery(parameters)).toEqual(query);
  });
});
