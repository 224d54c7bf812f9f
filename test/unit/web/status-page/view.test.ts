import { describe, expect, it } from 'vitest';
import { failedOutcome } from '../../../../src/model/report.ts';
import { COLUMNS, parseQuery, type Query } from '../../../../src/web/status-page/query.ts';
import { createView, MAX_ROWS, type View } from '../../../../src/web/status-page/view.ts';
import { report, reportOf, token } from '../../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const DEFAULT_QUERY: Query = { filter: '', column: 'urgency', reversed: false };

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
const PENDING = { account: 'pending', outcome: undefined, lastSuccessAt: undefined, credentialExpiresAt: undefined };
const ACCOUNTS = [EU, BROKEN, US, PENDING];

function names({ rows }: View): string[] {
  return rows.map(({ account, token: { name } }) => `${account}/${name}`);
}

describe('the tokens', () => {
  it('of all accounts are sorted by urgency, then by time left', () => {
    expect(names(createView(ACCOUNTS, DEFAULT_QUERY, NOW))).toEqual([
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

  it('are counted by state, regardless of the filter', () => {
    const { counts, total, matching } = createView(ACCOUNTS, { ...DEFAULT_QUERY, filter: 'urgent' }, NOW);
    expect(counts).toMatchObject({ expired: 1, critical: 1, warning: 1, unknown: 1, fine: 2, replaced: 1, revoked: 1 });
    expect({ total, matching }).toEqual({ total: 8, matching: 1 });
  });

  it('that are replaced or expired are never the next to expire', () => {
    expect(createView(ACCOUNTS, DEFAULT_QUERY, NOW).next?.token.name).toBe('urgent');
    expect(createView([EU], DEFAULT_QUERY, NOW).next?.token.name).toBe('warned');
    expect(
      createView([reportOf([named('over', -1), named('odd', undefined)])], DEFAULT_QUERY, NOW).next,
    ).toBeUndefined();
    const doubtful = reportOf([named('over', -1), named('over', 100, { status: 'PAUSED', createdAt: NOW - DAY })]);
    expect(createView([doubtful], DEFAULT_QUERY, NOW).counts.doubtful).toBe(1);
    expect(createView([doubtful], DEFAULT_QUERY, NOW).next?.token.status).toBe('PAUSED');
  });

  it('of unknown status are counted and sorted before fine ones, and not as fine', () => {
    const odd = reportOf([named('a', 100), named('b', 300, { status: 'PAUSED' }), named('c', 10)]);
    const view = createView([odd], DEFAULT_QUERY, NOW);
    expect(view.counts).toMatchObject({ 'status-unknown': 1, fine: 1, warning: 1 });
    expect(view.rows.map(({ token: { name } }) => name)).toEqual(['c', 'b', 'a']);
    const filtered = createView([odd], { ...DEFAULT_QUERY, filter: 'state:status-unknown' }, NOW);
    expect(filtered.rows.map(({ token: { name } }) => name)).toEqual(['b']);
  });

  it('that are duplicates in metrics are all listed, with the state of the one that metrics show', () => {
    const sameLabels = reportOf([
      named('twin', 1),
      named('twin', undefined),
      named('twin', 50, { status: 'REVOKED' }),
      named('other', 100),
    ]);
    const { counts, total } = createView([sameLabels], DEFAULT_QUERY, NOW);
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
    ['state:fine', 2],
    ['STATE:expired', 1],
    ['eu state:unknown', 1],
    ['us state:unknown', 0],
    ['state:fine state:expired', 0],
    ['state:', 0],
  ])('that match %j number %d', (filter, matching) => {
    expect(createView(ACCOUNTS, { ...DEFAULT_QUERY, filter }, NOW).matching).toBe(matching);
  });

  it.each(COLUMNS)('are sorted by %s in both directions', (column) => {
    const ascending = names(createView(ACCOUNTS, { ...DEFAULT_QUERY, column }, NOW));
    const reversed = names(createView(ACCOUNTS, { ...DEFAULT_QUERY, column, reversed: true }, NOW));
    expect(reversed).not.toEqual(ascending);
    expect(reversed.toSorted()).toEqual(ascending.toSorted());
  });

  it.each([
    ['name', 'us/expired'],
    ['account', 'eu/warned'],
    ['role', 'us/expired'],
    ['status', 'us/expired'],
    ['created', 'us/expired'],
    ['expires', 'us/expired'],
    ['used', 'us/expired'],
  ] as const)('sorted by %s start with %s', (column, first) => {
    expect(names(createView(ACCOUNTS, { ...DEFAULT_QUERY, column }, NOW))[0]).toBe(first);
  });

  it('without a date are last', () => {
    expect(names(createView(ACCOUNTS, { ...DEFAULT_QUERY, column: 'expires' }, NOW)).at(-1)).toBe('eu/unknown');
    expect(names(createView(ACCOUNTS, { ...DEFAULT_QUERY, column: 'used' }, NOW)).at(-1)).toBe('eu/unknown');
  });

  it('are limited to the first rows of the complete order', () => {
    const many = Array.from({ length: 3000 }, (_, index) => named(`t${index}`, 1000 + ((index * 7919) % 3000)));
    const view = createView([reportOf(many)], DEFAULT_QUERY, NOW);
    const expected = many.toSorted((a, b) => Number(a.expiresAt) - Number(b.expiresAt)).slice(0, MAX_ROWS);
    expect(view.rows.map(({ token: { name } }) => name)).toEqual(expected.map(({ name }) => name));
    expect(view.matching).toBe(3000);
  });
});

describe('the query', () => {
  it.each([
    [{}, DEFAULT_QUERY],
    [
      { q: ' eu ', sort: 'name' },
      { filter: 'eu', column: 'name', reversed: false },
    ],
    [{ sort: '-expires' }, { filter: '', column: 'expires', reversed: true }],
    [{ sort: '-urgency' }, { filter: '', column: 'urgency', reversed: true }],
    [{ q: ['a', 'b'], sort: ['name'] }, DEFAULT_QUERY],
    [{ q: { a: 'b' }, sort: '__proto__' }, DEFAULT_QUERY],
    [{ sort: '--name' }, DEFAULT_QUERY],
    // A filter is not truncated within a character or after a space.
    [{ q: `${'x'.repeat(256)}y` }, { ...DEFAULT_QUERY, filter: 'x'.repeat(256) }],
    [{ q: `${'x'.repeat(255)}🛰` }, { ...DEFAULT_QUERY, filter: 'x'.repeat(255) }],
    [{ q: `${'x'.repeat(255)} y` }, { ...DEFAULT_QUERY, filter: 'x'.repeat(255) }],
  ])('%j is parsed as %j', (parameters, query) => {
    expect(parseQuery(parameters)).toEqual(query);
  });
});
