import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { statusFindings } from '../../../src/diagnose/status-findings.ts';
import { suggestStatuses, type UnknownStatus } from '../../../src/diagnose/status-suggestion.ts';
import { createStatusClassifier } from '../../../src/model/status.ts';
import { classifyStatus, STATUS_SETTINGS, unknownStatus as unknown } from './fixtures.ts';

const findings = (...statuses: UnknownStatus[]): Finding[] =>
  statusFindings(statuses, STATUS_SETTINGS, { isClockWrong: false });
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

  it('is a choice of two for one undecided status, with the suggested ones', () => {
    const set = ofKind('set', findings(unknown('ODD'), unknown('DISABLED')));
    expect(set.at(-1)?.settings?.map(({ flag }) => flag)).toEqual([
      '--api.status.active=ODD',
      '--api.status.revoked=OLD,DISABLED,ODD',
    ]);
  });

  it('is in one finding for all undecided statuses, once for each class that is possible', () => {
    const set = ofKind('set', findings(unknown('ODD'), unknown('GONE', { pastExpiry: 3 }), unknown('NEW')));
    expect(set).toHaveLength(1);
    expect(set[0]?.settings?.map(({ flag }) => flag)).toEqual([
      '--api.status.active=ODD,GONE,NEW',
      '--api.status.expired=GONE',
      '--api.status.revoked=OLD,ODD,NEW',
    ]);
    expect(set[0]?.text).toMatch(/names every status that it could have: remove.*ODD: .*GONE: all its 3.*NEW: /);
  });

  it('is not suggested for a status that is not a name', () => {
    const found = findings(unknown('(hidden: shape "aa aa", 5 characters)', { isWord: false, pastExpiry: 3 }));
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
      return unknown(rest.shown, { ...rest, count, withExpiry: known, pastExpiry: Math.min(known, pastExpiry) });
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
  it('are a problem that names their tokens; without any there is no finding', () => {
    expect(findings()).toEqual([]);
    const found = findings(unknown('ODD'), unknown('GONE', { count: 7 }));
    expect(found.every((one) => !one.understood)).toBe(true);
    expect(found[0]?.text).toContain('ODD: 3 tokens (#1, #2, #3); GONE: 7 tokens (#1, #2, #3, ...).');
  });

  it('that only the schema contains are to be reported, without a setting and without an alert', () => {
    const found = findings(unknown('DISABLED', { count: 0 }), unknown('PENDING', { count: 0 }));
    expect(found).toEqual([
      {
        kind: 'report',
        understood: false,
        text: expect.stringMatching(
          /these statuses of no class, but no listed token does: DISABLED, PENDING\. Report them, and set nothing until.*--api\.status\.active\. Only if it no longer works.*--api\.status\.revoked\./,
        ),
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('fires');
  });

  it('get no setting for tokens that do not work while the clock is wrong', () => {
    const statuses = [unknown('DISABLED'), unknown('ODD'), unknown('GONE', { pastExpiry: 3 }), unknown('LIVE')];
    const set = ofKind('set', statusFindings(statuses, STATUS_SETTINGS, { isClockWrong: true }));
    expect(set.flatMap(({ settings = [] }) => settings.map(({ flag }) => flag))).toEqual(['--api.status.active=LIVE']);
    expect(set.at(-1)?.text).toMatch(/Nothing yet for DISABLED, ODD, GONE: first correct the clock/);
  });
});
