import { expect, it } from 'vitest';
import { isDead } from '../../../src/model/status.ts';

it.each(['EXPIRED', 'REVOKED'])('a token of the status %s is dead', (status) => {
  expect(isDead(status)).toBe(true);
});

it.each(['ACTIVE', '', 'SUSPENDED', 'expired', 'REVOKED ', 'toString'])(
  'a token of the status %j counts as usable: no alert depends on a guess',
  (status) => {
    expect(isDead(status)).toBe(false);
  },
);
