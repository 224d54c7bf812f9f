import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { AccountConfig } from '../config/accounts-file.ts';
import { CredentialError, type CredentialSource, readCredential } from '../pointone/credential.ts';

/** Logs a warning if there are no accounts, and for each account whose credential is not usable. */
export async function logAccountWarnings(accounts: readonly AccountConfig[], log: Logger): Promise<void> {
  if (accounts.length === 0) log.warn('no accounts configured');
  for (const { account, problem } of await findCredentialProblems(accounts)) {
    if (problem !== undefined) log.warn({ account: account.name, detail: problem }, 'credential is not usable');
  }
}

/**
 * Number of token files to request concurrently. On a file server that does not respond, each file takes seconds, so
 * sequential reads are too slow. Unlimited requests would wait in the queue so long that readable files time out.
 */
const MAX_CONCURRENT_CREDENTIAL_CHECKS = 32;

/** Returns each account with the reason why its credential is not usable; undefined if it is usable. */
export function findCredentialProblems(
  accounts: readonly AccountConfig[],
): Promise<{ readonly account: AccountConfig; readonly problem: string | undefined }[]> {
  const limit = pLimit(MAX_CONCURRENT_CREDENTIAL_CHECKS);
  return Promise.all(
    accounts.map((account) => limit(async () => ({ account, problem: await credentialProblem(account.credential) }))),
  );
}

async function credentialProblem(source: CredentialSource): Promise<string | undefined> {
  try {
    await readCredential(source);
    return undefined;
  } catch (error) {
    if (error instanceof CredentialError) return error.message;
    throw error;
  }
}
