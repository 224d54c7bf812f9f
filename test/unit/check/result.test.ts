import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRADICTION_MS, type Finding, MAX_CLOCK_SKEW_MS } from '../../../src/health/findings.ts';
import { EXIT_STATUS, type Severity } from '../../../src/health/token-health.ts';
import { failedOutcome, type Report } from '../../../src/model/report.ts';
import type { Token } from '../../../src/model/token.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';

import { report, reportOf } from '../support/builders.ts';
import { DAY, judged, NOW, withDaysLeft } from './worlds.ts';

const FINE = withDaysLeft(300, { name: 'fine' });

/** The severity of an account that has these tokens and one that is fine. */
function severityOf(...tokens: Token[]): Severity {
  return judged([reportOf([FINE, ...tokens])]).severity;
}

/** What an account is found to have beside its tokens. */
function findings(differences: Partial<Report>): Pick<Finding, 'severity' | 'kind' | 'text'>[] {
  return judged([reportOf([FINE], differences)]).findings.map(({ severity, kind, text }) => ({ severity, kind, text }));
}

describe('a token', () => {
  it.each<[string, Token[], Severity]>([
    ['with time left is fine', [withDaysLeft(14)], 'ok'],
    ['with less than 14 days left is a warning', [withDaysLeft(13.9)], 'warning'],
    ['with less than 3 days left is critical', [withDaysLeft(2.9)], 'critical'],
    ['that was made to live for 12 days is fine with 3 left', [withDaysLeft(3, { createdAt: NOW - 9 * DAY })], 'ok'],
    ['that has expired is critical', [withDaysLeft(-1, { status: 'EXPIRED' })], 'critical'],
    ['that has expired is critical, whatever its status', [withDaysLeft(-1)], 'critical'],
    ['that is EXPIRED is critical, whatever its date', [withDaysLeft(100, { status: 'EXPIRED' })], 'critical'],
    ['that expired 14 days ago is history', [withDaysLeft(-14, { status: 'EXPIRED' })], 'ok'],
    ['that expired a little later is not', [withDaysLeft(-13.99, { status: 'EXPIRED' })], 'critical'],
    ['of unknown expiry is a warning', [withDaysLeft(0, { expiresAt: undefined })], 'warning'],
    [
      'of unknown expiry is one even with a successor',
      [withDaysLeft(0, { expiresAt: undefined }), withDaysLeft(300)],
      'warning',
    ],
    ['that is revoked is nobody’s trouble', [withDaysLeft(-1, { status: 'REVOKED' })], 'ok'],
    ['that has a successor is replaced', [withDaysLeft(1), withDaysLeft(300)], 'ok'],
    [
      'that has one of another role is not',
      [withDaysLeft(1), withDaysLeft(300, { role: 'ROLE_READ_ONLY' })],
      'critical',
    ],
    ['that has an urgent successor is as urgent as that', [withDaysLeft(1), withDaysLeft(10)], 'warning'],
    [
      'that has one of unknown status alone is doubtful',
      [withDaysLeft(1), withDaysLeft(300, { status: 'PAUSED' })],
      'warning',
    ],
  ])('%s', (_what, tokens, severity) => {
    expect(severityOf(...tokens)).toBe(severity);
  });

  it('is not replaced by one of another account', () => {
    const reports = [reportOf([withDaysLeft(1)], { account: 'a' }), reportOf([withDaysLeft(300)], { account: 'b' })];
    expect(judged(reports).severity).toBe('critical');
  });

  it('is judged as metrics show it where another has the same name, role and creation', () => {
    const twin = (days: number, status: string): Token => withDaysLeft(days, { createdAt: NOW - 30 * DAY, status });
    const verdict = judged([reportOf([twin(1, 'ACTIVE'), FINE, twin(200, 'ACTIVE'), twin(-3, 'EXPIRED')])]);
    expect(verdict.tokens.map(({ token: { expiresAt }, state: standing }) => [expiresAt, standing])).toEqual([
      [NOW + 200 * DAY, 'fine'],
      [FINE.expiresAt, 'fine'],
    ]);
    expect(verdict.severity).toBe('ok');
  });

  it('is judged by the limits given, and by its share of life all the same', () => {
    const limits = {
      warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 120 * 86_400_000 },
      critical: { ...DEFAULT_THRESHOLDS.critical, leftMs: 60 * 86_400_000 },
    };
    const severity = (days: number): Severity => judged([reportOf([withDaysLeft(days)])], limits).severity;
    // A quarter of a year is 91 days, a tenth 36.
    expect([92, 91, 37, 36].map(severity)).toEqual(['ok', 'warning', 'warning', 'critical']);
  });
});

