import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { AccountConfig } from '../config/accounts-file.ts';
import { CredentialError, type CredentialSource, readCredential } from '../pointone/credential.ts';

/** Says what is legal, but most likely not meant. */
export async function logAccountWarnings(accounts: readonly AccountConfig[], log: Logger): Promise<void> {
  if (accounts.length === 0) log.warn('there are no accounts: nothing is watched');
  for (const { account, problem } of await findCredentialProblems(accounts)) {
    if (problem !== undefined)
      log.warn({ account: account.name, detail: problem }, 'the credential cannot be used as things stand');
  }
}

/**
 * Read at once: on a file server that does not answer, one after another would take seconds each. All of many accounts at
 * once would wait so long for their turns that good files were taken for such as do not answer.
 */
const MAX_CONCURRENT_READS = 32;

/** Each account with why its credential cannot be used as things stand; undefined where it can. */
export function findCredentialProblems(
  accounts: readonly AccountConfig[],
): Promise<{ readonly account: AccountConfig; readonly problem: string | undefined }[]> {
  const limit = pLimit(MAX_CONCURRENT_READS);
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
