import type { Logger } from 'pino';
import type { AccountConfig } from './config/account.ts';
import { CredentialError, type CredentialSource, readCredential } from './pointone/credential.ts';

/** Says what is legal, but most likely not meant. */
export async function warnOfAccounts(accounts: readonly AccountConfig[], log: Logger): Promise<void> {
  if (accounts.length === 0) log.warn('there are no accounts: nothing is watched');
  for (const { account, problem } of await credentialProblems(accounts)) {
    if (problem !== undefined)
      log.warn({ account: account.name, detail: problem }, 'the credential cannot be used as things stand');
  }
}

/**
 * Each account with why its credential cannot be used as things stand; undefined where it can. All are read at once: on a
 * file server that does not answer, one after another would take seconds each.
 */
export function credentialProblems(
  accounts: readonly AccountConfig[],
): Promise<{ readonly account: AccountConfig; readonly problem: string | undefined }[]> {
  return Promise.all(
    accounts.map(async (account) => ({ account, problem: await credentialProblem(account.credential) })),
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
