import { describe, expect, it } from 'vitest';
import { analyzeList } from '../../../src/diagnose/list-analysis.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { analyzeSchema } from '../../../src/diagnose/schema.ts';
import {
  statusesWithoutToken,
  suggestStatuses,
  type UnknownStatus,
  unknownStatuses,
} from '../../../src/diagnose/status-suggestion.ts';
import type { StatusClass } from '../../../src/model/status.ts';
import { AT, classifyStatus, listed, schemaWith, unknownStatus as unknown } from './fixtures.ts';

function suggest(status: UnknownStatus) {
  const [suggestion] = suggestStatuses([status]);
  if (suggestion === undefined) throw new Error('no suggestion');
  return suggestion;
}

const ALL_PAST = { pastExpiry: 3 };

describe('the suggested class of a status', () => {
  it.each<[string, StatusClass]>([
    ['DISABLED', 'REVOKED'],
    ['TOKEN_STATUS_DEACTIVATED', 'REVOKED'],
    ['inactive', 'REVOKED'],
    ['Cancelled', 'REVOKED'],
    ['INVALID', 'REVOKED'],
    ['LAPSED', 'EXPIRED'],
    ['TIMED_OUT', 'EXPIRED'],
    ['timedOut', 'EXPIRED'],
    ['LIVE', 'ACTIVE'],
    ['STATUS_ISSUED', 'ACTIVE'],
  ])('%s is %s by its word', (shown, statusClass) => {
    const pastExpiry = statusClass === 'EXPIRED' ? 3 : 0;
    expect(suggest(unknown(shown, { pastExpiry }))).toMatchObject({
      classes: [statusClass],
      reason: expect.stringContaining('the word usually means'),
    });
  });

  it.each([
    ...['PENDING', 'NOT_ACTIVE', 'PENDING_DELETED', 'EXPIRING', 'EXPIRED_SOON', 'ACTIVE_OR_EXPIRED', 'UNREVOKED'],
    ...['CLOSED_BETA', 'LOCKED_DEVICE', 'REVOKED_BY_USER', 'STATUS_DISABLED_FOR_WRITES', 'closedBeta', 'IS_LIVE'],
  ])('%s is undecided, because only a part of it is a usual word', (shown) => {
    expect(suggest(unknown(shown)).classes).toEqual(['ACTIVE', 'REVOKED']);
  });

  it('is a choice if all tokens of an unusual word are past their expiry: dates alone never suggest a dead one', () => {
    expect(suggest(unknown('GONE', ALL_PAST))).toMatchObject({
      classes: ['ACTIVE', 'EXPIRED'],
      reason: 'all its 3 tokens are past their expiry',
    });
  });

  it.each([
    [{ pastExpiry: 2 }, '2 of its 3 tokens are past the expiry'],
    [{ pastExpiry: 1 }, '1 of its 3 tokens is past the expiry'],
    [{ withExpiry: 2, pastExpiry: 2 }, '2 of its 3 tokens are past the expiry, and the expiry of 1 is unknown'],
    [{ withExpiry: 0 }, 'the expiry of its 3 tokens is unknown'],
    [{ count: 1, withExpiry: 1 }, 'its only token is not past its expiry'],
  ])('is undecided for an unusual word with %j', (differences, reason) => {
    expect(suggest(unknown('GONE', differences))).toMatchObject({ classes: ['ACTIVE', 'REVOKED'], reason });
  });

  it('is undecided if word and expiry contradict each other', () => {
    expect(suggest(unknown('LIVE', ALL_PAST))).toMatchObject({ classes: ['ACTIVE', 'EXPIRED'] });
    expect(suggest(unknown('LAPSED', { pastExpiry: 2 }))).toMatchObject({
      classes: ['ACTIVE', 'EXPIRED'],
      reason: 'the word usually means that a token has expired, but 2 of its 3 tokens are past the expiry',
    });
  });

  it("is ACTIVE if the exporter's own token has the status, whatever its word", () => {
    expect(suggest(unknown('DISABLED', { isOwn: true, ...ALL_PAST })).classes).toEqual(['ACTIVE']);
  });
});

describe('the statuses of no class', () => {
  const masking = createMasking([], { showNames: false });
  const list = (items: readonly unknown[], credential = { expiresAt: 0, issuedAt: undefined } as Times) =>
    analyzeList(items, { classifyStatus, at: AT, errors: [], masking, credential });
  type Times = { expiresAt: number | undefined; issuedAt: number | undefined };
  const schema = analyzeSchema(schemaWith({ statuses: ['ACTIVE', 'GONE', 'ODD'] }), { classifyStatus, masking });

  it('come from the list and from the schema, each once', () => {
    expect(unknownStatuses(list([listed({ status: 'GONE' }), listed()]), schema)).toMatchObject([
      { shown: 'GONE', count: 1, withExpiry: 1, examples: ['#1'] },
      { shown: 'ODD', count: 0 },
    ]);
    expect(unknownStatuses(undefined, undefined)).toEqual([]);
  });

  it("include the one of the exporter's own token", () => {
    const own = listed({ status: 'GONE' });
    const credential = { expiresAt: Date.parse(String(own['expiresAt'])), issuedAt: undefined };
    expect(
      unknownStatuses(list([own, listed({ status: 'ODD', expiresAt: null })], credential), undefined),
    ).toMatchObject([
      { shown: 'GONE', isOwn: true },
      { shown: 'ODD', isOwn: false },
    ]);
  });

  it("include the one of the exporter's own token in every spelling: the first one is kept", () => {
    const own = listed({ status: 'TOKEN_DISABLED' });
    const credential = { expiresAt: Date.parse(String(own['expiresAt'])), issuedAt: undefined };
    const found = unknownStatuses(list([listed({ status: 'disabled', expiresAt: null }), own], credential), undefined);
    expect(suggestStatuses(found)).toMatchObject([{ status: { shown: 'disabled' }, classes: ['ACTIVE'] }]);
  });

  it('that only the schema contains get no suggestion', () => {
    const statuses = [unknown('ODD'), unknown('GONE', { count: 0 }), unknown('status_odd', { count: 0 })];
    expect(suggestStatuses(statuses).map(({ status }) => status.shown)).toEqual(['ODD']);
    expect(statusesWithoutToken(statuses).map(({ shown }) => shown)).toEqual(['GONE']);
  });
});
