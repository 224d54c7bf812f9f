import { credentialProblem } from '../account-warnings.ts';
import type { Configuration } from '../config/load.ts';

/**
 * Prints what the settings come to. A token file that cannot be used now is said, but is no problem of the
 * configuration: it is read anew for every call, and may be mounted later.
 */
export async function checkConfiguration({ accounts }: Configuration, output: NodeJS.WritableStream): Promise<number> {
  const count = accounts.length === 1 ? '1 account' : `${accounts.length} accounts`;
  output.write(`configuration is valid: ${count}\n`);
  for (const { name, endpoint, timeoutMs, credential, expected } of accounts) {
    const source = credential.kind === 'file' ? `file ${credential.path}` : `variable ${credential.variable}`;
    output.write(
      `  ${JSON.stringify(name)}: ${endpoint.href}, timeout ${timeoutMs / 1000}s, token from ${source}, expected tokens: ${expected.length}\n`,
    );
    const problem = await credentialProblem(credential);
    if (problem !== undefined) output.write(`    warning: ${problem}\n`);
  }
  return 0;
}
