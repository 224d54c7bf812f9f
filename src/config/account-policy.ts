import { coversPattern, createPolicy, type PolicyConfig, type TokenNameGroup } from '../model/policy.ts';
import type { ExpectedToken } from '../model/token.ts';
import { nonEmptyString, type Parser } from './parsers.ts';
import { SETTINGS } from './settings.ts';
import {
  orderMessage,
  THRESHOLD_KEYS,
  THRESHOLD_PAIRS,
  type ThresholdKey,
  type ThresholdValues,
  toThresholds,
  URGENCY_SETTINGS,
} from './urgency.ts';
import type { YamlFile, YamlValue } from './yaml-file.ts';

/** The sections of an account that define its policy. */
export interface PolicySections {
  readonly token_names?: YamlValue;
  readonly urgency?: YamlValue;
  readonly expected_tokens?: YamlValue;
}

/** An expected token, with its place in the file. */
export interface LocatedExpectation {
  readonly expected: ExpectedToken;
  readonly value: YamlValue;
}

/** Keys for anchors, as in Compose files. */
export const EXTENSION_KEY = /^x-/;

/** Parses a pattern. Rejects the other syntax of shell patterns, which would only match itself. */
const namePattern: Parser<string> = {
  accepts: nonEmptyString.accepts,
  parse(text) {
    const [unsupported] = /[[\]{}\\]/.exec(text) ?? [];
    if (unsupported === undefined) return nonEmptyString.parse(text);
    const problem = `the only wildcards are * (any number of characters) and ? (one character); replace ${unsupported} by ? or list several patterns`;
    return { problem };
  },
};

/** A pattern of a group, with its place in the file. */
interface LocatedPattern {
  readonly pattern: string;
  readonly value: YamlValue;
}

/** Reads the policy of an account. */
export function readPolicy(
  yaml: YamlFile,
  { token_names: tokenNames, urgency }: PolicySections,
  expectations: readonly LocatedExpectation[],
  inherited: ThresholdValues,
): PolicyConfig {
  const groups = tokenNames === undefined ? [] : readTokenNames(yaml, tokenNames);
  const { thresholds, names } =
    urgency === undefined ? { thresholds: inherited, names: [] } : readUrgency(yaml, urgency, inherited);
  const policy = {
    tokenNames: groups,
    thresholds: toThresholds(thresholds),
    names: names.map(({ name, thresholds: own }) => ({ name, thresholds: toThresholds(own) })),
  };
  const shared = new Set(groups.map(({ name }) => name));
  for (const { name, value } of names) {
    if (shared.has(name) || !/[*?]/.test(name)) continue;
    yaml.addProblem(
      value,
      'names have no wildcards; give the tokens one name with token_names, and use that name here',
    );
  }
  addNameProblems(yaml, policy, [
    ...names.filter(({ name }) => !/[*?]/.test(name)),
    ...expectations.map(({ expected, value }) => ({ name: expected.name, value })),
  ]);
  return policy;
}

function readTokenNames(yaml: YamlFile, list: YamlValue): TokenNameGroup[] {
  const firstUses = new Map<string, string>();
  const earlier: LocatedPattern[] = [];
  return yaml.list(list, 'names, each with a name and a list match of patterns').flatMap((item) => {
    const values = yaml.mapping(item, ['name', 'match'], { ignored: EXTENSION_KEY });
    if (values === undefined) return [];
    const name = readGroupName(yaml, item, values.name, firstUses);
    if (values.match === undefined && !yaml.isMisspelled(item, 'match'))
      yaml.addProblem(item, 'match is missing; expected a list of names or patterns of tokens');
    const match = values.match === undefined ? [] : readPatterns(yaml, values.match);
    addUnreachableProblems(yaml, match, earlier);
    earlier.push(...match);
    return name === undefined ? [] : [{ name, match: match.map(({ pattern }) => pattern) }];
  });
}

/** Reports patterns without effect. Only earlier groups count: the order within a group does not matter. */
function addUnreachableProblems(
  yaml: YamlFile,
  patterns: readonly LocatedPattern[],
  earlier: readonly LocatedPattern[],
): void {
  for (const { pattern, value } of patterns) {
    const first = earlier.find((other) => coversPattern(other.pattern, pattern));
    if (first === undefined) continue;
    const place = `${JSON.stringify(first.pattern)} of an earlier group (${yaml.location(first.value)})`;
    yaml.addProblem(value, `never applies, because ${place} matches first; remove it or move its group up`);
  }
}

