import fc from 'fast-check';
import type { Token } from '../../../src/model/token.ts';
import { token } from './builders.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Tokens of a few names, roles and statuses, whose dates are near the deadlines of a list that is read at an instant. */
export function deadlineTokens(at: number): fc.Arbitrary<Token> {
  const offset = (unit: number, max: number) => fc.integer({ min: -max, max }).map((count) => at + count * unit);
  const near = fc.oneof(offset(1, 2), offset(MINUTE, 15), offset(DAY, 20), offset(DAY, 400));
  const instant = fc.oneof({ weight: 5, arbitrary: near }, { weight: 1, arbitrary: fc.constant(undefined) });
  return fc
    .record({
      name: fc.constantFrom('a', 'b'),
      role: fc.constantFrom('', 'R'),
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'EXPIRED', 'REVOKED', 'PAUSED', ''),
      createdAt: instant,
      expiresAt: instant,
    })
    .map((fields) => token(fields));
}
