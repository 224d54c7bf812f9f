import type { Build } from '../build.ts';
import type { Accounts, Configuration } from '../config/load.ts';
import type { Hangup } from './hangup.ts';
import type { Shutdown } from './shutdown.ts';

/** What a command gets to work with. */
export interface Context {
  readonly configuration: Configuration;
  /** Reads its accounts anew. */
  readonly loadAccounts: () => Promise<Accounts>;
  readonly build: Build;
  readonly process: NodeJS.Process;
  readonly shutdown: Shutdown;
  readonly hangup: Hangup;
}

export function userAgent({ version }: Build): string {
  return `pointone-token-exporter/${version}`;
}
