import { FAILURE_REASONS, type FailureReason, type Report } from '../../../src/model/report.ts';
import { createStatusClassifier } from '../../../src/model/status.ts';
import type { Token } from '../../../src/model/token.ts';

/** Classifies the built-in statuses. */
export const classifyStatus = createStatusClassifier();

/** Returns an ordinary token with the given differences. By default, its class is that of its status. */
export function token(differences: Partial<Token> = {}): Token {
  const { status = 'ACTIVE' } = differences;
  return {
    name: 'caster',
    role: 'ROLE_READ_WRITE',
    status,
    statusClass: classifyStatus(status),
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

/** Returns a report of an account that was read and has no tokens, with the given differences. */
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

/** Returns a report of an account that was read, with these tokens. */
export function reportOf(tokens: readonly Token[], differences: Partial<Report> = {}): Report {
  return report({ outcome: { ok: true, tokens }, ...differences });
}
