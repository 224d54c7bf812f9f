import type { Logger } from 'pino';
import { toSeconds } from '../model/instant.ts';
import type { FailureReason, Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';

/** An account that keeps failing for the same reason logs one warning per interval. Failures in between are counted. */
const WARN_INTERVAL_MS = 10 * 60_000;

interface LastWarning {
  readonly at: number;
  suppressed: number;
}

/**
 * Logs one line for each failed fetch: at level warn for a new failure, at debug if the same failure of the same account
 * was a warning in the last ten minutes. Neither a long outage nor a flapping upstream floods the log.
 *
 * @returns a function that creates the listener for the reports of one account. Create another one when the endpoint or
 * credential changes: its failures are new.
 */
export function createFetchLog(log: Logger, clock: Clock): () => (report: Report) => void {
  /** Accounts with a warning since their last success. */
  const failing = new Set<string>();
  return () => createListener(log, clock, failing);
}

function createListener(log: Logger, clock: Clock, failing: Set<string>): (report: Report) => void {
  const lastWarnings = new Map<FailureReason, LastWarning>();

  const logFailure = (account: string, reason: FailureReason, detail: string, durationMs: number): void => {
    const lastWarning = lastWarnings.get(reason);
    const fields = { account, reason, duration_seconds: toSeconds(durationMs), detail };
    if (lastWarning !== undefined && clock.monotonic() - lastWarning.at < WARN_INTERVAL_MS) {
      lastWarning.suppressed += 1;
      log.debug(fields, 'fetch failed');
      return;
    }
    lastWarnings.set(reason, { at: clock.monotonic(), suppressed: 0 });
    failing.add(account);
    const suppressed = lastWarning?.suppressed ?? 0;
    log.warn(suppressed === 0 ? fields : { ...fields, suppressed }, 'fetch failed');
  };

  return ({ account, outcome, durationMs }) => {
    if (!outcome.ok) {
      logFailure(account, outcome.failure.reason, outcome.failure.detail, durationMs);
      return;
    }
    const fields = { account, tokens: outcome.tokens.length, duration_seconds: toSeconds(durationMs) };
    // Log the recovery at info if the failure was a warning.
    if (failing.delete(account)) log.info(fields, 'fetch succeeded again');
    else log.debug(fields, 'fetch succeeded');
  };
}
