import { findCredentialProblems } from '../accounts/credential-check.ts';
import type { Problem } from '../config/problem.ts';
import { SETTINGS } from '../config/settings.ts';
import { formatCount, formatDuration } from '../health/formats.ts';
import type { PolicyConfig } from '../model/policy.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../model/urgency.ts';
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
  for (const { name, endpoint, timeoutMs, credential, expected, policy } of accounts) {
    const source = credential.kind === 'file' ? `file ${credential.path}` : `variable ${credential.variable}`;
    output.write(
      `  ${JSON.stringify(name)}: ${displayUrl(endpoint)}, timeout ${timeoutMs / 1000}s, token from ${source}, expected tokens: ${expected.length}${describePolicy(policy)}\n`,
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

/** Summarizes what differs from the default policy, as the end of a line. */
function describePolicy({ tokenNames, thresholds, names }: PolicyConfig): string {
  return [
    ...(['warning', 'critical'] as const)
      .filter((level) => !isDefault(thresholds, level))
      .map((level) => describeThreshold(thresholds, level)),
    ...(names.length === 0 ? [] : [`own thresholds for ${formatCount(names.length, 'name')}`]),
    ...(tokenNames.length === 0 ? [] : [`${formatCount(tokenNames.length, 'group')} of token names`]),
  ]
    .map((part) => `, ${part}`)
    .join('');
}

function isDefault(thresholds: Thresholds, level: keyof Thresholds): boolean {
  const { leftMs, lifetimeShare } = DEFAULT_THRESHOLDS[level];
  return thresholds[level].leftMs === leftMs && thresholds[level].lifetimeShare === lifetimeShare;
}

function describeThreshold(thresholds: Thresholds, level: keyof Thresholds): string {
  const { leftMs, lifetimeShare } = thresholds[level];
  // Six digits after the point are the precision of the setting.
  return `${level} below ${formatDuration(leftMs)} and ${Number((lifetimeShare * 100).toFixed(6))}% of the lifetime`;
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
