import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson } from '../../../src/check/json-output.ts';
import { failedOutcome } from '../../../src/model/report.ts';
import { distinctTokens } from '../../../src/model/token.ts';
import { INVISIBLE_CHARACTER } from '../../../src/runtime/display-text.ts';
import { schemaErrors } from '../../support/check-schema.ts';
import { reportLists } from '../support/arbitraries.ts';
import { report, reportOf } from '../support/builders.ts';
import { evaluated, NOW, withDaysLeft } from './fixtures.ts';

describe('the JSON output', () => {
  it('contains accounts, findings and tokens', () => {
    const token = withDaysLeft(2, { name: 'two\nlines', description: 'for tests', createdAt: undefined });
    const reports = [
      reportOf([token], { account: 'eu', credentialExpiresAt: NOW + 0.5, clockSkewMs: 1_000 }),
      report({ account: 'us', outcome: failedOutcome('http', 'HTTP 500') }),
    ];
    expect(JSON.parse(formatJson(evaluated(reports)))).toEqual({
      version: 1,
      exit_status: 2,
      severity: 'critical',
      summary: expect.stringMatching(/^1 of 1 token needs action: two<U\+000A>lines of eu expires in 2d; .*HTTP 500$/),
      checked_at: '2026-11-24T12:00:00Z',
      thresholds: {
        warning: { left_seconds: 1_209_600, lifetime_share: 0.25 },
        critical: { left_seconds: 259_200, lifetime_share: 0.1 },
      },
      findings: [
        { severity: 'critical', kind: 'credential_expiring', account: 'eu', text: expect.any(String) },
        { severity: 'unknown', kind: 'account_unread', account: 'us', text: 'could not be read (http): HTTP 500' },
      ],
      accounts: [
        {
          account: 'eu',
          up: true,
          tokens: 1,
          duplicate_tokens: 0,
          reason: null,
          detail: null,
          duration_seconds: 0.25,
          credential_expires_at: '2026-11-24T12:00:00Z',
          clock_skew_seconds: 1,
        },
        {
          account: 'us',
          up: false,
          tokens: null,
          duplicate_tokens: null,
          reason: 'http',
          detail: 'HTTP 500',
          duration_seconds: 0.25,
          credential_expires_at: null,
          clock_skew_seconds: null,
        },
      ],
      tokens: [
        {
          account: 'eu',
          name: 'two\nlines',
          role: 'ROLE_READ_WRITE',
          status: 'ACTIVE',
          status_class: 'ACTIVE',
          description: 'for tests',
          created_at: null,
          expires_at: '2026-11-26T12:00:00Z',
          expires_in_seconds: 172_800,
          state: 'critical',
          severity: 'critical',
        },
      ],
    });
  });

  it('counts duplicate tokens and contains one of them', () => {
    const token = withDaysLeft(20);
    const output = JSON.parse(formatJson(evaluated([reportOf([token, token, token])])));
    expect(output.accounts[0]).toMatchObject({ tokens: 3, duplicate_tokens: 2 });
    expect(output.tokens).toHaveLength(1);
  });

  it('has account null for a finding that is not about one account', () => {
    expect(JSON.parse(formatJson(evaluated([]))).findings).toEqual([
      { severity: 'unknown', kind: 'no_accounts', account: null, text: expect.any(String) },
    ]);
  });

  it('matches its schema and contains strings unchanged, for any reports', () => {
    fc.assert(
      fc.property(reportLists, (reports) => {
        const json = formatJson(evaluated(reports));
        expect(json.replaceAll('\n', '').match(INVISIBLE_CHARACTER)).toBeNull();
        const output = JSON.parse(json);
        expect(schemaErrors(output)).toEqual([]);
        const names = reports.flatMap(({ outcome }) =>
          outcome.ok ? distinctTokens(outcome.tokens).map(({ name }) => name) : [],
        );
        expect(output.tokens.map(({ name }: { name: string }) => name).sort()).toEqual(names.sort());
      }),
    );
  });
});

it('the example in docs/check.md matches the schema', () => {
  const page = readFileSync(new URL('../../../docs/check.md', import.meta.url), 'utf8');
  expect(schemaErrors(JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? ''))).toEqual([]);
});
