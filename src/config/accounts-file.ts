import { dirname, resolve } from 'node:path';
import type { ExpectedToken } from '../model/token.ts';
import type { CredentialSource } from '../pointone/credential.ts';
import { endpointUrl, plaintextProblem } from './addresses.ts';
import { environmentVariableName, filePath, text } from './parsers.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue } from './resolve.ts';
import { FETCH_TIMEOUT } from './settings.ts';
import { YamlFile, type YamlValue } from './yaml-file.ts';

/** One account as configured: a user of the API, whose credential lists that user's tokens. */
export interface AccountConfig {
  /** The label `account`: unique and not empty. */
  readonly name: string;
  readonly endpoint: URL;
  readonly timeoutMs: number;
  readonly credential: CredentialSource;
  readonly expected: readonly ExpectedToken[];
}

const ACCOUNT_KEYS = ['name', 'token_file', 'token_env', 'endpoint', 'timeout', 'expected_tokens'] as const;
type AccountPlaces = Partial<Record<(typeof ACCOUNT_KEYS)[number], YamlValue>>;

/** What an account has where the file says nothing of it. */
export interface AccountDefaults {
  readonly endpoint: URL;
  readonly timeoutMs: number;
  /** Whether an endpoint of plain http is accepted. */
  readonly allowHttp: boolean;
}

export interface AccountsFile {
  /** Those that could be read. */
  readonly accounts: readonly AccountConfig[];
  /** Whether there is an account that names no endpoint of its own. */
  readonly usesDefaultEndpoint: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Reads the accounts of a configuration file.
 *
 * @param file its path, which relative paths in it start from
 */
export function readAccountsFile(
  file: string,
  content: string,
  defaults: AccountDefaults,
  environment: Environment,
): AccountsFile {
  const yaml = new YamlFile(file, content);
  const context: Context = { yaml, file, defaults, environment, names: new Map(), usesDefaultEndpoint: false };
  const accounts = yaml.problems.length > 0 ? [] : readAccounts(context);
  return { accounts, usesDefaultEndpoint: context.usesDefaultEndpoint, problems: yaml.problems };
}
/** What the reading of every account needs. */
interface Context {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly defaults: AccountDefaults;
  readonly environment: Environment;
  /** Where each name was given first. */
  readonly names: Map<string, string>;
  usesDefaultEndpoint: boolean;
}

function readAccounts(context: Context): AccountConfig[] {
  const { yaml } = context;
  const top = yaml.mapping(yaml.root, ['accounts']);
  if (top === undefined) return [];
  if (top.accounts === undefined) {
    yaml.addProblem(
      yaml.root,
      'accounts is missing; it lists accounts, each with a name and a token_file or token_env',
    );
    return [];
  }
  return yaml
    .list(top.accounts, 'accounts')
    .map((place) => readAccount(context, place))
    .filter((account) => account !== undefined);
}

function readAccount(context: Context, place: YamlValue): AccountConfig | undefined {
  const { yaml, defaults } = context;
  const places = yaml.mapping(place, ACCOUNT_KEYS);
  if (places === undefined) return undefined;
  const name = readName(context, place, places.name);
  const credential = readCredentialSource(context, place, places);
  const url = readEndpoint(context, places.endpoint);
  const timeoutMs = places.timeout === undefined ? defaults.timeoutMs : yaml.value(places.timeout, FETCH_TIMEOUT);
  const expected = places.expected_tokens === undefined ? [] : readExpected(yaml, places.expected_tokens);
  if (name === undefined || credential === undefined || url === undefined || timeoutMs === undefined) return undefined;
  return { name, endpoint: url, timeoutMs, credential, expected };
}

function readName({ yaml, names }: Context, account: YamlValue, place: YamlValue | undefined): string | undefined {
  if (place === undefined) {
    yaml.addProblem(account, 'name is missing; it becomes the label account');
    return undefined;
  }
  const name = yaml.value(place, text);
  if (name === undefined) return undefined;
  const first = names.get(name);
  if (first === undefined) names.set(name, yaml.location(place));
  else yaml.addProblem(place, `${JSON.stringify(name)} is taken at ${first}; each account needs a name of its own`);
  return name;
}

function readEndpoint(context: Context, place: YamlValue | undefined): URL | undefined {
  const { yaml, defaults } = context;
  if (place === undefined) {
    context.usesDefaultEndpoint = true;
    return defaults.endpoint;
  }
  const url = yaml.value(place, endpointUrl);
  const what = url === undefined || defaults.allowHttp ? undefined : plaintextProblem(url);
  if (what !== undefined) yaml.addProblem(place, what);
  return url;
}

function readCredentialSource(
  { yaml, file: configFile, environment }: Context,
  account: YamlValue,
  { token_file: file, token_env: env }: AccountPlaces,
): CredentialSource | undefined {
  if (file !== undefined && env !== undefined) {
    yaml.addProblem(env, 'token_file and token_env cannot both be given');
    return undefined;
  }
  if (file !== undefined) {
    const tokenFile = yaml.value(file, filePath);
    return tokenFile === undefined ? undefined : { kind: 'file', path: resolve(dirname(configFile), tokenFile) };
  }
  if (env === undefined) {
    yaml.addProblem(account, 'needs a token_file or a token_env');
    return undefined;
  }
  const variable = yaml.value(env, environmentVariableName);
  if (variable === undefined) return undefined;
  const value = environmentValue(environment, variable);
  if (value !== '') return { kind: 'variable', variable, value };
  yaml.addProblem(env, `the variable ${variable} is not set`);
  return undefined;
}

function readExpected(yaml: YamlFile, list: YamlValue): ExpectedToken[] {
  const seen = new Set<string>();
  const expected: ExpectedToken[] = [];
  for (const place of yaml.list(list, 'tokens, each with a name and perhaps a role')) {
    const places = yaml.mapping(place, ['name', 'role']);
    if (places === undefined) continue;
    if (places.name === undefined) yaml.addProblem(place, 'name is missing');
    const name = places.name && yaml.value(places.name, text);
    const role = places.role && yaml.value(places.role, text);
    if (name === undefined) continue;
    const key = JSON.stringify([name, role]);
    // It would be the same series twice.
    if (seen.has(key)) yaml.addProblem(place, 'is the same as one above');
    seen.add(key);
    expected.push({ name, role });
  }
  return expected;
}
