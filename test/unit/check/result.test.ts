import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRADICTION_MS, type Finding, MAX_CLOCK_SKEW_MS } from '../../../src/health/findings.ts';
import { EXIT_STATUS, type Severity } from '../../../src/health/token-health.ts';
import { failedOutcome, type Report } from '../../../src/model/report.ts';
import type { Token } from '../../../src/model/token.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';
import { report, reportOf } from '../support/builders.ts';
import { DAY, evaluated, NOW, withDaysLeft } from './fixtures.ts';

const FINE = withDaysLeft(300, { name: 'fine' });

/** Returns the severity of an account that has these tokens and one that is fine. */
function severityOf(...tokens: Token[]): Severity {
  return evaluated([reportOf([FINE, ...tokens])]).severity;
}

/** Returns the findings of an account with one token that is fine. */
function findings(differences: Partial<Report>): Pick<Finding, 'severity' | 'kind' | 'text'>[] {
  return evaluated([reportOf([FINE], differences)]).findings.map(({ severity, kind, text }) => ({
    severity,
    kind,
    text,
  }));
}

describe('a token', () => {
  it.each<[string, Token[], Severity]>([
    ['with time left is fine', [withDaysLeft(14)], 'ok'],
    ['with less than 14 days left is a warning', [withDaysLeft(13.9)], 'warning'],
    ['with less than 3 days left is critical', [withDaysLeft(2.9)], 'critical'],
    ['with a lifetime of 12 days is fine with 3 days left', [withDaysLeft(3, { createdAt: NOW - 9 * DAY })], 'ok'],
    ['that has expired is critical', [withDaysLeft(-1, { status: 'EXPIRED' })], 'critical'],
    ['that has expired is critical even if its status is ACTIVE', [withDaysLeft(-1)], 'critical'],
    ['that is EXPIRED is critical even before its expiry', [withDaysLeft(100, { status: 'EXPIRED' })], 'critical'],
    ['that expired 14 days ago is ok', [withDaysLeft(-14, { status: 'EXPIRED' })], 'ok'],
    ['that expired less than 14 days ago is critical', [withDaysLeft(-13.99, { status: 'EXPIRED' })], 'critical'],
    ['of unknown expiry is a warning', [withDaysLeft(0, { expiresAt: undefined })], 'warning'],
    [
      'of unknown expiry is a warning even with a successor',
      [withDaysLeft(0, { expiresAt: undefined }), withDaysLeft(300)],
      'warning',
    ],
    ['that is revoked is ok', [withDaysLeft(-1, { status: 'REVOKED' })], 'ok'],
    ['that has a successor is ok', [withDaysLeft(1), withDaysLeft(300)], 'ok'],
    [
      'is not replaced by a token of another role',
      [withDaysLeft(1), withDaysLeft(300, { role: 'ROLE_READ_ONLY' })],
      'critical',
    ],
    ['that has an urgent successor is as urgent as its successor', [withDaysLeft(1), withDaysLeft(10)], 'warning'],
    [
      'that has only a successor of unknown status is a warning',
      [withDaysLeft(1), withDaysLeft(300, { status: 'PAUSED' })],
      'warning',
    ],
  ])('%s', (_what, tokens, severity) => {
    expect(severityOf(...tokens)).toBe(severity);
  });

  it('is not replaced by a token of another account', () => {
    const reports = [reportOf([withDaysLeft(1)], { account: 'a' }), reportOf([withDaysLeft(300)], { account: 'b' })];
    expect(evaluated(reports).severity).toBe('critical');
  });

  it('is evaluated as metrics show it if another token has the same name, role and creation time', () => {
    const twin = (days: number, status: string): Token => withDaysLeft(days, { createdAt: NOW - 30 * DAY, status });
    const result = evaluated([reportOf([twin(1, 'ACTIVE'), FINE, twin(200, 'ACTIVE'), twin(-3, 'EXPIRED')])]);
    expect(result.tokens.map(({ token: { expiresAt }, state }) => [expiresAt, state])).toEqual([
      [NOW + 200 * DAY, 'fine'],
      [FINE.expiresAt, 'fine'],
    ]);
    expect(result.severity).toBe('ok');
  });

  it('is evaluated by the given thresholds and by its share of the lifetime', () => {
    const thresholds = {
      warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 120 * 86_400_000 },
      critical: { ...DEFAULT_THRESHOLDS.critical, leftMs: 60 * 86_400_000 },
    };
    const severity = (days: number): Severity => evaluated([reportOf([withDaysLeft(days)])], thresholds).severity;
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
    ['without tokens', { outcome: { ok: true, tokens: [] } }, 'warning', 'list_empty', /lists no tokens/],
    [
      'with unreadable fields',
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
      /: role \(2 tokens\), createdAt \(1 token\)$/,
    ],
    [
      'with a credential that expires in 10 days',
      { credentialExpiresAt: NOW + 10 * DAY },
      'warning',
      'credential_expiring',
      /expires in 10d$/,
    ],
    [
      'with a credential that expires in 1 day',
      { credentialExpiresAt: NOW + DAY },
      'critical',
      'credential_expiring',
      /expires in 1d$/,
    ],
    [
      'with an expired credential',
      { credentialExpiresAt: NOW - DAY },
      'critical',
      'credential_expiring',
      /expired 1d ago$/,
    ],
    ['with a clock that differs by -301 s', { clockSkewMs: -301_000 }, 'warning', 'clock_skew', /differ by 5 minutes$/],
    [
      'with a clock that differs by an hour',
      { clockSkewMs: 3_600_000 },
      'warning',
      'clock_skew',
      /differ by 60 minutes$/,
    ],
    [
      'without an expected token',
      { expected: [{ name: 'gone', role: undefined }] },
      'critical',
      'expected_token_missing',
      /expected token gone is missing/,
    ],
    [
      'without an expected token of a role',
      { expected: [{ name: 'fine', role: 'ROLE_READ_ONLY' }] },
      'critical',
      'expected_token_missing',
      /expected token fine \(ROLE_READ_ONLY\)/,
    ],
  ])('%s', (_what, differences, severity, kind, text) => {
    expect(findings(differences)).toEqual([{ severity, kind, text: expect.stringMatching(text) }]);
    expect(evaluated([reportOf([FINE], differences)]).severity).toBe(severity);
  });

  it('is critical if its credential expires now, for any thresholds', () => {
    const thresholds = {
      warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 0 },
      critical: { ...DEFAULT_THRESHOLDS.critical, leftMs: 0 },
    };
    expect(evaluated([reportOf([FINE], { credentialExpiresAt: NOW + 1 })], thresholds).severity).toBe('ok');
    expect(evaluated([reportOf([FINE], { credentialExpiresAt: NOW })], thresholds).severity).toBe('critical');
  });

  it.each<[string, Partial<Report>]>([
    ['has its expected token', { expected: [{ name: 'fine', role: undefined }] }],
    ['has a credential with 14 days left', { credentialExpiresAt: NOW + 14 * DAY }],
    ['has a clock that differs by 5 minutes', { clockSkewMs: 300_000 }],
  ])('that %s has no findings', (_what, differences) => {
    expect(findings(differences)).toEqual([]);
  });

  it('has no finding for an expected token that is already reported as expired', () => {
    const expected = [{ name: 'caster', role: undefined }];
    const expired = withDaysLeft(-1, { status: 'EXPIRED' });
    expect(evaluated([reportOf([expired], { expected })]).findings).toEqual([]);
  });

  it('has a finding for an expected token that expired long ago or was revoked', () => {
    const expected = [{ name: 'caster', role: undefined }];
    for (const token of [withDaysLeft(-20), withDaysLeft(300, { status: 'REVOKED' })]) {
      expect(evaluated([reportOf([token], { expected })]).severity).toBe('critical');
    }
  });

  describe('with a token whose status contradicts its expiry', () => {
    const HOUR = 1 / 24;
    const reported = (...tokens: Token[]): string[] =>
      evaluated([reportOf(tokens)]).findings.map(({ severity, kind, text }) => `${severity} ${kind} ${text}`);
    const contradiction = 'warning status_contradiction status and expiry contradict each other';

    it.each<[string, Token, string[]]>([
      [
        'is EXPIRED over an hour before its expiry',
        withDaysLeft(2 * HOUR, { status: 'EXPIRED' }),
        [`${contradiction}: caster is EXPIRED, but expires in 2h`],
      ],
      ['is EXPIRED an hour before its expiry', withDaysLeft(HOUR, { status: 'EXPIRED' }), []],
      [
        'is ACTIVE over an hour after its expiry',
        withDaysLeft(-2),
        [`${contradiction}: caster is ACTIVE, but expired 2d ago`],
      ],
      ['is ACTIVE an hour after its expiry', withDaysLeft(-HOUR), []],
      ['is EXPIRED after its expiry', withDaysLeft(-2, { status: 'EXPIRED' }), []],
      ['is ACTIVE before its expiry', withDaysLeft(2), []],
      ['is REVOKED after its expiry', withDaysLeft(-2, { status: 'REVOKED' }), []],
      ['has an unknown status', withDaysLeft(-2, { status: 'PAUSED' }), []],
      ['is EXPIRED without an expiry', withDaysLeft(0, { status: 'EXPIRED', expiresAt: undefined }), []],
    ])('reports a token only if it contradicts: the token %s', (_what, token, expected) => {
      expect(reported(token)).toEqual(expected);
    });

    it('names three such tokens, replaced or not', () => {
      const names = ['a', 'b', '', 'd', 'e'];
      const tokens = names.flatMap((name) => [withDaysLeft(-20, { name }), withDaysLeft(300, { name })]);
      expect(reported(...tokens)).toEqual([
        `${contradiction}: a is ACTIVE, but expired 20d ago, b is ACTIVE, but expired 20d ago, (no name) is ACTIVE, but expired 20d ago, and 2 more`,
      ]);
      expect(severityOf(...tokens)).toBe('warning');
    });
  });

  it('that could not be read has no finding for expected tokens', () => {
    const [finding, ...more] = findings({
      outcome: failedOutcome('network', 'the connection was reset'),
      expected: [{ name: 'gone', role: undefined }],
    });
    expect([finding?.kind, more]).toEqual(['account_unread', []]);
  });
});

