import type { ExpectedToken } from '../model/expected.ts';
import type { CredentialSource } from '../pointone/credential.ts';

/** One account as configured: a user of the API, whose credential lists that user's tokens. */
export interface AccountConfig {
  /** The label `account`: unique and not empty. */
  readonly name: string;
  readonly endpoint: URL;
  readonly timeoutMs: number;
  readonly credential: CredentialSource;
  readonly expected: readonly ExpectedToken[];
}
