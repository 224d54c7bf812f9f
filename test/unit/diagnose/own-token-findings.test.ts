import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { analyzeList } from '../../../src/diagnose/list-analysis.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { ownTokenFindings } from '../../../src/diagnose/own-token-findings.ts';
import { createStatusClassifier } from '../../../src/model/status.ts';
import { AT, listed, STATUS_SETTINGS } from './fixtures.ts';

type CredentialTimes = Parameters<typeof analyzeList>[1]['credential'];
const TIMES: CredentialTimes = { expiresAt: Date.UTC(2027, 2, 1, 9), issuedAt: Date.UTC(2026, 2, 1, 9) };
const other = listed({ createdAt: '2026-04-01T09:00:00Z', expiresAt: '2027-04-01T09:00:00Z' });

/** Returns the findings for tokens of which one usually has the times of the credential. */
function findings(
  items: readonly unknown[],
  revoked: readonly string[] = [],
  credential: CredentialTimes = TIMES,
): Finding[] {
  const list = analyzeList(items, {
    classifyStatus: createStatusClassifier({ ACTIVE: [], EXPIRED: [], REVOKED: revoked }),
    at: AT,
    errors: [],
    masking: createMasking([], { showNames: false }),
    credential,
  });
  return ownTokenFindings(list, STATUS_SETTINGS);
}

describe("the exporter's own token", () => {
  it('that counts as usable raises no finding', () => {
    expect(findings([listed(), other])).toEqual([]);
    expect(findings([listed({ status: 'ODD' }), other])).toEqual([]);
  });

  it('that counts as revoked by a setting is a problem that names the setting', () => {
    const items = [listed({ status: 'NORMAL' }), { ...other, status: 'NORMAL' }];
    expect(findings(items, ['NORMAL'])).toEqual([
      {
        kind: 'problem',
        understood: false,
        text: expect.stringMatching(
          /\(#1\) has the status NORMAL, which counts as revoked\. Yet the API accepted it.*Remove NORMAL from --api\.status\.revoked \(POINTONE_API_STATUS_REVOKED\)\.$/,
        ),
      },
    ]);
  });

  it.each(['EXPIRED', 'TOKEN_STATUS_REVOKED', 'revoked'])(
    'that has the built-in status %s is to be reported',
    (status) => {
      expect(findings([other, listed({ status })])).toMatchObject([
        {
          kind: 'problem',
          understood: false,
          text: expect.stringMatching(/No setting can change this status: report it\.$/),
        },
      ]);
    },
  );

  it('that is not listed is a doubt about the list', () => {
    expect(findings([other])).toMatchObject([
      {
        kind: 'problem',
        understood: false,
        text: expect.stringMatching(/may be incomplete\. Compare the number of tokens \(1 token listed\)/),
      },
    ]);
  });

  it.each([
    ['its expiry may be one without a time', [other, listed({ expiresAt: '2027-03-01' })]],
    ['several tokens have its times', [listed(), listed({ name: 'b' })]],
  ])('that cannot be identified is a note, because %s', (_what, items) => {
    expect(findings(items)).toMatchObject([{ kind: 'note', understood: true }]);
  });

  it('says nothing about a list that is empty, or if the credential has no times', () => {
    expect(findings([])).toEqual([]);
    expect(findings([other], [], { expiresAt: undefined, issuedAt: undefined })).toEqual([]);
  });

  it('verifies that dates without a zone are UTC', () => {
    const items = [listed({ createdAt: '2026-03-01T09:00', expiresAt: '2027-03-01T09:00' })];
    expect(findings(items)).toMatchObject([{ kind: 'works', text: expect.stringContaining('are UTC') }]);
  });

  it.each([
    [7, 'are 2h ahead of its credential', 'late'],
    [11, 'are 2h behind its credential', 'early'],
  ])('refutes that dates without a zone are UTC', (hour, words, direction) => {
    const items = [listed({ createdAt: '2026-03-01T09:00', expiresAt: '2027-03-01T09:00' })];
    const times = { expiresAt: Date.UTC(2027, 2, 1, hour), issuedAt: Date.UTC(2026, 2, 1, hour) };
    const text = expect.stringMatching(new RegExp(`${words}.*2h too ${direction}`));
    expect(findings(items, [], times)).toMatchObject([{ kind: 'problem', understood: false, text }]);
  });
});
