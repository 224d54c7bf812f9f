import { describe, expect, it } from 'vitest';
import type { AccountDiagnosis } from '../../../src/diagnose/account-diagnosis.ts';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { isUnderstood, verdict } from '../../../src/diagnose/verdict.ts';
import { failedOutcome } from '../../../src/model/report.ts';
import { listed, STATUS_SETTINGS, simulatedDiagnosis } from './fixtures.ts';

const MINUTE = 60_000;

const findings = (diagnosis: AccountDiagnosis): Finding[] => verdict(diagnosis, STATUS_SETTINGS);

function about(words: RegExp, diagnosis: AccountDiagnosis): Finding {
  const found = findings(diagnosis).filter(({ text }) => words.test(text));
  expect(found, String(words)).toHaveLength(1);
  return found[0] as Finding;
}

describe('the verdict', () => {
  it('on a list as the exporter assumes it is understood', () => {
    expect(isUnderstood(findings(simulatedDiagnosis()))).toBe(true);
  });

  it.each([
    [6, 'ahead of'],
    [-6, 'behind'],
  ])('on a clock that is %d minutes off is a problem: it is %s that of the API', (minutes, direction) => {
    const diagnosis = simulatedDiagnosis({ clockSkewMs: minutes * MINUTE });
    expect(about(/clock of this machine/, diagnosis)).toMatchObject({
      kind: 'problem',
      understood: false,
      text: expect.stringContaining(`is 6m ${direction} that of the API`),
    });
  });

  it.each([5, -5, 0])('accepts a clock that is %d minutes off', (minutes) => {
    const diagnosis = simulatedDiagnosis({ clockSkewMs: minutes * MINUTE });
    expect(isUnderstood(findings(diagnosis))).toBe(true);
  });

  it('suggests no setting for dead tokens while the clock is wrong', () => {
    const items = [listed(), listed({ name: 'b', status: 'DISABLED' })];
    const settings = (clockSkewMs: number) =>
      findings(simulatedDiagnosis({ items, clockSkewMs })).flatMap((finding) => finding.settings ?? []);
    expect(settings(0)).toHaveLength(1);
    expect(settings(6 * MINUTE)).toEqual([]);
  });

  it('on errors beside the list is not understood, and names each code once', () => {
    const code = 'an error without a code';
    expect(
      about(/errors beside the list/, simulatedDiagnosis({ errorCodes: ['FORBIDDEN', code, code] })),
    ).toMatchObject({
      kind: 'report',
      understood: false,
      text: expect.stringContaining('(FORBIDDEN, an error without a code)'),
    });
  });

  it('names the step that failed, with its reason and advice', () => {
    const diagnosis = simulatedDiagnosis({
      outcome: failedOutcome('invalid_response', 'the body is not JSON'),
    });
    expect(about(/The step "list" failed/, diagnosis)).toMatchObject({
      kind: 'problem',
      understood: false,
      text: expect.stringMatching(/\(reason invalid_response\): the body is not JSON\. Check --api\.endpoint/),
    });
    expect(
      findings(diagnosis)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('introspection');
  });
});

describe('a limit on requests', () => {
  const REFUSED = { state: 'limited', text: 'HTTP 429', pauseMs: 30_000 } as const;

  it('is to be reported if the response has headers for it', () => {
    const headers = { 'ratelimit-limit': '5', 'x-ratelimit-user': 'u' };
    expect(about(/limits requests/, simulatedDiagnosis({ headers }))).toMatchObject({
      kind: 'report',
      understood: true,
      text: expect.stringMatching(/its response has ratelimit-limit, 1 other header\. Each scrape sends one request/),
    });
  });

  it.each([
    [30_000, '(Retry-After asks for 30s)'],
    [0, '(without Retry-After)'],
  ])('is to be reported if the second request was refused with a pause of %d ms', (pauseMs, words) => {
    expect(about(/limits requests/, simulatedDiagnosis({ schema: { ...REFUSED, pauseMs } }))).toMatchObject({
      kind: 'report',
      understood: true,
      text: expect.stringContaining(`it refused the second request, right after the first ${words}`),
    });
  });

  it('on the first request is left to the advice for the step', () => {
    const diagnosis = simulatedDiagnosis({
      outcome: failedOutcome('rate_limited', 'HTTP 429: the API requests a pause'),
      headers: { 'retry-after': '30' },
    });
    expect(about(/429/, diagnosis).text).toContain('header retry-after gives');
    expect(findings(diagnosis).filter(({ kind }) => kind === 'report')).toEqual([]);
  });
});

it.each([
  ['the header cf-ray', { headers: { 'cf-ray': 'x' } }],
  ['an HTML page', { headers: { 'content-type': 'text/html' } }],
  ['an HTML page as the second response', { schema: { state: 'web page', text: 'HTTP 403' } as const }],
])('a firewall in front of the API is a note, recognized by %s', (_what, differences) => {
  const found = about(/in front of the API/, simulatedDiagnosis(differences));
  expect(found).toMatchObject({ kind: 'note', understood: true });
});

it.each([
  ['closed', 'The API does not allow introspection (HTTP 400)'],
  ['unread', 'The schema was not read (HTTP 400)'],
] as const)('a schema that is %s is a note', (state, words) => {
  const found = about(/schema|introspection/, simulatedDiagnosis({ schema: { state, text: 'HTTP 400' } }));
  expect(found).toMatchObject({ kind: 'note', understood: true, text: expect.stringContaining(words) });
});
