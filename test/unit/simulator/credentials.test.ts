import { expect, test } from 'vitest';
import { createKey, issueCredential, verifyCredential } from '../../../simulator/credentials.ts';

const facts = { subject: 'fleet-eu', issuedAt: 1_700_000_000_999, expiresAt: 1_731_536_000_000 };

test('a credential looks like a personal access token of the real API', () => {
  const credential = issueCredential(facts);
  expect(credential).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/);
  expect(credential.length).toBeGreaterThan(220);
  expect(credential.length).toBeLessThan(300);
});

test('a credential verifies with its own key and has claims in whole seconds', () => {
  const key = createKey();
  const claims = verifyCredential(issueCredential({ ...facts, key }), key);
  expect(claims).toMatchObject({ sub: 'fleet-eu', iat: 1_700_000_000, exp: 1_731_536_000 });
});

test('two credentials with the same options differ', () => {
  expect(issueCredential(facts)).not.toBe(issueCredential(facts));
});

test('a credential without an expiry has no claim exp', () => {
  const key = createKey();
  expect(verifyCredential(issueCredential({ ...facts, expiresAt: null, key }), key)).not.toHaveProperty('exp');
});

test('a credential does not verify with another key or after a change', () => {
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