/** @param firstUses the location of the first use of each name */
function readGroupName(
  yaml: YamlFile,
  item: YamlValue,
  value: YamlValue | undefined,
  firstUses: Map<string, string>,
): string | undefined {
  if (value === undefined) {
    if (!yaml.isMisspelled(item, 'name'))
      yaml.addProblem(item, 'name is missing; expected the name that the tokens share');
    return undefined;
  }
  const name = yaml.parse(value, nonEmptyString);
  if (name === undefined) return undefined;
  const firstUse = firstUses.get(name);
  if (firstUse === undefined) firstUses.set(name, yaml.location(value));
  else yaml.addProblem(value, `${JSON.stringify(name)} is already used at ${firstUse}; add the patterns there`);
  return name;
}

function readPatterns(yaml: YamlFile, list: YamlValue): LocatedPattern[] {
  const items = yaml.list(list, 'names or patterns, such as "caster-ingest-*"');
  if (items.length === 0 && yaml.isEmptyList(list))
    yaml.addProblem(list, 'must not be empty; expected names or patterns, such as "caster-ingest-*"');
  return items.flatMap((value) => {
    const pattern = yaml.parse(value, namePattern);
    return pattern === undefined ? [] : [{ pattern, value }];
  });
}

interface NamedThresholds {
  readonly name: string;
  /** The key in the file. */
  readonly value: YamlValue;
  readonly thresholds: ThresholdValues;
}

function readUrgency(
  yaml: YamlFile,
  section: YamlValue,
  inherited: ThresholdValues,
): { readonly thresholds: ThresholdValues; readonly names: readonly NamedThresholds[] } {
  const values = yaml.mapping(section, [...THRESHOLD_KEYS, 'names'], { ignored: EXTENSION_KEY });
  if (values === undefined) return { thresholds: inherited, names: [] };
  const thresholds = readThresholds(yaml, values, inherited);
  if (values.names === undefined) return { thresholds, names: [] };
  const names = yaml
    .namedValues(values.names, 'names of tokens, each with thresholds')
    .flatMap(({ name, key, value }) => {
      const own = yaml.mapping(value, THRESHOLD_KEYS, { ignored: EXTENSION_KEY });
      return own === undefined ? [] : [{ name, value: key, thresholds: readThresholds(yaml, own, thresholds) }];
    });
  return { thresholds, names };
}

/** Reads the thresholds that a mapping sets. The others are inherited. */
function readThresholds(
  yaml: YamlFile,
  values: Partial<Record<ThresholdKey, YamlValue>>,
  inherited: ThresholdValues,
): ThresholdValues {
  const read = (key: ThresholdKey): number | undefined => {
    const value = values[key];
    return value === undefined ? inherited[key] : yaml.parse(value, SETTINGS[URGENCY_SETTINGS[key]].parser);
  };
  const thresholds = {
    warning: read('warning'),
    warning_lifetime: read('warning_lifetime'),
    critical: read('critical'),
    critical_lifetime: read('critical_lifetime'),
  };
  for (const [warning, critical] of THRESHOLD_PAIRS) {
    const [lower, upper] = [thresholds[warning], thresholds[critical]];
    // If both are inherited, the problem is reported where they are set.
    const place = values[warning] ?? values[critical];
    if (place === undefined || lower === undefined || upper === undefined || lower >= upper) continue;
    yaml.addProblem(place, orderMessage(warning, critical));
  }
  return thresholds;
}

/** Reports names that no token has, because token_names counts them as another name. */
function addNameProblems(
  yaml: YamlFile,
  policy: PolicyConfig,
  names: readonly { readonly name: string; readonly value: YamlValue }[],
): void {
  const { groupName } = createPolicy(policy);
  const shared = new Set(policy.tokenNames.map(({ name }) => name));
  for (const { name, value } of names) {
    const group = groupName(name);
    if (shared.has(name) || group === name) continue;
    const message = `token_names counts ${JSON.stringify(name)} as ${JSON.stringify(group)}; expected ${JSON.stringify(group)}`;
    yaml.addProblem(value, message);
  }
}
