import type { Build } from '../build.ts';
import type { Configuration, Loaded } from '../config/load.ts';
import type { Hangup } from './hangup.ts';
import type { Shutdown } from './shutdown.ts';

/** What a command gets to work with. */
export interface Context {
  readonly configuration: Configuration;
  /** Reads all of it anew. */
  readonly load: () => Promise<Loaded>;
  readonly build: Build;
  readonly process: NodeJS.Process;
  readonly shutdown: Shutdown;
  readonly hangup: Hangup;
}

export function userAgent({ version }: Build): string {
  return `pointone-token-exporter/${version}`;
}
