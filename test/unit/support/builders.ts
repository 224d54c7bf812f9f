import { FAILURE_REASONS, type FailureReason, type Report } from '../../../src/model/report.ts';
import type { Token } from '../../../src/model/token.ts';

/** A token with nothing odd about it, but for what a test says of it. */
export function token(differences: Partial<Token> = {}): Token {
  return {
    name: 'caster',
    role: 'ROLE_READ_WRITE',
    status: 'ACTIVE',
    description: '',
    createdAt: Date.UTC(2026, 2, 1, 9),
    expiresAt: Date.UTC(2027, 2, 1, 9),
    unreadable: [],
    ...differences,
  };
}

export const NO_ERRORS = Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, 0])) as Record<
  FailureReason,
  number
>;

/** A report of an account that could be read and has no token, but for what a test says of it. */
export function report(differences: Partial<Report> = {}): Report {
  return {
    account: 'default',
    outcome: { ok: true, tokens: [] },
    expected: [],
    durationMs: 250,
    errors: NO_ERRORS,
    lastSuccessAt: undefined,
    clockSkewMs: undefined,
    credentialExpiresAt: undefined,
    ...differences,
  };
}

/** A report of an account that could be read. */
export function reportOf(tokens: readonly Token[], differences: Partial<Report> = {}): Report {
  return report({ outcome: { ok: true, tokens }, ...differences });
}
