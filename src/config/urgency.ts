import type { PolicyConfig } from '../model/policy.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../model/urgency.ts';
import type { Problem } from './problem.ts';
import type { ResolvedSettings } from './resolve.ts';
import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** Lists the numbers that make up the thresholds, by their keys in the accounts file. */
export const THRESHOLD_KEYS = ['warning', 'warning_lifetime', 'critical', 'critical_lifetime'] as const;
export type ThresholdKey = (typeof THRESHOLD_KEYS)[number];

/** Each pair is a number for warnings and the number that it must not be below. */
export const THRESHOLD_PAIRS = [
  ['warning', 'critical'],
  ['warning_lifetime', 'critical_lifetime'],
] as const;

/** Durations in milliseconds and shares of the lifetime. Undefined if a value is invalid, which is already reported. */
export type ThresholdValues = Readonly<Record<ThresholdKey, number | undefined>>;

/** The setting with the default of each number. */
export const URGENCY_SETTINGS = {
  warning: 'urgencyWarning',
  warning_lifetime: 'urgencyWarningLifetime',
  critical: 'urgencyCritical',
  critical_lifetime: 'urgencyCriticalLifetime',
} as const satisfies Record<ThresholdKey, SettingName>;

/** Returns the thresholds. Invalid ones are replaced by their defaults, because the configuration is rejected anyway. */
export function toThresholds(values: ThresholdValues): Thresholds {
  const { warning, critical } = DEFAULT_THRESHOLDS;
  return {
    warning: {
      leftMs: values.warning ?? warning.leftMs,
      lifetimeShare: values.warning_lifetime ?? warning.lifetimeShare,
    },
    critical: {
      leftMs: values.critical ?? critical.leftMs,
      lifetimeShare: values.critical_lifetime ?? critical.lifetimeShare,
    },
  };
}

/** Returns the thresholds of accounts without their own, in this run. */
export function defaultThresholds(settings: Settings): Thresholds {
  return {
    warning: { leftMs: settings.warning ?? settings.urgencyWarning, lifetimeShare: settings.urgencyWarningLifetime },
    critical: {
      leftMs: settings.critical ?? settings.urgencyCritical,
      lifetimeShare: settings.urgencyCriticalLifetime,
    },
  };
}

/** Returns the thresholds of the settings, without those that are invalid. */
export function configuredThresholds({ settings, origins, problems }: ResolvedSettings): ThresholdValues {
  const value = (key: ThresholdKey): number | undefined =>
    isValid(URGENCY_SETTINGS[key], { origins, problems }) ? settings[URGENCY_SETTINGS[key]] : undefined;
  return {
    warning: value('warning'),
    warning_lifetime: value('warning_lifetime'),
    critical: value('critical'),
    critical_lifetime: value('critical_lifetime'),
  };
}

/** Finds thresholds for warnings below those for the state critical, which tokens would reach first. */
export function findThresholdProblems(resolved: ResolvedSettings): Problem[] {
  const values = configuredThresholds(resolved);
  return THRESHOLD_PAIRS.flatMap(([warning, critical]) => {
    const [lower, upper] = [values[warning], values[critical]];
    if (lower === undefined || upper === undefined || lower >= upper) return [];
    const [first, second] = [URGENCY_SETTINGS[warning], URGENCY_SETTINGS[critical]];
    const flags = [`--${SETTINGS[first].flag}`, `--${SETTINGS[second].flag}`] as const;
    const location = resolved.origins.get(first) ?? resolved.origins.get(second) ?? flags[0];
    return [{ location, message: orderMessage(...flags) }];
  });
}

/** Describes a threshold for warnings that is below the one for critical tokens. */
export function orderMessage(warning: string, critical: string): string {
  return `the threshold for warnings is below the one for critical tokens; raise ${warning} or lower ${critical}`;
}

/** Applies the flags --warning and --critical of the command check to the policy of an account. */
export function overridePolicy(policy: PolicyConfig, { warning, critical }: Settings): PolicyConfig {
  if (warning === undefined && critical === undefined) return policy;
  const override = (thresholds: Thresholds): Thresholds => ({
    warning: { ...thresholds.warning, leftMs: warning ?? thresholds.warning.leftMs },
    critical: { ...thresholds.critical, leftMs: critical ?? thresholds.critical.leftMs },
  });
  return {
    ...policy,
    thresholds: override(policy.thresholds),
    names: policy.names.map(({ name, thresholds }) => ({ name, thresholds: override(thresholds) })),
  };
}

/**
 * Finds problems with the flags --warning and --critical of the command check.
 *
 * @param accounts the accounts with their policies, which these flags already override
 */
export function findOverrideProblems(
  { settings, origins, problems }: ResolvedSettings,
  accounts: readonly { readonly name: string; readonly policy: PolicyConfig }[],
): Problem[] {
  const given = (['warning', 'critical'] as const).filter((name) => origins.has(name));
  const [first] = given;
  if (first === undefined || !given.every((name) => isValid(name, { origins, problems }))) return [];
  const location = origins.get(first) ?? '';
  if (given.length === 2) {
    if ((settings.warning ?? 0) >= (settings.critical ?? 0)) return [];
    return [{ location, message: orderMessage('--warning', '--critical') }];
  }
  const owner = accounts.map(findInvertedThresholds).find((found) => found !== undefined);
  if (owner === undefined) return [];
  const message =
    first === 'warning'
      ? `is below the threshold for critical tokens of ${owner}; raise it or also set --critical`
      : `is above the threshold for warnings of ${owner}; lower it or also set --warning`;
  return [{ location, message }];
}

/** Returns the account or name whose duration for warnings is below the one for the state critical. */
function findInvertedThresholds({
  name: account,
  policy,
}: {
  readonly name: string;
  readonly policy: PolicyConfig;
}): string | undefined {
  const isInverted = ({ warning, critical }: Thresholds): boolean => warning.leftMs < critical.leftMs;
  if (isInverted(policy.thresholds)) return `the account ${JSON.stringify(account)}`;
  const named = policy.names.find(({ thresholds }) => isInverted(thresholds));
  return named && `the name ${JSON.stringify(named.name)} of the account ${JSON.stringify(account)}`;
}

/** Reports whether a setting has no problem. An invalid value is replaced by its default, which is not to be compared. */
function isValid(name: SettingName, { origins, problems }: Pick<ResolvedSettings, 'origins' | 'problems'>): boolean {
  const location = origins.get(name);
  return location === undefined || !problems.some((problem) => problem.location === location);
}
