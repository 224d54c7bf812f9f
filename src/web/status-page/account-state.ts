import type { Unanswered } from '../../collector.ts';
import type { Report } from '../../report.ts';
import { type ExpectedToken, isPresent } from '../../tokens/expected.ts';
import type { Instant } from '../../tokens/instant.ts';
import { THRESHOLDS, urgentBelowMs } from '../../tokens/urgency.ts';

export type Account = Report | Unanswered;

/** Whether an account was read, and nothing is wrong with it besides. */
export function isWell(account: Account, at: Instant): boolean {
  return (
    account.outcome?.ok === true &&
    missingTokens(account, at).length === 0 &&
    credentialLevel(account, at) === undefined
  );
}

/** Expected tokens that are not there; of an account that was not read, nothing is known. */
export function missingTokens(account: Account, at: Instant): ExpectedToken[] {
  if (account.outcome === undefined || !account.outcome.ok) return [];
  const { tokens } = account.outcome;
  return account.expected.filter((expected) => !isPresent(expected, tokens, at));
}

/** How urgent it is to replace the credential; how long it was made to live is not known. */
export function credentialLevel(
  { credentialExpiresAt }: Account,
  at: Instant,
): 'expired' | 'critical' | 'warning' | undefined {
  if (credentialExpiresAt === undefined) return undefined;
  const left = credentialExpiresAt - at;
  if (left <= 0) return 'expired';
  if (left < urgentBelowMs(THRESHOLDS.critical, undefined)) return 'critical';
  return left < urgentBelowMs(THRESHOLDS.warning, undefined) ? 'warning' : undefined;
}
