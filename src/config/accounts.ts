import { FileError, readRegularFile } from '../runtime/file-reader.ts';
import type { AccountConfig } from './accounts-file.ts';
import { plaintextProblem } from './addresses.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue, type ResolvedSettings } from './resolve.ts';
import { type SettingName, type Settings, TOKEN_VARIABLE } from './settings.ts';

type Origins = ReadonlyMap<SettingName, string>;

export interface LoadedAccounts {
  /** The accounts that could be parsed. */
  readonly accounts: readonly AccountConfig[];
  /** Empty when all accounts are valid. */
  readonly problems: readonly Problem[];
}

export interface AccountsReading extends LoadedAccounts {
  /** The variables that the file names with `token_env`; undefined if they are unknown. */
  readonly tokenVariables: ReadonlySet<string> | undefined;
}

export interface AccountsOptions {
  /** Whether a missing credential is a problem, and not the consequence of another problem. */
  readonly requireCredential: boolean;
}

/** Reads the accounts that the settings describe: the ones in the accounts file, or the single account. */
export async function readAccounts(
  { settings, origins }: ResolvedSettings,
  environment: Environment,
  { requireCredential }: AccountsOptions = { requireCredential: true },
): Promise<AccountsReading> {
  const file = settings.configFile;
  if (file !== undefined) return readAccountsFromFile(file, settings, origins, environment);
  // The file name is invalid and already reported. Problems with a single account would be misleading.
  if (origins.has('configFile')) return { accounts: [], problems: [], tokenVariables: undefined };
  return readSingleAccount(settings, origins, environment, requireCredential);
}

/** Creates the account that the `--api` settings describe. */
function readSingleAccount(
  settings: Settings,
  origins: Origins,
  environment: Environment,
  requireCredential: boolean,
): AccountsReading {
  const problems: Problem[] = [];
  const token = environmentValue(environment, TOKEN_VARIABLE);
  const path = settings.apiTokenFile;
  const tokenFileOrigin = origins.get('apiTokenFile');
  if (token !== '' && tokenFileOrigin !== undefined) {
    const message = `cannot be combined with ${TOKEN_VARIABLE}; set only one of them`;
    problems.push({ location: tokenFileOrigin, message });
  } else if (requireCredential && token === '' && tokenFileOrigin === undefined) {
    const isEmpty = environment[TOKEN_VARIABLE] === undefined ? '' : `: ${TOKEN_VARIABLE} is empty`;
    const message = `no credential${isEmpty}; set ${TOKEN_VARIABLE} or --api.token-file, or list accounts in a --config.file`;
    problems.push({ location: '--api.token-file', message });
  }
  problems.push(...plaintextEndpointProblems(settings, origins));
  const account: AccountConfig = {
    name: settings.apiAccount,
    endpoint: settings.apiEndpoint,
    timeoutMs: settings.apiTimeout,
    credential:
      path === undefined ? { kind: 'variable', variable: TOKEN_VARIABLE, value: token } : { kind: 'file', path },
    expected: [],
  };
  return { accounts: [account], problems, tokenVariables: new Set() };
}

/** Reads the accounts of the file. The `--api` settings are their defaults. */
async function readAccountsFromFile(
  file: string,
  settings: Settings,
  origins: Origins,
  environment: Environment,
): Promise<AccountsReading> {
  const singleAccountSettings = [
    origins.get('apiTokenFile'),
    origins.get('apiAccount'),
    environmentValue(environment, TOKEN_VARIABLE) === '' ? undefined : TOKEN_VARIABLE,
  ];
  const problems: Problem[] = singleAccountSettings
    .filter((location) => location !== undefined)
    .map((location) => ({
      location,
      message: `cannot be combined with accounts in ${file}; set names and credentials in that file`,
    }));

  const content = await readText(file);
  if ('problem' in content) {
    return {
      accounts: [],
      problems: [...problems, { location: origins.get('configFile') ?? file, message: content.problem }],
      tokenVariables: undefined,
    };
  }
  const { readAccountsFile } = await import('./accounts-file.ts');
  const defaults = { endpoint: settings.apiEndpoint, timeoutMs: settings.apiTimeout, allowHttp: settings.apiAllowHttp };
  const read = readAccountsFile(file, content.text, defaults, environment);
  problems.push(...read.problems);
  if (read.usesDefaultEndpoint) problems.push(...plaintextEndpointProblems(settings, origins));
  return { accounts: read.accounts, problems, tokenVariables: read.tokenVariables };
}

function plaintextEndpointProblems({ apiEndpoint, apiAllowHttp }: Settings, origins: Origins): Problem[] {
  const message = apiAllowHttp ? undefined : plaintextProblem(apiEndpoint);
  return message === undefined ? [] : [{ location: origins.get('apiEndpoint') ?? '--api.endpoint', message }];
}

/** Maximum size of the accounts file: several times a file with thousands of accounts and their expected tokens. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

async function readText(file: string): Promise<{ text: string } | { problem: string }> {
  try {
    const content = await readRegularFile(file, MAX_FILE_BYTES);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch (error) {
    return { problem: `${file} ${error instanceof FileError ? error.message : 'is not UTF-8'}` };
  }
}
