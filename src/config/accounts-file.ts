import { dirname, resolve } from 'node:path';
import { isSeq } from 'yaml';
import type { ExpectedToken } from '../model/token.ts';
import type { CredentialSource } from '../pointone/credential.ts';
import { endpointUrl, plaintextProblem } from './addresses.ts';
import { environmentVariableName, filePath, nonEmptyString } from './parsers.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue } from './resolve.ts';
import { FETCH_TIMEOUT } from './settings.ts';
import { YamlFile, type YamlValue } from './yaml-file.ts';

/** The configuration of one account. The credential belongs to one user of the API and lists that user's tokens. */
export interface AccountConfig {
  /** The value of the label `account`: unique and not empty. */
  readonly name: string;
  readonly endpoint: URL;
  readonly timeoutMs: number;
  readonly credential: CredentialSource;
  readonly expected: readonly ExpectedToken[];
}

const ACCOUNT_KEYS = ['name', 'token_file', 'token_env', 'endpoint', 'timeout', 'expected_tokens'] as const;
/** Keys for anchors, as in Compose files. */
const EXTENSION_KEY = /^x-/;

const EXPECTED = 'the key accounts: with a list of accounts, each with a name and a token_file or token_env';

/** The file may be readable to many users, and reaches version control and support requests. */
const SECRET_MISTAKE = {
  key: 'token_file',
  advice:
    'secrets do not belong in this file: write the token to a file of its own and name that with token_file, or name an environment variable with token_env',
} as const;
const MISTAKES = new Map(
  ['token', 'api_token', 'api_key', 'access_token', 'bearer_token', 'credential', 'secret', 'password'].map((key) => [
    key,
    SECRET_MISTAKE,
  ]),
);

type AccountValues = Partial<Record<(typeof ACCOUNT_KEYS)[number], YamlValue>>;

/** The default settings of accounts. An account in the file can override `endpoint` and `timeoutMs`. */
export interface AccountDefaults {
  readonly endpoint: URL;
  readonly timeoutMs: number;
  /** Whether plain HTTP endpoints are allowed. */
  readonly allowHttp: boolean;
}

