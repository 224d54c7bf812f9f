import { describe, expect, it } from 'vitest';
import { analyzeCredential, credentialFindings, formatClaims } from '../../../src/diagnose/credential-analysis.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import type { OwnToken } from '../../../src/diagnose/own-token.ts';
import { AT, jwt } from './fixtures.ts';

const EXPIRES_AT = AT + 86_400_000;

function analyze(credential: string) {
  return analyzeCredential(credential, createMasking([credential], { showNames: false }));
}

describe('a credential', () => {
  it('that is a JWT has its times and the names of its claims', () => {
    const claims = { iss: 'https://id.invalid', sub: 'user', iat: AT / 1000, exp: EXPIRES_AT / 1000 };
    const credential = analyze(jwt(claims));
    expect(credential).toEqual({
      isJwt: true,
      expiresAt: EXPIRES_AT,
      issuedAt: AT,
      claims: ['iss', 'sub', 'iat', 'exp'],
      otherClaims: 0,
    });
    expect(formatClaims(credential)).toBe('iss, sub, iat, exp');
  });

  it('that is a JWT shows no claim whose name could be a value', () => {
    const credential = analyze(jwt({ exp: 1, 'https://id.invalid/role': 1, '4711': 1, a0b1c2d3e4f5a6b7c8: 1 }));
    expect(credential).toMatchObject({ claims: ['exp'], otherClaims: 3, expiresAt: undefined });
    expect(formatClaims(credential)).toBe('exp and 3 others');
    expect(formatClaims(analyze(jwt({ 'a b': 1 })))).toBe('1 claim, not shown');
    expect(formatClaims(analyze(jwt({})))).toBe('none');
  });

  it('shows a limited number of claims', () => {
    const claims = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`c${n}`, n]));
    expect(analyze(jwt(claims))).toMatchObject({ claims: { length: 20 }, otherClaims: 10 });
  });

  it.each(['', 'plain-token', 'a.b', 'a.%%%.c', jwt([1]), jwt(null), jwt('text')])(
    'that is not a JWT has no times: %j',
    (credential) => {
      expect(analyze(credential)).toEqual({
        isJwt: false,
        expiresAt: undefined,
        issuedAt: undefined,
        claims: [],
        otherClaims: 0,
      });
    },
  );
});

describe("the findings about the exporter's credential", () => {
  const own = (differences: Partial<OwnToken & { match: 'found' }>): OwnToken => ({
    match: 'found',
    position: 1,
    role: 'ROLE_READ_ONLY',
    status: 'ACTIVE',
    statusClass: 'ACTIVE',
    canWrite: false,
    offsetMinutes: 0,
    hasDateWithoutZone: false,
    ...differences,
  });
  const findings = (claims: unknown, token: OwnToken | undefined) =>
    credentialFindings(analyze(typeof claims === 'string' ? claims : jwt(claims)), token, AT);
  const WITH_EXPIRY = { exp: EXPIRES_AT / 1000 };

  it('state the time left', () => {
    expect(findings(WITH_EXPIRY, own({}))).toEqual([
      {
        kind: 'works',
        understood: true,
        text: 'The exporter knows the expiry of its own credential: it expires in 1d.',
      },
    ]);
  });

  it('recommend a read-only token in place of one that can write', () => {
    expect(findings(WITH_EXPIRY, own({ canWrite: true, role: 'ROLE_READ_WRITE' }))).toMatchObject([
      { kind: 'works' },
      { kind: 'note', text: expect.stringMatching(/ROLE_READ_WRITE\. A read-only token is enough/) },
    ]);
  });

  it('ask to report a role that is not known', () => {
    expect(findings(WITH_EXPIRY, own({ canWrite: undefined, role: 'ROLE_X' }))).toMatchObject([
      { kind: 'works' },
      { kind: 'report', text: expect.stringContaining('ROLE_X') },
    ]);
  });

  it.each(['not_found', 'not_comparable', 'ambiguous'] as const)(
    'say nothing of a role that is unknown: %s',
    (match) => {
      expect(findings(WITH_EXPIRY, { match })).toMatchObject([{ kind: 'works' }]);
    },
  );

  it.each([
    ['is not a JWT', 'plain-token'],
    ['is a JWT without a readable exp', { sub: 'x', exp: 'soon' }],
  ])('say that the expiry of a credential is unknown if it %s', (reason, claims) => {
    expect(findings(claims, { match: 'no_times' })).toMatchObject([
      { kind: 'note', understood: true, text: expect.stringContaining(reason) },
    ]);
  });

  it('report an expired credential that the API accepted', () => {
    const expired = { exp: AT / 1000 - 60 };
    expect(findings(expired, { match: 'not_found' })[0]).toMatchObject({
      kind: 'report',
      text: expect.stringContaining('it expired 1m ago. Yet the API accepted it'),
    });
    // Without a list, nothing says that the API accepted it.
    expect(findings(expired, undefined)).toMatchObject([{ text: expect.not.stringContaining('Yet') }]);
  });
});
