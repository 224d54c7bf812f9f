import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../src/config/resolve.ts';
import type { SettingName } from '../../../src/config/settings.ts';
import { findStatusProblems, statusLists } from '../../../src/config/status-lists.ts';

function resolve(flags: Partial<Record<SettingName, string>>, environment: Record<string, string> = {}) {
  return resolveSettings(new Map(Object.entries(flags) as [SettingName, string][]), environment);
}

describe('the lists of statuses', () => {
  it('are empty by default', () => {
    expect(statusLists(resolve({}).settings)).toEqual({ ACTIVE: [], EXPIRED: [], REVOKED: [] });
  });

  it('are read from flags and variables, without the spaces around the commas', () => {
    const resolved = resolve({ apiStatusActive: 'LIVE, OK' }, { POINTONE_API_STATUS_REVOKED: 'DISABLED' });
    expect(statusLists(resolved.settings)).toEqual({ ACTIVE: ['LIVE', 'OK'], EXPIRED: [], REVOKED: ['DISABLED'] });
    expect([...resolved.problems, ...findStatusProblems(resolved)]).toEqual([]);
  });

  it.each(['', 'A,,B', 'A,', 'two words', 'DISABLED;SUSPENDED', '1ST', 'a'.repeat(65)])(
    'reject %j, which is not a list of names',
    (value) => {
      expect(resolve({ apiStatusRevoked: value }).problems).toMatchObject([{ location: '--api.status.revoked' }]);
    },
  );

  it('may repeat a status of the same class', () => {
    expect(findStatusProblems(resolve({ apiStatusActive: 'VALID,LIVE,live,STATUS_LIVE' }))).toEqual([]);
  });

  it.each([
    [
      'a built-in status',
      { apiStatusRevoked: 'token_valid' },
      {},
      'token_valid is already ACTIVE by the built-in list',
    ],
    [
      'a status in the list of another flag',
      { apiStatusActive: 'LIVE', apiStatusRevoked: 'STATUS_LIVE' },
      {},
      'STATUS_LIVE is already ACTIVE by --api.status.active',
    ],
    [
      'a status in the list of a variable',
      { apiStatusRevoked: 'LIVE' },
      { POINTONE_API_STATUS_EXPIRED: 'live' },
      'LIVE is already EXPIRED by POINTONE_API_STATUS_EXPIRED',
    ],
  ])('report %s', (_, flags, environment, message) => {
    expect(findStatusProblems(resolve(flags, environment))).toEqual([
      { location: '--api.status.revoked', message: expect.stringContaining(message) },
    ]);
  });
});
