import { describe, expect, it } from 'vitest';
import { formatDiagnosis, formatIntroduction, formatResult } from '../../../src/diagnose/report-output.ts';
import { failedOutcome } from '../../../src/model/report.ts';
import { AT, OWN_CREDENTIAL, simulatedDiagnosis } from './fixtures.ts';

const format = (options: Parameters<typeof simulatedDiagnosis>[0]): string =>
  formatDiagnosis(simulatedDiagnosis(options), [], 'Account 1 of 1');

describe('the introduction', () => {
  it('says what the report contains', () => {
    const text = formatIntroduction('program', AT, false).replace(/\s+/g, ' ');
    expect(text).toContain('contains no token, and no name');
    expect(text).toContain('host names, addresses, the path of the endpoint, statuses and roles');
    expect(formatIntroduction('program', AT, true)).toContain('Do not publish it');
  });
});

describe('the report on an account', () => {
  it('hides the credential wherever it occurs, also in texts that nothing else masks', () => {
    const outcome = failedOutcome('http', `HTTP 500 ${OWN_CREDENTIAL}`);
    const text = format({ outcome, errorCodes: [OWN_CREDENTIAL], proxy: OWN_CREDENTIAL });
    expect(text).toContain('FAILED');
    expect(text).toContain('*'.repeat(40));
    expect(text.toLowerCase()).not.toContain(OWN_CREDENTIAL.slice(0, 8).toLowerCase());
    expect(text.toLowerCase()).not.toContain(OWN_CREDENTIAL.slice(-8).toLowerCase());
  });

  it('hides a subject of the certificate that contains the credential or looks like a secret', () => {
    const tls = { protocol: 'TLSv1.3', subject: OWN_CREDENTIAL, issuer: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' };
    const text = format({ tls: { ...tls, validTo: 'Nov 29 12:00:00 2027 GMT' } }).replace(/\s+/g, ' ');
    expect(text).toContain(
      'certificate of (hidden: may be part of the credential), issued by (hidden: 40 characters that look like a secret), valid until 2027-11-29',
    );
  });

  it('shows a subject of the certificate that is ordinary text', () => {
    const tls = { protocol: undefined, subject: '*.pointonenav.com', issuer: 'R11', validTo: 'x' };
    expect(format({ tls }).replace(/\s+/g, ' ')).toContain(
      'certificate of *.pointonenav.com, issued by R11, valid until an unknown date',
    );
  });

  it('counts the errors of the response by code', () => {
    const codes = ['FORBIDDEN', 'an error without a code', 'FORBIDDEN'];
    expect(format({ errorCodes: codes })).toContain('FORBIDDEN (2), an error without a code (1)');
  });

  it.each([
    [0, "agrees with the API's clock"],
    [90_000, "1m 30s ahead of the API's clock"],
    [-3_600_000, "1h behind the API's clock"],
  ])('says how far the clock is off: %d ms', (clockSkewMs, words) => {
    expect(format({ clockSkewMs })).toContain(words);
  });
});

it('the result counts the accounts that are understood', () => {
  expect(formatResult(0, 0)).toContain('no account is configured');
  expect(formatResult(1, 1)).toContain('everything in it is understood');
  expect(formatResult(0, 1)).toContain('see the verdict');
  expect(formatResult(1, 3)).toContain('1 of 3 accounts');
});
