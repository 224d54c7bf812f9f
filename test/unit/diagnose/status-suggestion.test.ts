import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { analyzeList } from '../../../src/diagnose/list-analysis.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { analyzeSchema } from '../../../src/diagnose/schema.ts';
import {
  statusFindings,
  suggestStatuses,
  type UnknownStatus,
  unknownStatuses,
} from '../../../src/diagnose/status-suggestion.ts';
import { createStatusClassifier, type StatusClass } from '../../../src/model/status.ts';
import { AT, classifyStatus, listed, STATUS_SETTINGS, schemaWith } from './fixtures.ts';

/** Returns a status of no class with three tokens, none of them past expiry. */
function unknown(shown: string, differences: Partial<UnknownStatus> = {}): UnknownStatus {
  return { shown, isWord: true, count: 3, withExpiry: 3, pastExpiry: 0, isOwn: false, ...differences };
}

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
    ['REVOKED_BY_USER', 'REVOKED'],
    ['INVALID', 'REVOKED'],
    ['LAPSED', 'EXPIRED'],
    ['TIMED_OUT', 'EXPIRED'],
    ['autoExpired', 'EXPIRED'],
    ['LIVE', 'ACTIVE'],
    ['STATUS_ISSUED', 'ACTIVE'],
  ])('%s is %s by its word', (shown, statusClass) => {
    const pastExpiry = statusClass === 'EXPIRED' ? 3 : 0;
    expect(suggest(unknown(shown, { pastExpiry }))).toMatchObject({
      classes: [statusClass],
      reason: expect.stringContaining('the word usually means'),
    });
  });

  it.each(['PENDING', 'NOT_ACTIVE', 'PENDING_DELETED', 'EXPIRING', 'EXPIRED_SOON', 'ACTIVE_OR_EXPIRED', 'UNREVOKED'])(
    '%s is undecided, because it does not mean what its words say',
    (shown) => {
      expect(suggest(unknown(shown)).classes).toEqual(['ACTIVE', 'REVOKED']);
    },
  );

  it('is EXPIRED if all tokens of an unusual word are past their expiry', () => {
    expect(suggest(unknown('GONE', ALL_PAST))).toMatchObject({
      classes: ['EXPIRED'],
      reason: 'all its 3 tokens are past their expiry',
    });
  });

  it.each([
    [{ pastExpiry: 2 }, '2 of its 3 tokens are past the expiry'],
    [{ pastExpiry: 1 }, '1 of its 3 tokens is past the expiry'],
    [{ withExpiry: 2, pastExpiry: 2 }, '2 of its 3 tokens are past the expiry, and the expiry of 1 is unknown'],
    [{ withExpiry: 0 }, 'the expiry of its 3 tokens is unknown'],
    [{ count: 1, withExpiry: 1 }, 'its only token is not past its expiry'],
    [{ count: 0, withExpiry: 0 }, 'no listed token has this status'],
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

const findings = (...statuses: UnknownStatus[]): Finding[] =>
  statusFindings(suggestStatuses(statuses), STATUS_SETTINGS);
const ofKind = (kind: Finding['kind'], all: readonly Finding[]): Finding[] => all.filter((one) => one.kind === kind);

describe('the setting', () => {
  it('keeps the words that are configured', () => {
    expect(ofKind('set', findings(unknown('DISABLED'))).map(({ settings }) => settings)).toEqual([
      [{ flag: '--api.status.revoked=OLD,DISABLED', variable: 'POINTONE_API_STATUS_REVOKED=OLD,DISABLED' }],
    ]);
  });

  it('holds all statuses of its class', () => {
    const set = ofKind('set', findings(unknown('DISABLED'), unknown('LIVE'), unknown('BLOCKED')));
    expect(set.map(({ settings }) => settings?.map(({ flag }) => flag))).toEqual([
      ['--api.status.active=LIVE'],
      ['--api.status.revoked=OLD,DISABLED,BLOCKED'],
    ]);
  });

  it('is a choice of two for an undecided status, with the suggested ones', () => {
    const set = ofKind('set', findings(unknown('ODD'), unknown('DISABLED')));
    expect(set.at(-1)?.settings?.map(({ flag }) => flag)).toEqual([
      '--api.status.active=ODD',
      '--api.status.revoked=OLD,DISABLED,ODD',
    ]);
  });

  it('is not suggested for a status that is not a name', () => {
    const found = findings(unknown('(hidden: shape "aa aa", 5 characters)', { isWord: false, ...ALL_PAST }));
    expect(ofKind('set', found)).toEqual([]);
    expect(ofKind('report', found)).toHaveLength(1);
  });

  it('contains one of several spellings of a status', () => {
    const set = ofKind('set', findings(unknown('STATUS_DISABLED'), unknown('disabled')));
    expect(set.map(({ settings }) => settings?.[0]?.flag)).toEqual(['--api.status.revoked=OLD,STATUS_DISABLED']);
  });

  const statuses = fc
    .record({
      shown: fc.oneof(
        fc.stringMatching(/^[A-Za-z_]\w{0,12}$/),
        fc.constantFrom('DISABLED', 'LIVE', 'LAPSED', 'STATUS_STATUS_X', 'TOKEN_1', 'token_status_gone', 'Gone'),
      ),
      count: fc.nat({ max: 5 }),
      withExpiry: fc.nat({ max: 5 }),
      pastExpiry: fc.nat({ max: 5 }),
      isOwn: fc.boolean(),
    })
    .filter(({ shown }) => classifyStatus(shown) === undefined)
    .map(({ count, withExpiry, pastExpiry, ...rest }) => {
      const known = Math.min(count, withExpiry);
      return { ...rest, isWord: true, count, withExpiry: known, pastExpiry: Math.min(known, pastExpiry) };
    });

  it('gives the status its class when it is applied', () => {
    fc.assert(
      fc.property(fc.array(statuses, { maxLength: 6 }), (unknowns) => {
        const flags = findings(...unknowns).flatMap(({ settings = [] }) => settings.map(({ flag }) => flag));
        for (const { status, classes } of suggestStatuses(unknowns)) {
          for (const statusClass of classes) {
            const applied = flags.filter((flag) => flag.startsWith(`--${STATUS_SETTINGS[statusClass].flag}=`));
            const classOf = (flag: string) =>
              createStatusClassifier({
                ...{ ACTIVE: [], EXPIRED: [], REVOKED: [] },
                [statusClass]: flag.slice(flag.indexOf('=') + 1).split(','),
              })(status.shown);
            expect(applied.map(classOf)).toContain(statusClass);
          }
        }
      }),
    );
  });

  it('for tokens that do not work is never given without the advice to check first', () => {
    fc.assert(
      fc.property(fc.array(statuses, { maxLength: 6 }), (unknowns) => {
        for (const { text, settings = [] } of findings(...unknowns)) {
          if (settings.every(({ flag }) => flag.startsWith('--api.status.active='))) continue;
          expect(text).toMatch(/Check first .*no longer works.*hides the expiry of a token in use/);
        }
      }),
    );
  });
});

describe('the statuses of no class', () => {
  const masking = createMasking('', { showNames: false });
  const list = (items: readonly unknown[], credential = { expiresAt: 0, issuedAt: undefined } as Times) =>
    analyzeList(items, { classifyStatus, at: AT, masking, credential });
  type Times = { expiresAt: number | undefined; issuedAt: number | undefined };
  const schema = analyzeSchema(schemaWith({ statuses: ['ACTIVE', 'GONE', 'ODD'] }), { classifyStatus, masking });

  it('come from the list and from the schema, each once', () => {
    expect(unknownStatuses(list([listed({ status: 'GONE' }), listed()]), schema)).toMatchObject([
      { shown: 'GONE', count: 1, withExpiry: 1 },
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

  it('are a problem that is not understood; without any there is no finding', () => {
    expect(findings()).toEqual([]);
    const found = findings(unknown('ODD'), unknown('GONE', { count: 0 }));
    expect(found.every((one) => !one.understood)).toBe(true);
    expect(found[0]?.text).toContain('ODD (3 tokens), GONE (only in the schema)');
  });
});
