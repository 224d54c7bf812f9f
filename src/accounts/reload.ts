import type { Logger } from 'pino';
import type { LoadedAccounts } from '../config/accounts.ts';
import type { AccountConfig } from '../config/accounts-file.ts';
import { formatProblem, formatProblems } from '../config/problem.ts';
import { logAccountWarnings } from './credential-check.ts';
import type { AccountChanges } from './registry.ts';

export interface ReloadOptions {
  /** Reads the accounts anew. */
  readonly load: () => Promise<LoadedAccounts>;
  /** Puts the new accounts in force. */
  readonly apply: (accounts: readonly AccountConfig[]) => AccountChanges;
  /** Hears whether the configuration file as it is now is in force. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
}

/** What a reload came to. */
export interface ReloadResult {
  readonly ok: boolean;
  /** For whoever asked: the accounts, or every problem on a line of its own. */
  readonly text: string;
}

/**
 * Makes the one way to reload. Reloads run one after another; those who ask while one is running, which may have read
 * the file before they wrote it, share the next. One that fails unexpectedly rejects for those who asked for it, and does
 * not keep the next from its turn.
 */
export function createReload(options: ReloadOptions): () => Promise<ReloadResult> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<ReloadResult> | undefined;
  const begin = (): Promise<ReloadResult> => {
    next = undefined;
    const reloaded = reload(options);
    running = reloaded;
    return reloaded;
  };
  return () => {
    next ??= running.then(begin, begin);
    return next;
  };
}

async function reload({ load, apply, onOutcome, log }: ReloadOptions): Promise<ReloadResult> {
  const { accounts, problems } = await load();
  if (problems.length > 0) {
    onOutcome(false);
    log.error(
      { problems: problems.map(formatProblem) },
      'the configuration cannot be reloaded; the one before stays in force',
    );
    return { ok: false, text: formatProblems(problems) };
  }
  const { added, changed, removed } = apply(accounts);
  onOutcome(true);
  const count = accounts.length;
  log.info({ accounts: count, added, changed, removed }, 'configuration reloaded');
  void logAccountWarnings(accounts, log);
  const all = count === 1 ? '1 account' : `${count} accounts`;
  return {
    ok: true,
    text: `reloaded: ${all} (${added.length} added, ${changed.length} changed, ${removed.length} removed)`,
  };
}
