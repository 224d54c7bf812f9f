import { type LoadedAccounts, readAccounts } from '../config/accounts.ts';
import type { AccountConfig } from '../config/accounts-file.ts';
import { findNodeEnvironmentProblems } from '../config/node-environment.ts';
import type { Problem } from '../config/problem.ts';
import { readProxySettings } from '../config/proxy-environment.ts';
import { type Environment, type ResolvedSettings, resolveSettings } from '../config/resolve.ts';
import type { SettingName, Settings } from '../config/settings.ts';
import { findStatusProblems } from '../config/status-lists.ts';
import { findUnknownVariables, mayMisspellCredential } from '../config/unknown-variables.ts';
import type { ProxySettings } from '../pointone/connections.ts';
import type { LoadedWebConfig } from '../web-config/load.ts';
import type { WebConfig } from '../web-config/types.ts';

/** The validated configuration of the program. */
export interface Configuration {
  readonly settings: Settings;
  readonly accounts: readonly AccountConfig[];
  readonly proxy: ProxySettings;
  /** TLS, users and headers of the server. Undefined without `--web.config.file`. */
  readonly web: { readonly config: WebConfig; readonly loaded: LoadedWebConfig } | undefined;
}

type Loaded = { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

/**
 * Reads flags, environment and configuration files, and reports the problems of all of them together.
 *
 * @param mayNameCredential whether an unknown argument, which is already reported, probably names the credential
 */
export async function loadConfiguration(
  flags: ReadonlyMap<SettingName, string>,
  environment: Environment,
  mayNameCredential = false,
): Promise<Loaded> {
  const resolved = resolveSettings(flags, environment);
  const { proxy, problems: proxyProblems } = readProxySettings(environment);
  const requireCredential = !mayNameCredential && !mayMisspellCredential(environment);
  const {
    accounts,
    tokenVariables,
    problems: accountProblems,
  } = await readAccounts(resolved, environment, { requireCredential });
  const { web, problems: webProblems } = await loadWebConfig(resolved);
  const problems = [
    ...resolved.problems,
    ...findUnknownVariables(environment, tokenVariables),
    ...thresholdProblems(resolved),
    ...findStatusProblems(resolved),
    ...unusedFlagProblems(resolved),
    ...proxyProblems,
    ...(await findNodeEnvironmentProblems(environment)),
    ...accountProblems,
    ...webProblems,
  ];
  if (problems.length > 0) return { problems };
  return { configuration: { settings: resolved.settings, accounts, proxy, web } };
}

/** Reads the accounts again, for a reload: flags and environment cannot change while the process runs. */
export function loadAccounts(
  flags: ReadonlyMap<SettingName, string>,
  environment: Environment,
): Promise<LoadedAccounts> {
  return readAccounts(resolveSettings(flags, environment), environment);
}

function thresholdProblems({ settings, origins, problems }: ResolvedSettings): Problem[] {
  const locations = [origins.get('warning'), origins.get('critical')].filter((location) => location !== undefined);
  // An invalid value is replaced by its default. Comparing that default would report a misleading problem.
  const areValid = !problems.some(({ location }) => locations.includes(location));
  const [location] = locations;
  if (location === undefined || !areValid || settings.warning >= settings.critical) return [];
  return [
    {
      location,
      message: 'must not be below --critical, because a token reaches it first; raise --warning or lower --critical',
    },
  ];
}

/** A flag without effect is a mistake. */
function unusedFlagProblems({ settings, origins, problems }: ResolvedSettings): Problem[] {
  const location = origins.get('configSkipTokenFiles');
  const isReported = problems.some((problem) => problem.location === location);
  if (location === undefined || isReported || settings.configCheck) return [];
  return [{ location, message: 'only valid with --config.check; without it, the exporter starts without token files' }];
}

async function loadWebConfig({
  settings: { webConfigFile: file },
  origins,
}: ResolvedSettings): Promise<{ readonly web: Configuration['web']; readonly problems: readonly Problem[] }> {
  if (file === undefined) return { web: undefined, problems: [] };
  // The YAML parser is slow to load and only needed for a file.
  const { readWebConfigFile } = await import('../web-config/load.ts');
  const loaded = await readWebConfigFile(file, origins.get('webConfigFile') ?? file);
  const { result } = loaded;
  if ('problems' in result) return { web: undefined, problems: result.problems };
  return { web: { config: result.config, loaded }, problems: [] };
}
