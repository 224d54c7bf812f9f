import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { describeHeaders, limitHeaders } from '../../../src/diagnose/response-headers.ts';

const CANARY = 'canary';

function shown(headers: IncomingHttpHeaders): Record<string, string> {
  const { present } = describeHeaders(headers, createMasking(['my-own-credential'], { showNames: false }));
  return Object.fromEntries(present);
}

describe('the headers of a response', () => {
  it('that are of interest are shown, and others are not', () => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      date: 'Sun, 29 Nov 2026 12:00:00 GMT',
      server: 'nginx',
      via: '1.1 google',
      'set-cookie': [CANARY],
      'x-request-id': CANARY,
    };
    const { 'set-cookie': _, 'x-request-id': __, ...expected } = headers;
    expect(shown(headers)).toEqual(expected);
  });

  it('that identify the request are shown without their value', () => {
    expect(shown({ 'cf-ray': `${CANARY}-FRA` })).toEqual({ 'cf-ray': 'present' });
  });

  it('that are absent are named', () => {
    const masking = createMasking([], { showNames: false });
    expect(describeHeaders({}, masking).absent).toEqual([
      ...['content-type', 'date', 'server', 'via', 'cf-ray', 'retry-after', 'ratelimit-*, x-ratelimit-*'],
    ]);
    const headers = { date: 'x', 'cf-ray': 'x', 'retry-after': '5', 'x-ratelimit-limit': '5' };
    expect(describeHeaders(headers, masking).absent).toEqual(['content-type', 'server', 'via']);
    expect(describeHeaders({ 'ratelimit-x': CANARY }, masking).absent.join()).not.toContain('ratelimit-*');
  });

  it('that contain a part of the credential are hidden', () => {
    expect(shown({ server: 'my-own-credential' })).toEqual({ server: '(hidden: may be part of the credential)' });
  });
});

describe('a header that limits requests', () => {
  it.each([
    ['retry-after', '30'],
    ['retry-after', 'Sun, 29 Nov 2026 12:00:00 GMT'],
    ['ratelimit', '"default";r=50;t=30'],
    ['ratelimit-policy', '"burst";q=100;w=60, "daily";q=1000;w=86400'],
    ['ratelimit-policy', '100;w=60'],
    ['ratelimit-limit', '100, 100;w=60'],
    ['ratelimit-reset', '12.5'],
    ['x-ratelimit-remaining', '0'],
    ['x-ratelimit-remaining-minute', '7'],
    ['x-ratelimit-reset', '1796000000'],
    ['x-ratelimit-reset', '2026-11-29T12:00:00Z'],
    ['x-rate-limit-reset', '6m0s'],
  ])('is shown if its value is a number, a date or a policy: %s: %s', (name, value) => {
    expect(shown({ [name]: value })).toEqual({ [name]: value });
    expect(limitHeaders({ [name]: value })).toEqual({ known: [name], others: 0 });
  });

  it.each([
    ['ratelimit-policy', `"user-${CANARY}";q=100`],
    ['ratelimit', `"default";pk=:${CANARY}:;r=5`],
    ['x-ratelimit-limit', `100;user=${CANARY}`],
    ['x-ratelimit-reset', CANARY],
    ['retry-after', `30 ${CANARY}`],
    ['x-ratelimit-used', '1'.repeat(300)],
  ])('is hidden if its value is anything else: %s: %s', (name, value) => {
    expect(shown({ [name]: value })).toEqual({ [name]: '(hidden: not a number, a date or a policy)' });
  });

  it('that is not known is only counted', () => {
    const headers = { [`x-ratelimit-${CANARY}`]: '5', 'x-ratelimit-resource': CANARY, 'x-ratelimit-limit': '5' };
    expect(shown(headers)).toEqual({ 'x-ratelimit-limit': '5', 'other limits': '2 headers, not shown' });
    expect(limitHeaders(headers)).toEqual({ known: ['x-ratelimit-limit'], others: 2 });
  });

  it('that is one of many is counted after the twelfth', () => {
    const periods = ['second', 'minute', 'hour', 'day', 'month'];
    const names = ['limit', 'remaining', 'reset'].flatMap((kind) => periods.map((one) => `x-ratelimit-${kind}-${one}`));
    const headers = Object.fromEntries(names.map((name) => [name, '1']));
    expect(limitHeaders(headers)).toEqual({ known: names.slice(0, 12), others: 3 });
  });

  it('has a name that begins like one of them', () => {
    expect(limitHeaders({ 'x-ratelimiter': '1', 'my-ratelimit-limit': '1' })).toEqual({ known: [], others: 0 });
  });
});