describe('the result', () => {
  const unread = report({ account: 'unread', outcome: failedOutcome('timeout', 'late') });
  it.each<[string, Report[], Severity]>([
    ['is critical if critical and unknown occur', [unread, reportOf([withDaysLeft(1)])], 'critical'],
    ['is unknown if unknown and a warning occur', [reportOf([withDaysLeft(10)]), unread], 'unknown'],
    ['is a warning if a warning and ok occur', [reportOf([FINE]), reportOf([withDaysLeft(10)])], 'warning'],
    ['is ok otherwise', [reportOf([FINE]), reportOf([FINE])], 'ok'],
    ['is unknown without an account', [], 'unknown'],
  ])('%s', (_what, reports, severity) => {
    expect(evaluated(reports).severity).toBe(severity);
  });

  it('uses the exit statuses of monitoring plugins', () => {
    expect(EXIT_STATUS).toEqual({ ok: 0, warning: 1, critical: 2, unknown: 3 });
  });

  it('lists the most urgent tokens first, and equally urgent tokens by expiry', () => {
    const names = (reports: Report[]): string[] => evaluated(reports).tokens.map(({ token: { name } }) => name);
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

  it('lists the most severe findings first', () => {
    const found = evaluated([
      reportOf([], { clockSkewMs: 999_000 }),
      unread,
      reportOf([FINE], { credentialExpiresAt: NOW }),
    ]);
    expect(found.findings.map(({ severity }) => severity)).toEqual(['critical', 'unknown', 'warning', 'warning']);
  });
});

it('the maximum clock skew is the same as in the alert rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, minutes] = /clock_skew_seconds\n\s+expr: vector\((\d+) \* 60\)/.exec(rules) ?? [];
  expect(MAX_CLOCK_SKEW_MS).toBe(Number(minutes) * 60_000);
});

it('the threshold for contradictions is the same as in the alert rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, seconds] = /contradiction_seconds\n\s+expr: vector\((\d+)\)/.exec(rules) ?? [];
  expect(CONTRADICTION_MS).toBe(Number(seconds) * 1000);
});
