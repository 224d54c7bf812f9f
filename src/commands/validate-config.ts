import { findCredentialProblems } from '../accounts/credential-check.ts';
import type { Problem } from '../config/problem.ts';
import { SETTINGS } from '../config/settings.ts';
import type { WebConfig } from '../web-config/types.ts';
import type { Configuration } from './configuration.ts';

/** Prints a summary of the configuration, or returns the problems with the credentials and prints nothing. */
export async function validateConfig(
  { settings, accounts, web }: Configuration,
  output: NodeJS.WritableStream,
): Promise<readonly Problem[]> {
  const checked = accounts.filter(({ credential }) => credential.kind === 'variable' || !settings.configSkipTokenFiles);
  const problems = (await findCredentialProblems(checked)).flatMap(({ account, problem }) =>
    problem === undefined
      ? []
      : [{ location: `account ${JSON.stringify(account.name)}`, message: withAdvice(problem) }],
  );
  if (problems.length > 0) return problems;
  const count = accounts.length === 1 ? '1 account' : `${accounts.length} accounts`;
  output.write(`configuration is valid: ${count}\n`);
  for (const { name, endpoint, timeoutMs, credential, expected } of accounts) {
    const source = credential.kind === 'file' ? `file ${credential.path}` : `variable ${credential.variable}`;
    output.write(
      `  ${JSON.stringify(name)}: ${displayUrl(endpoint)}, timeout ${timeoutMs / 1000}s, token from ${source}, expected tokens: ${expected.length}\n`,
    );
  }
  if (web !== undefined) output.write(`web configuration is valid: ${describeWebConfig(web.config)}\n`);
  return [];
}

/** An exporter starts without its token files, which it reads before every call. */
function withAdvice(problem: string): string {
  if (!problem.endsWith('does not exist')) return problem;
  return `${problem}; create it, or add --${SETTINGS.configSkipTokenFiles.flag} if it is mounted later`;
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