export interface AccountsFile {
  /** The accounts without a problem. */
  readonly accounts: readonly AccountConfig[];
  /** Whether any account uses the default endpoint. */
  readonly usesDefaultEndpoint: boolean;
  /** The variables that all accounts name with `token_env`. Undefined if the file is not valid YAML. */
  readonly tokenVariables: ReadonlySet<string> | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the accounts of a configuration file.
 *
 * @param file the path of the file; relative paths in the file are resolved against its directory
 */
export function readAccountsFile(
  file: string,
  content: string,
  defaults: AccountDefaults,
  environment: Environment,
): AccountsFile {
  const yaml = new YamlFile(file, content);
  const tokenVariables = new Set<string>();
  if (yaml.problems.length > 0) {
    return { accounts: [], usesDefaultEndpoint: false, tokenVariables: undefined, problems: yaml.problems };
  }
  const names = new Map<string, string>();
  const context: Context = { yaml, file, defaults, environment, names, tokenVariables, usesDefaultEndpoint: false };
  const accounts = readAccounts(context);
  return { accounts, usesDefaultEndpoint: context.usesDefaultEndpoint, tokenVariables, problems: yaml.problems };
}

/** The state that all accounts of one file share while it is read. */
interface Context {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly defaults: AccountDefaults;
  readonly environment: Environment;
  /** The location of the first use of each account name. */
  readonly names: Map<string, string>;
  readonly tokenVariables: Set<string>;
  usesDefaultEndpoint: boolean;
}

function readAccounts(context: Context): AccountConfig[] {
  const { yaml } = context;
  if (yaml.isEmpty) {
    yaml.addProblem(yaml.root, `the file is empty; expected ${EXPECTED}`);
    return [];
  }
  if (isSeq(yaml.root.node)) {
    yaml.addProblem(yaml.root, `must be a mapping and not a list; expected ${EXPECTED}`);
    return [];
  }
  const top = yaml.mapping(yaml.root, ['accounts'], { ignored: EXTENSION_KEY });
  if (top === undefined) return [];
  if (top.accounts === undefined) {
    if (!yaml.isMisspelled(yaml.root, 'accounts'))
      yaml.addProblem(yaml.root, `accounts is missing; expected ${EXPECTED}`);
    return [];
  }
  return yaml
    .list(top.accounts, 'accounts')
    .map((account) => readAccount(context, account))
    .filter((account) => account !== undefined);
}

function readAccount(context: Context, account: YamlValue): AccountConfig | undefined {
  const { yaml, defaults } = context;
  const values = yaml.mapping(account, ACCOUNT_KEYS, { mistakes: MISTAKES, ignored: EXTENSION_KEY });
  if (values === undefined) return undefined;
  const name = readName(context, account, values.name);
  const credential = readCredentialSource(context, account, values);
  const endpoint = readEndpoint(context, values.endpoint);
  const timeoutMs = values.timeout === undefined ? defaults.timeoutMs : yaml.parse(values.timeout, FETCH_TIMEOUT);
  const expected = values.expected_tokens === undefined ? [] : readExpected(yaml, values.expected_tokens);
  if (name === undefined || credential === undefined || endpoint === undefined || timeoutMs === undefined) {
    return undefined;
  }
  return { name, endpoint, timeoutMs, credential, expected };
}

function readName({ yaml, names }: Context, account: YamlValue, value: YamlValue | undefined): string | undefined {
  if (value === undefined) {
    if (!yaml.isMisspelled(account, 'name'))
      yaml.addProblem(account, 'name is missing; expected the value of the account label');
    return undefined;
  }
  const name = yaml.parse(value, nonEmptyString);
  if (name === undefined) return undefined;
  const firstUse = names.get(name);
  if (firstUse === undefined) names.set(name, yaml.location(value));
  else yaml.addProblem(value, `${JSON.stringify(name)} is already used at ${firstUse}; account names must be unique`);
  return name;
}

function readEndpoint(context: Context, value: YamlValue | undefined): URL | undefined {
  const { yaml, defaults } = context;
  if (value === undefined) {
    context.usesDefaultEndpoint = true;
    return defaults.endpoint;
  }
  const endpoint = yaml.parse(value, endpointUrl);
  const problem = endpoint === undefined || defaults.allowHttp ? undefined : plaintextProblem(endpoint);
  if (problem !== undefined) yaml.addProblem(value, problem);
  return endpoint;
}

function readCredentialSource(
  { yaml, file: configFile, environment, tokenVariables }: Context,
  account: YamlValue,
  { token_file: file, token_env: env }: AccountValues,
): CredentialSource | undefined {
  if (file !== undefined && env !== undefined) {
    yaml.addProblem(env, 'cannot be combined with token_file; set only one of them');
    return undefined;
  }
  if (file !== undefined) {
    const tokenFile = yaml.parse(file, filePath);
    return tokenFile === undefined ? undefined : { kind: 'file', path: resolve(dirname(configFile), tokenFile) };
  }
  if (env === undefined) {
    if (!yaml.isMisspelled(account, 'token_file', 'token_env'))
      yaml.addProblem(account, 'no credential; set token_file or token_env');
    return undefined;
  }
  const variable = yaml.parse(env, environmentVariableName);
  if (variable === undefined) return undefined;
  tokenVariables.add(variable);
  const value = environmentValue(environment, variable);
  if (value !== '') return { kind: 'variable', variable, value };
  yaml.addProblem(env, `the environment variable ${variable} is not set; set it to the token`);
  return undefined;
}

function readExpected(yaml: YamlFile, list: YamlValue): ExpectedToken[] {
  const seen = new Set<string>();
  const expected: ExpectedToken[] = [];
  for (const item of yaml.list(list, 'tokens, each with a name and an optional role')) {
    const values = yaml.mapping(item, ['name', 'role'], { ignored: EXTENSION_KEY });
    if (values === undefined) continue;
    if (values.name === undefined && !yaml.isMisspelled(item, 'name'))
      yaml.addProblem(item, 'name is missing; expected the name of a token');
    const name = values.name && yaml.parse(values.name, nonEmptyString);
    const role = values.role && yaml.parse(values.role, nonEmptyString);
    if (name === undefined) continue;
    const key = JSON.stringify([name, role]);
    // A duplicate would export the same series twice.
    if (seen.has(key)) yaml.addProblem(item, 'duplicates an earlier expected token; remove one of them');
    seen.add(key);
    expected.push({ name, role });
  }
  return expected;
}
