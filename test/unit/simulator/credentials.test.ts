import { expect, test } from 'vitest';
import { createKey, issueCredential, verifyCredential } from '../../../simulator/credentials.ts';

const facts = { subject: 'fleet-eu', issuedAt: 1_700_000_000_999, expiresAt: 1_731_536_000_000 };

test('looks like a personal access token of the real API', () => {
  const credential = issueCredential(facts);
  expect(credential).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/);
  expect(credential.length).toBeGreaterThan(220);
  expect(credential.length).toBeLessThan(300);
});

test('verifies under its own key, with claims in whole seconds', () => {
  const key = createKey();
  const claims = verifyCredential(issueCredential({ ...facts, key }), key);
  expect(claims).toMatchObject({ sub: 'fleet-eu', iat: 1_700_000_000, exp: 1_731_536_000 });
});

test('two credentials of the same facts differ', () => {
  expect(issueCredential(facts)).not.toBe(issueCredential(facts));
});

test('has no exp when it never expires', () => {
  const key = createKey();
  expect(verifyCredential(issueCredential({ ...facts, expiresAt: null, key }), key)).not.toHaveProperty('exp');
});

test('does not verify under another key, or with anything changed', () => {
  const key = createKey();
  const credential = issueCredential({ ...facts, key });
  const [header, , signature] = credential.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'fleet-us', iat: 1, jti: 'x' })).toString('base64url');
  expect(verifyCredential(credential, createKey())).toBeUndefined();
  expect(verifyCredential(`${header}.${forged}.${signature}`, key)).toBeUndefined();
  for (const text of ['', 'a.b', `${credential}.x`, credential.slice(0, -2), 'not a token']) {
    expect(verifyCredential(text, key)).toBeUndefined();
  }
});
