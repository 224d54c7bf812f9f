import { findCredentialProblems } from '../accounts/credential-check.ts';
import type { WebConfig } from '../web-config/types.ts';
import type { Configuration } from './configuration.ts';

/**
 * Prints what the settings come to. A token file that cannot be used now is said, but is no problem of the
 * configuration: it is read anew for every call, and may be mounted later.
 */
export async function validateConfig({ accounts, web }: Configuration, output: NodeJS.WritableStream): Promise<number> {
  const count = accounts.length === 1 ? '1 account' : `${accounts.length} accounts`;
  output.write(`configuration is valid: ${count}\n`);
  for (const { account, problem } of await findCredentialProblems(accounts)) {
    const { name, endpoint, timeoutMs, credential, expected } = account;
    const source = credential.kind === 'file' ? `file ${credential.path}` : `variable ${credential.variable}`;
    output.write(
      `  ${JSON.stringify(name)}: ${displayUrl(endpoint)}, timeout ${timeoutMs / 1000}s, token from ${source}, expected tokens: ${expected.length}\n`,
    );
    if (problem !== undefined) output.write(`    warning: ${problem}\n`);
  }
  if (web !== undefined) output.write(`web configuration is valid: ${describeWebConfig(web.config)}\n`);
  return 0;
}

/** Without the query, which may hold a key. */
function displayUrl({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

/** Of the users only their number: a name is half of what opens the door. */
function describeWebConfig({ tls, users, headers }: WebConfig): string {
  const people = users.size === 1 ? '1 user' : `${users.size} users`;
  const more = Object.keys(headers);
  return [
    tls === undefined ? 'plain HTTP' : `${tls.minVersion} to ${tls.maxVersion}, ${tls.clientAuthType}`,
    users.size === 0 ? 'no password' : `password of ${people}`,
    more.length === 0 ? 'no headers' : `headers ${more.join(', ')}`,
  ].join(', ');
}
