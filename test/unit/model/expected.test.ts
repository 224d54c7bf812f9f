import { describe, expect, it } from 'vitest';
import { isPresent } from '../../../src/model/expected.ts';
import type { Token } from '../../../src/model/token.ts';
import { token } from '../support/make.ts';

const NOW = Date.UTC(2026, 6, 1);
const EXPECTED = { name: 'caster', role: 'ROLE_READ_WRITE' };

describe('an expected token is present', () => {
  it.each<[string, Partial<Token>]>([
    ['when it is listed, active and not expired', {}],
    ['when its expiry is unknown', { expiresAt: undefined }],
    ['when its status is one nobody knows', { status: 'SUSPENDED' }],
    ['when it has no status', { status: '' }],
    ['until its last millisecond', { expiresAt: NOW + 1 }],
  ])('%s', (_when, difference) => {
    expect(isPresent(EXPECTED, [token(difference)], NOW)).toBe(true);
  });

  it('when only one of several of its name is usable', () => {
    expect(isPresent(EXPECTED, [token({ status: 'REVOKED' }), token({ expiresAt: NOW - 1 }), token()], NOW)).toBe(true);
  });

  it('in whatever role when none is asked for', () => {
    expect(isPresent({ name: 'caster', role: undefined }, [token({ role: 'ANY' })], NOW)).toBe(true);
  });
});

describe('an expected token is not present', () => {
  it.each<[string, Partial<Token>]>([
    ['past its expiry, whatever its status says', { status: 'ACTIVE', expiresAt: NOW - 1 }],
    ['expired by its status', { status: 'EXPIRED' }],
    ['revoked', { status: 'REVOKED' }],
    ['revoked and of unknown expiry', { status: 'REVOKED', expiresAt: undefined }],
    ['under another name', { name: 'caster-2' }],
    ['under a name of other letters', { name: 'Caster' }],
    ['in another role', { role: 'ROLE_READ_ONLY' }],
    ['in an unreadable role', { role: '' }],
  ])('%s', (_when, difference) => {
    expect(isPresent(EXPECTED, [token(difference)], NOW)).toBe(false);
  });

  it('in an empty list', () => {
    expect(isPresent(EXPECTED, [], NOW)).toBe(false);
  });
});
