import { describe, expect, it } from 'vitest';
import { type AdviceOptions, stepAdvice } from '../../../src/diagnose/step-advice.ts';
import { failedStep, type StepName } from '../../../src/diagnose/steps.ts';
import { type FailureReason, failedOutcome } from '../../../src/model/report.ts';
import { simulatedTrace, type TraceState } from './fixtures.ts';

const HTTPS = new URL('https://api.pointone.invalid/graphql');
const HTTP = new URL('http://api.pointone.invalid/graphql');

describe('the step that failed', () => {
  const RESPONDED: TraceState = { addresses: ['192.0.2.1'], peer: '192.0.2.1:443', hasSocket: true, isSecured: true };
  it.each<[step: StepName, reason: FailureReason, endpoint: URL, proxy: string | undefined, trace: TraceState]>([
    ['credential', 'credential', HTTPS, undefined, {}],
    ['resolve', 'network', HTTPS, undefined, {}],
    ['connect', 'network', HTTPS, undefined, { addresses: ['192.0.2.1'] }],
    ['connect', 'network', new URL('https://[2001:db8::1]/graphql'), undefined, {}],
    ['connect', 'timeout', HTTPS, undefined, { failedAttempts: [{ address: '192.0.2.1', code: 'ETIMEDOUT' }] }],
    ['TLS', 'network', HTTPS, undefined, { addresses: ['192.0.2.1'], peer: '192.0.2.1:443' }],
    ['response', 'timeout', HTTPS, undefined, RESPONDED],
    ['response', 'network', HTTP, undefined, { ...RESPONDED, isSecured: false }],
    ['proxy', 'network', HTTPS, 'proxy:3128', {}],
    ['TLS', 'network', HTTPS, 'proxy:3128', { hasSocket: true }],
    ['resolve', 'network', HTTP, 'proxy:3128', {}],
    ['connect', 'network', HTTP, 'proxy:3128', { addresses: ['192.0.2.2'] }],
    ['response', 'http', HTTPS, undefined, { ...RESPONDED, status: 500 }],
    ['body', 'network', HTTPS, undefined, { ...RESPONDED, status: 200 }],
    ['body', 'timeout', HTTPS, undefined, { ...RESPONDED, status: 200 }],
    ['list', 'invalid_response', HTTPS, undefined, { ...RESPONDED, status: 200 }],
  ])('is "%s" after %s of %s through %s', (step, reason, endpoint, proxy, state) => {
    const outcome = failedOutcome(reason, 'x');
    expect(failedStep({ trace: simulatedTrace(state), outcome, endpoint, proxy })).toBe(step);
  });

  it('is none if the list was read', () => {
    expect(
      failedStep({ trace: simulatedTrace(), outcome: { ok: true, tokens: [] }, endpoint: HTTPS, proxy: undefined }),
    ).toBeUndefined();
  });
});

describe('the advice', () => {
  const advice = (differences: Partial<Omit<AdviceOptions, 'trace'>> & { readonly trace?: TraceState }): string =>
    stepAdvice({
      step: 'response',
      reason: 'http',
      route: 'direct',
      host: 'api.pointone.invalid',
      maxResponseSize: 8 * 1024 ** 2,
      ...differences,
      trace: simulatedTrace(differences.trace),
    });

  it.each([
    [8 * 1024 ** 2, '8MiB'],
    [1536, '1536B'],
    [3 * 1024, '3KiB'],
  ])('for a list of more than %d bytes is to raise the limit, which is %s', (maxResponseSize, size) => {
    const list = { step: 'list', reason: 'invalid_response', maxResponseSize } as const;
    for (const trace of [
      { bodyBytes: maxResponseSize + 1 },
      { headers: { 'content-length': String(maxResponseSize + 1) } },
    ]) {
      expect(advice({ ...list, trace })).toContain(`Raise --api.max-response-size (now ${size})`);
    }
    expect(advice({ ...list, trace: { bodyBytes: maxResponseSize } })).toContain('Check --api.endpoint');
  });

  it('for a limit on requests depends on the header Retry-After', () => {
    const limited = { reason: 'rate_limited' } as const;
    expect(advice({ ...limited, trace: { status: 429, headers: { 'retry-after': '5' } } })).toContain(
      'retry-after gives',
    );
    expect(advice({ ...limited, trace: { status: 429 } })).toMatch(/does not say for how long: wait some minutes/);
  });

  it.each([301, 302, 308])('for the redirect %d does not send the token elsewhere', (status) => {
    expect(advice({ trace: { status } })).toMatch(/does not follow redirects.*login page/);
  });

  it('for the status 407 is about the proxy', () => {
    expect(advice({ trace: { status: 407 } })).toMatch(/HTTP_PROXY or HTTPS_PROXY.*NO_PROXY/);
  });

  it('for a name or connection names the proxy if there is one', () => {
    for (const step of ['resolve', 'connect'] as const) {
      expect(advice({ step, reason: 'network' })).toContain('api.pointone.invalid');
      expect(advice({ step, reason: 'network', route: 'forwarding proxy' })).toMatch(/proxy in HTTP_PROXY/);
    }
  });
});
