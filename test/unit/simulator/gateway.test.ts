import { expect, test } from 'vitest';
import { DIALECTS } from '../../../simulator/dialects.ts';
import { type Admission, Gateway, RATE_LIMIT, WAF_LIMIT } from '../../../simulator/gateway.ts';

const START = Date.parse('2026-06-01T00:00:00Z');
const CLIENT = { accept: 'application/json', 'user-agent': 'pointone-token-exporter/1.2.3', authorization: 'Bearer a' };

/** Creates a gateway, and a function that sends it a request some milliseconds after `START`. */
function gatewayAt() {
  const gateway = new Gateway();
  return (dialect: (typeof DIALECTS)[number], ms: number, headers: object = CLIENT, address = '192.0.2.1'): Admission =>
    gateway.admit(dialect, { headers: { ...headers }, address }, START + ms);
}

test('only strict-rate-limit and waf have a gateway', () => {
  const admit = gatewayAt();
  const open = DIALECTS.filter((dialect) => Object.keys(admit(dialect, 0, {}).headers).length === 0);
  expect(DIALECTS.filter((dialect) => !open.includes(dialect))).toEqual(['strict-rate-limit', 'waf']);
  for (const dialect of open) expect(admit(dialect, 0, {})).toEqual({ headers: {} });
});

test('strict-rate-limit admits one call in ten seconds, and says on every response what is left', () => {
  const admit = gatewayAt();
  const first = admit('strict-rate-limit', 0);
  expect(first.rejection).toBeUndefined();
  expect(first.headers).toEqual({
    'RateLimit-Policy': '1;w=10',
    'RateLimit-Limit': '1',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': '10',
    'X-RateLimit-Limit': '1',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(START / 1000 + 10),
  });
  const second = admit('strict-rate-limit', 3_500);
  expect(second.rejection).toMatchObject({ status: 429, headers: { 'Retry-After': '7' } });
  expect(second.headers['RateLimit-Reset']).toBe('7');
  expect(admit('strict-rate-limit', 9_999).rejection?.headers).toMatchObject({ 'Retry-After': '1' });
  expect(admit('strict-rate-limit', 10_000).rejection).toBeUndefined();
});

test('strict-rate-limit never rejects one call per minute', () => {
  const admit = gatewayAt();
  for (let minute = 0; minute < 60; minute += 1) {
    expect(admit('strict-rate-limit', minute * 60_000).rejection).toBeUndefined();
  }
});

test('strict-rate-limit counts each credential separately, at the same address', () => {
  const admit = gatewayAt();
  for (const authorization of ['Bearer a', 'Bearer b', '']) {
    expect(admit('strict-rate-limit', 0, { authorization }).rejection).toBeUndefined();
    expect(admit('strict-rate-limit', 1, { authorization }).rejection?.status).toBe(429);
  }
});

test('a clock that moves backwards starts new windows', () => {
  const admit = gatewayAt();
  const call = (ms: number, authorization: string) =>
    admit('strict-rate-limit', ms, { authorization }).rejection?.status;
  expect([call(2_000, 'a'), call(4_000, 'b')]).toEqual([undefined, undefined]);
  // The clock is now within the window of a and before the window of b.
  expect([call(3_000, 'a'), call(3_000, 'b')]).toEqual([429, undefined]);
  expect([call(12_999, 'b'), call(13_000, 'b')]).toEqual([429, undefined]);
});

test.each([
  ['no User-Agent', { accept: '*/*' }],
  ['an empty User-Agent', { accept: '*/*', 'user-agent': '' }],
  ['no Accept', { 'user-agent': 'pointone-token-exporter/1.2.3' }],
  ['the User-Agent of curl', { accept: '*/*', 'user-agent': 'curl/8.14.1' }],
  ['the User-Agent of a Python library', { accept: '*/*', 'user-agent': 'python-requests/2.32' }],
  ["the User-Agent of Node's fetch", { accept: '*/*', 'user-agent': 'node' }],
])('waf rejects a request with %s with an HTML page', (_, headers) => {
  const { rejection } = gatewayAt()('waf', 0, headers);
  expect(rejection).toMatchObject({ status: 403, headers: { 'Content-Type': 'text/html; charset=UTF-8' } });
  expect(rejection?.body.toString()).toMatch(/^<!DOCTYPE html>/);
});

test('waf admits an identified client and marks every response', () => {
  const admit = gatewayAt();
  const { headers, rejection } = admit('waf', 0);
  expect(rejection).toBeUndefined();
  expect(headers).toMatchObject({ Server: 'cloudflare', 'CF-RAY': expect.stringMatching(/^[0-9a-f]{16}-FRA$/) });
  expect(headers).toHaveProperty('Via');
  const rejected = admit('waf', 0, {}).headers;
  expect(rejected).toMatchObject({ Server: 'cloudflare' });
  expect(rejected['CF-RAY']).not.toBe(headers['CF-RAY']);
  expect(rejected).not.toHaveProperty('Via');
});

test('waf rejects a burst from one address until the window ends, whatever the credentials', () => {
  const admit = gatewayAt();
  const call = (ms: number, index = 0, address?: string) =>
    admit('waf', ms, { ...CLIENT, authorization: `Bearer ${index}` }, address).rejection;
  const statuses = Array.from({ length: WAF_LIMIT.calls + 1 }, (_, index) => call(index, index)?.status);
  expect(statuses.slice(0, -1).every((status) => status === undefined)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
  expect(call(1_000)).toMatchObject({
    status: 429,
    headers: { 'Retry-After': String(WAF_LIMIT.windowSeconds - 1), 'Content-Type': 'text/html; charset=UTF-8' },
  });
  expect(call(1_000, 0, '192.0.2.2')).toBeUndefined();
  expect(call(WAF_LIMIT.windowSeconds * 1000)).toBeUndefined();
});

test('the limits differ: waf allows more calls than strict-rate-limit', () => {
  expect(WAF_LIMIT.calls).toBeGreaterThan(RATE_LIMIT.calls);
});