describe('an account', () => {
  it.each<[string, Partial<Report>, Severity, string, RegExp]>([
    [
      'that could not be read',
      { outcome: failedOutcome('unauthenticated', 'HTTP 401') },
      'unknown',
      'account_unread',
      /^could not be read \(unauthenticated\): HTTP 401$/,
    ],
    ['of no token', { outcome: { ok: true, tokens: [] } }, 'warning', 'list_empty', /lists no token/],
    [
      'whose fields cannot be read',
      {
        outcome: {
          ok: true,
          tokens: [
            { ...FINE, unreadable: ['role', 'createdAt'] },
            { ...FINE, unreadable: ['role'] },
          ],
        },
      },
      'warning',
      'fields_unreadable',
      /: role of 2, createdAt of 1$/,
    ],
    [
      'whose credential expires',
      { credentialExpiresAt: NOW + 10 * DAY },
      'warning',
      'credential_expiring',
      /expires in 10d$/,
    ],
    [
      'whose credential expires soon',
      { credentialExpiresAt: NOW + DAY },
      'critical',
      'credential_expiring',
      /expires in 1d$/,
    ],
    [
      'whose credential has expired',
      { credentialExpiresAt: NOW - DAY },
      'critical',
      'credential_expiring',
      /expired 1d ago$/,
    ],
    ['whose clock is ahead', { clockSkewMs: -301_000 }, 'warning', 'clock_skew', /differ by 5 minutes$/],
    ['whose clock is behind', { clockSkewMs: 3_600_000 }, 'warning', 'clock_skew', /differ by 60 minutes$/],
    [
      'that misses an expected token',
      { expected: [{ name: 'gone', role: undefined }] },
      'critical',
      'expected_token_missing',
      /expected token gone is missing/,
    ],
    [
      'that misses one of a role',
      { expected: [{ name: 'fine', role: 'ROLE_READ_ONLY' }] },
      'critical',
      'expected_token_missing',
      /expected token fine \(ROLE_READ_ONLY\)/,
    ],
  ])('%s', (_what, differences, severity, kind, text) => {
    expect(findings(differences)).toEqual([{ severity, kind, text: expect.stringMatching(text) }]);
    expect(judged([reportOf([FINE], differences)]).severity).toBe(severity);
  });

  it('whose credential expires at this moment is critical, whatever the limits', () => {
    const limits = {
      warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 0 },
      critical: { ...DEFAULT_THRESHOLDS.critical, leftMs: 0 },
    };
    expect(judged([reportOf([FINE], { credentialExpiresAt: NOW + 1 })], limits).severity).toBe('ok');
    expect(judged([reportOf([FINE], { credentialExpiresAt: NOW })], limits).severity).toBe('critical');
  });

  it.each<[string, Partial<Report>]>([
    ['is as it should be', { expected: [{ name: 'fine', role: undefined }] }],
    ['has a credential with time left', { credentialExpiresAt: NOW + 14 * DAY }],
    ['has a clock that is nearly right', { clockSkewMs: 300_000 }],
  ])('that %s has nothing to be told', (_what, differences) => {
    expect(findings(differences)).toEqual([]);
  });

  it('is not said to miss a token that is told to have expired', () => {
    const expected = [{ name: 'caster', role: undefined }];
    const expired = withDaysLeft(-1, { status: 'EXPIRED' });
    expect(judged([reportOf([expired], { expected })]).findings).toEqual([]);
  });

  it('is said to miss one that expired long ago, or was revoked', () => {
    const expected = [{ name: 'caster', role: undefined }];
    for (const token of [withDaysLeft(-20), withDaysLeft(300, { status: 'REVOKED' })]) {
      expect(judged([reportOf([token], { expected })]).severity).toBe('critical');
    }
  });

  describe('whose tokens have a status at odds with their date', () => {
    const HOUR = 1 / 24;
    const told = (...tokens: Token[]): string[] =>
      judged([reportOf(tokens)]).findings.map(({ severity, kind, text }) => `${severity} ${kind} ${text}`);
    const contradiction = 'warning status_contradiction status and expiry contradict each other';

    it.each<[string, Token, string[]]>([
      [
        'EXPIRED with over an hour to go',
        withDaysLeft(2 * HOUR, { status: 'EXPIRED' }),
        [`${contradiction}: caster is EXPIRED, but expires in 2h`],
      ],
      ['EXPIRED with an hour to go', withDaysLeft(HOUR, { status: 'EXPIRED' }), []],
      [
        'ACTIVE for over an hour too long',
        withDaysLeft(-2),
        [`${contradiction}: caster is ACTIVE, but expired 2d ago`],
      ],
      ['ACTIVE for an hour too long', withDaysLeft(-HOUR), []],
      ['EXPIRED after its date', withDaysLeft(-2, { status: 'EXPIRED' }), []],
      ['ACTIVE before it', withDaysLeft(2), []],
      ['REVOKED, whenever', withDaysLeft(-2, { status: 'REVOKED' }), []],
      ['unknown, whenever', withDaysLeft(-2, { status: 'PAUSED' }), []],
      ['EXPIRED without a date', withDaysLeft(0, { status: 'EXPIRED', expiresAt: undefined }), []],
    ])('%s', (_what, token, expected) => {
      expect(told(token)).toEqual(expected);
    });

    it('is told of three of them by name, replaced or not', () => {
      const names = ['a', 'b', '', 'd', 'e'];
      const tokens = names.flatMap((name) => [withDaysLeft(-20, { name }), withDaysLeft(300, { name })]);
      expect(told(...tokens)).toEqual([
        `${contradiction}: a is ACTIVE, but expired 20d ago, b is ACTIVE, but expired 20d ago, (no name) is ACTIVE, but expired 20d ago, and 2 more`,
      ]);
      expect(severityOf(...tokens)).toBe('warning');
    });
  });

  it('that could not be read is not said to miss anything', () => {
    const [finding, ...more] = findings({
      outcome: failedOutcome('network', 'the connection was reset'),
      expected: [{ name: 'gone', role: undefined }],
    });
    expect([finding?.kind, more]).toEqual(['account_unread', []]);
  });
});

