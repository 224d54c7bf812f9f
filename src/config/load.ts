import { readFile } from 'node:fs/promises';
import type { ProxySettings } from '../pointone/proxy.ts';
import type { AccountConfig } from './account.ts';
import { readAccountsFile } from './accounts-file.ts';
import { sendsInClear } from './addresses.ts';
import type { Problem } from './problem.ts';
import { readProxySettings } from './proxy-settings.ts';
import { type Environment, resolveSettings, variableText } from './resolve.ts';
import { type SettingName, type Settings, TOKEN_VARIABLE } from './settings.ts';

/** Everything the program was told, understood and checked. */
export interface Configuration {
  readonly settings: Settings;
  readonly accounts: readonly AccountConfig[];
  readonly proxy: ProxySettings;
}

export type Loaded = { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

/** Reads flags, environment and configuration file; whatever is wrong with any of them is told at once. */
export async function loadConfiguration(
  flags: ReadonlyMap<SettingName, string>,
  environment: Environment,
): Promise<Loaded> {
  const { settings, origins, problems: wrongSettings } = resolveSettings(flags, environment);
  const { proxy, problems: wrongProxies } = readProxySettings(environment);
  const file = settings.configFile;
  const { accounts, problems: wrongAccounts } =
    file !== undefined
      ? await severalAccounts(file, settings, origins, environment)
      : // Whoever named a file, if wrongly, did not mean the single account.
        origins.has('configFile')
        ? { accounts: [], problems: [] }
        : singleAccount(settings, origins, environment);
  const problems = [...wrongSettings, ...wrongProxies, ...wrongAccounts];
  return problems.length === 0 ? { configuration: { settings, accounts, proxy } } : { problems };
}

type Origins = ReadonlyMap<SettingName, string>;

interface Accounts {
  readonly accounts: readonly AccountConfig[];
  readonly problems: readonly Problem[];
}

/** The account that the `--api` settings describe. */
function singleAccount(settings: Settings, origins: Origins, environment: Environment): Accounts {
  const problems: Problem[] = [];
  const token = variableText(environment, TOKEN_VARIABLE);
  const path = settings.apiTokenFile;
  const tokenFile = origins.get('apiTokenFile');
  if (token !== '' && tokenFile !== undefined) {
    problems.push({ where: tokenFile, what: `cannot be given together with ${TOKEN_VARIABLE}` });
  } else if (token === '' && tokenFile === undefined) {
    const what = `no credential; set ${TOKEN_VARIABLE}, or --api.token-file, or describe accounts in a --config.file`;
    problems.push({ where: '--api.token-file', what });
  }
  problems.push(...defaultEndpointInClear(settings, origins));
  const account: AccountConfig = {
    name: settings.apiAccount,
    endpoint: settings.apiEndpoint,
    timeoutMs: settings.apiTimeout,
    credential:
      path === undefined ? { kind: 'variable', variable: TOKEN_VARIABLE, value: token } : { kind: 'file', path },
    expected: [],
  };
  return { accounts: [account], problems };
}

/** The accounts of the file, for which the `--api` settings are the defaults. */
async function severalAccounts(
  file: string,
  settings: Settings,
  origins: Origins,
  environment: Environment,
): Promise<Accounts> {
  const single = [
    origins.get('apiTokenFile'),
    origins.get('apiAccount'),
    variableText(environment, TOKEN_VARIABLE) === '' ? undefined : TOKEN_VARIABLE,
  ];
  const problems: Problem[] = single
    .filter((where) => where !== undefined)
    .map((where) => ({
      where,
      what: `cannot be given together with accounts in ${file}; name and credential belong there`,
    }));

  const content = await readText(file);
  if ('problem' in content) {
    return {
      accounts: [],
      problems: [...problems, { where: origins.get('configFile') ?? file, what: content.problem }],
    };
  }
  const defaults = { endpoint: settings.apiEndpoint, timeoutMs: settings.apiTimeout, allowHttp: settings.apiAllowHttp };
  const read = readAccountsFile(file, content.text, defaults, environment);
  problems.push(...read.problems);
  if (read.usesDefaultEndpoint) problems.push(...defaultEndpointInClear(settings, origins));
  return { accounts: read.accounts, problems };
}

function defaultEndpointInClear({ apiEndpoint, apiAllowHttp }: Settings, origins: Origins): Problem[] {
  const what = apiAllowHttp ? undefined : sendsInClear(apiEndpoint);
  return what === undefined ? [] : [{ where: origins.get('apiEndpoint') ?? '--api.endpoint', what }];
}

async function readText(file: string): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'does not exist',
      EISDIR: 'is a folder',
      EACCES: 'may not be read by this user',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8',
    };
    return { problem: `${file} ${reasons[code] ?? `cannot be read (${code})`}` };
  }
}
