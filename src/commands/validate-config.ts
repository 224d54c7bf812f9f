import { findCredentialProblems } from '../accounts/credential-check.ts';
import type { WebConfig } from '../web-config/types.ts';
import type { Configuration } from './configuration.ts';

/**
 * Prints a summary of the configuration. An unusable token file is only a warning, because it is read before every call
 * and may be mounted later.
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

/** Formats a URL without its query, which may contain a key. */
function displayUrl({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

/** Summarizes the web configuration. User names are half of the credentials, so only their number is printed. */
function describeWebConfig({ tls, users, headers }: WebConfig): string {
  const userCount = users.size === 1 ? '1 user' : `${users.size} users`;
  const headerNames = Object.keys(headers);
  return [
    tls === undefined ? 'plain HTTP' : `${tls.minVersion} to ${tls.maxVersion}, ${tls.clientAuthType}`,
    users.size === 0 ? 'no basic authentication' : `basic authentication for ${userCount}`,
    headerNames.length === 0 ? 'no headers' : `headers ${headerNames.join(', ')}`,
  ].join(', ');
}
