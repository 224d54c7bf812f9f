import type { Logger } from 'pino';
import type { AccountConfig } from './config/account.ts';
import { CredentialError, type CredentialSource, readCredential } from './pointone/credential.ts';

/** Says what is legal, but most likely not meant. */
export async function warnOfAccounts(accounts: readonly AccountConfig[], log: Logger): Promise<void> {
  if (accounts.length === 0) log.warn('there are no accounts: nothing is watched');
  for (const { name, credential } of accounts) {
    const problem = await credentialProblem(credential);
    if (problem !== undefined)
      log.warn({ account: name, detail: problem }, 'the credential cannot be used as things stand');
  }
}

/** Why the credential cannot be used as things stand; undefined when it can. */
export async function credentialProblem(source: CredentialSource): Promise<string | undefined> {
  try {
    await readCredential(source);
    return undefined;
  } catch (error) {
    if (error instanceof CredentialError) return error.message;
    throw error;
  }
}
