import type { Logger } from 'pino';
import { warnOfAccounts } from './account-warnings.ts';
import type { Replaced } from './assemble.ts';
import type { Configuration, Loaded } from './config/load.ts';
import { describeProblems } from './config/problem.ts';

export interface ReloadOptions {
  /** Reads everything anew. Of what it gives, the accounts are taken; flags and variables cannot change. */
  readonly load: () => Promise<Loaded>;
  /** Puts the new accounts in force. */
  readonly apply: (configuration: Configuration) => Replaced;
  /** Hears whether the configuration file as it is now is in force. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
}

/** What a reload came to. */
export interface Reloaded {
  readonly ok: boolean;
  /** For whoever asked: the accounts, or every problem on a line of its own. */
  readonly text: string;
}

/**
 * Makes the one way to reload. Reloads run one after another; those who ask while one is running, which may have read
 * the file before they wrote it, share the next.
 */
export function createReload(options: ReloadOptions): () => Promise<Reloaded> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Reloaded> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const reloaded = reload(options);
      running = reloaded;
      return reloaded;
    });
    return next;
  };
}

async function reload({ load, apply, onOutcome, log }: ReloadOptions): Promise<Reloaded> {
  const loaded = await load();
  if ('problems' in loaded) {
    onOutcome(false);
    const problems = loaded.problems.map(({ where, what }) => `${where}: ${what}`);
    log.error({ problems }, 'the configuration cannot be reloaded; the one before stays in force');
    return { ok: false, text: describeProblems(loaded.problems) };
  }
  const { configuration } = loaded;
  const { added, changed, removed } = apply(configuration);
  onOutcome(true);
  const count = configuration.accounts.length;
  log.info({ accounts: count, added, changed, removed }, 'configuration reloaded');
  void warnOfAccounts(configuration.accounts, log);
  const accounts = count === 1 ? '1 account' : `${count} accounts`;
  return {
    ok: true,
    text: `reloaded: ${accounts} (${added.length} added, ${changed.length} changed, ${removed.length} removed)\n`,
  };
}
