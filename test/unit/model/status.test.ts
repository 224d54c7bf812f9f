import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  BUILT_IN_STATUSES,
  createStatusClassifier,
  NO_STATUSES,
  normalizeStatus,
  STATUS_CLASSES,
} from '../../../src/model/status.ts';

describe('a classifier', () => {
  const classify = createStatusClassifier();

  it.each(
    STATUS_CLASSES.flatMap((statusClass) => BUILT_IN_STATUSES[statusClass].map((status) => [status, statusClass])),
  )('ignores case and the usual prefixes of %s', (status, statusClass) => {
    for (const prefix of ['', 'STATUS_', 'TOKEN_', 'TOKEN_STATUS_']) {
      for (const spelling of [`${prefix}${status}`, `${prefix}${status}`.toLowerCase()]) {
        expect([spelling, classify(spelling)]).toEqual([spelling, statusClass]);
      }
    }
  });

  it.each([
    '',
    'DISABLED',
    'INACTIVE',
    'EXPIRING',
    'EXPIRES',
    'NOT_REVOKED',
    'REVOKED ',
    'STATUS_',
    'TOKEN_STATUS_',
    'STATUS_STATUS_ACTIVE',
    'ACTIVE_TOKEN',
    '__proto__',
    'constructor',
  ])('knows no class of %j', (status) => {
    expect(classify(status)).toBeUndefined();
  });

  it('knows further statuses, and compares them in the same way', () => {
    const extended = createStatusClassifier({ ...NO_STATUSES, REVOKED: ['token_status_disabled'], ACTIVE: ['Live'] });
    for (const status of ['DISABLED', 'disabled', 'STATUS_DISABLED']) expect(extended(status)).toBe('REVOKED');
    expect(extended('TOKEN_LIVE')).toBe('ACTIVE');
    expect(extended('VALID')).toBe('ACTIVE');
    expect(classify('DISABLED')).toBeUndefined();
  });

  it('keeps a limited number of different statuses', () => {
    const normalize = vi.spyOn(String.prototype, 'toUpperCase');
    onTestFinished(() => normalize.mockRestore());
    const seen = createStatusClassifier();
    normalize.mockClear();
    const statuses = Array.from({ length: 100 }, (_, number) => `STATUS_${number}`);
    for (const status of [...statuses, ...statuses]) seen(status);
    // The first 64 are normalized once, all others each time.
    expect(normalize).toHaveBeenCalledTimes(64 + 2 * 36);
  });

  it('gives the same class however many different statuses it has seen', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('ACTIVE', 'expired', 'Revoked'))), (statuses) => {
        const seen = createStatusClassifier();
        for (let number = 0; number < 100; number += 1) seen(`STATUS_${number}`);
        expect(statuses.map(seen)).toEqual(statuses.map((status) => createStatusClassifier()(status)));
      }),
    );
  });
});

it('a normalized status keeps at least one character', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), (status) => normalizeStatus(status) !== ''));
  expect(normalizeStatus('TOKEN_STATUS_')).toBe('STATUS_');
});
