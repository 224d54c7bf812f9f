import type { Problem } from './problem.ts';
import { SETTINGS, type Setting, type SettingName, type Settings } from './settings.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the value of a variable, trimmed; empty if it is not set. */
export function environmentValue(environment: Environment, variable: string): string {
  return (Object.hasOwn(environment, variable) && environment[variable]?.trim()) || '';
}

/** The settings as resolved from flags and environment variables. */
export interface ResolvedSettings {
  readonly settings: Settings;
  /** The source of each value that is not a default: `--api.timeout` or `POINTONE_API_TIMEOUT`. */
  readonly origins: ReadonlyMap<SettingName, string>;
  readonly problems: readonly Problem[];
}

/** Resolves each setting: flag, then variable, then default. A setting with a problem keeps its default. */
export function resolveSettings(flags: ReadonlyMap<SettingName, string>, environment: Environment): ResolvedSettings {
  const origins = new Map<SettingName, string>();
  const problems: Problem[] = [];
  const settings: Partial<Record<SettingName, unknown>> = {};

  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting: Setting<unknown> = SETTINGS[name];
    settings[name] = defaultValue(setting);
    const given = findValue(setting, flags.get(name), environment);
    if (given === undefined) continue;
    origins.set(name, given.origin);
    const parsed = setting.parser.parse(given.text);
    if ('value' in parsed) settings[name] = parsed.value;
    else problems.push({ location: given.origin, message: parsed.problem });
  }
  return { settings: settings as Settings, origins, problems };
}

function findValue(
  { flag, variable }: Setting<unknown>,
  flagText: string | undefined,
  environment: Environment,
): { origin: string; text: string } | undefined {
  if (flagText !== undefined) return { origin: `--${flag}`, text: flagText };
  if (variable === undefined) return undefined;
  // An empty variable counts as unset.
  const text = environment[variable] ?? '';
  return text === '' ? undefined : { origin: variable, text };
}

function defaultValue(setting: Setting<unknown>): unknown {
  if (setting.default === undefined) return undefined;
  const parsed = setting.parser.parse(setting.default);
  return 'value' in parsed ? parsed.value : undefined;
}
