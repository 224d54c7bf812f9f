import type { Logger } from 'pino';
import type { LoadedAccounts } from '../config/accounts.ts';
import type { AccountConfig } from '../config/accounts-file.ts';
import { formatProblem, formatProblems } from '../config/problem.ts';
import { logAccountWarnings } from './credential-check.ts';
import type { AccountChanges } from './registry.ts';

export interface ReloadOptions {
  /** Reads the configuration file. */
  readonly load: () => Promise<LoadedAccounts>;
  /** Applies the new accounts. */
  readonly apply: (accounts: readonly AccountConfig[]) => AccountChanges;
  /** Called after each reload. `ok` means that the current configuration file is applied. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
}

/** The result of a reload. */
export interface ReloadResult {
  readonly ok: boolean;
  /** Response to the client: a summary of the accounts, or the problems, one per line. */
  readonly text: string;
}

/**
 * Creates the reload function. Reloads run one after another. Callers that arrive during a reload share the next one,
 * because the running one may have read the file before it was changed. A reload that fails unexpectedly rejects for its
 * callers and does not prevent the next one.
 */
export function createReload(options: ReloadOptions): () => Promise<ReloadResult> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<ReloadResult> | undefined;
  const start = (): Promise<ReloadResult> => {
    next = undefined;
    const result = reload(options);
    running = result;
    return result;
  };
  return () => {
    next ??= running.then(start, start);
    return next;
  };
}

async function reload({ load, apply, onOutcome, log }: ReloadOptions): Promise<ReloadResult> {
  const { accounts, problems } = await load();
  if (problems.length > 0) {
    onOutcome(false);
    log.error({ problems: problems.map(formatProblem) }, 'configuration reload failed; keeping previous configuration');
    return { ok: false, text: formatProblems(problems) };
  }
  const { added, changed, removed } = apply(accounts);
  onOutcome(true);
  const count = accounts.length;
  log.info({ accounts: count, added, changed, removed }, 'configuration reloaded');
  void logAccountWarnings(accounts, log);
  const total = count === 1 ? '1 account' : `${count} accounts`;
  return {
    ok: true,
    text: `reloaded: ${total} (${added.length} added, ${changed.length} changed, ${removed.length} removed)`,
  };
}
