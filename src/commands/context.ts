import type { Build } from '../build.ts';
import type { Configuration } from '../config/load.ts';
import type { Shutdown } from './shutdown.ts';

/** What a command gets to work with. */
export interface Context {
  readonly configuration: Configuration;
  readonly build: Build;
  readonly process: NodeJS.Process;
  readonly shutdown: Shutdown;
}

export function userAgent({ version }: Build): string {
  return `pointone-token-exporter/${version}`;
}