describe('the whole', () => {
  const unread = report({ account: 'unread', outcome: failedOutcome('timeout', 'late') });
  it.each<[string, Report[], Severity]>([
    ['critical beats unknown', [unread, reportOf([withDaysLeft(1)])], 'critical'],
    ['unknown beats a warning', [reportOf([withDaysLeft(10)]), unread], 'unknown'],
    ['a warning beats ok', [reportOf([FINE]), reportOf([withDaysLeft(10)])], 'warning'],
    ['is ok otherwise', [reportOf([FINE]), reportOf([FINE])], 'ok'],
    ['is unknown without an account', [], 'unknown'],
  ])('%s', (_what, reports, severity) => {
    expect(judged(reports).severity).toBe(severity);
  });

  it('has the exit statuses of monitoring plugins', () => {
    expect(EXIT_STATUS).toEqual({ ok: 0, warning: 1, critical: 2, unknown: 3 });
  });

  it('has the most urgent token first, and of those alike the one that expires first', () => {
    const names = (reports: Report[]): string[] => judged(reports).tokens.map(({ token: { name } }) => name);
    const named = (name: string, days: number, differences: Partial<Token> = {}): Token =>
      withDaysLeft(days, { name, ...differences });
    expect(
      names([
        reportOf([
          named('revoked', 1, { status: 'REVOKED' }),
          named('fine later', 300),
          named('unknown', 0, { expiresAt: undefined }),
          named('abandoned', -30),
        ]),
        reportOf([
          named('warning', 10),
          named('fine sooner', 200),
          named('critical later', 2),
          named('expired', -2),
          named('critical sooner', 1),
        ]),
      ]),
    ).toEqual([
      'expired',
      'critical sooner',
      'critical later',
      'warning',
      'unknown',
      'fine sooner',
      'fine later',
      'abandoned',
      'revoked',
    ]);
  });

  it('has the weightiest finding first', () => {
    const found = judged([
      reportOf([], { clockSkewMs: 999_000 }),
      unread,
      reportOf([FINE], { credentialExpiresAt: NOW }),
    ]);
    expect(found.findings.map(({ severity }) => severity)).toEqual(['critical', 'unknown', 'warning', 'warning']);
  });
});

it('a clock is off from the same difference on as in the rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, minutes] = /clock_skew_seconds\n\s+expr: vector\((\d+) \* 60\)/.exec(rules) ?? [];
  expect(MAX_CLOCK_SKEW_MS).toBe(Number(minutes) * 60_000);
});

it('a status and a date contradict each other from the same difference on as in the rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, seconds] = /contradiction_seconds\n\s+expr: vector\((\d+)\)/.exec(rules) ?? [];
  expect(CONTRADICTION_MS).toBe(Number(seconds) * 1000);
});
