import { parse } from 'yaml';
import { MINUTE } from './lives/life.ts';
import { type FiringAlerts, subjectOf } from './lives/promtool.ts';

/** A way in which engines other than Prometheus evaluate the rules, as an equivalent change of the rules. */
interface Engine {
  readonly description: string;
  /** How many evaluations later an alert may start or end to fire. An alert may depend on two rules, one on the other. */
  readonly maxDelay: number;
  /** Returns rules that have the same results in Prometheus as the given rules have in the engine. */
  rules(rules: string): string;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly unknown[] }[];
}

/** A rule that reads the result of another rule gets it one or two evaluations later than in Prometheus. */
export const LATE_ENGINES: readonly Engine[] = [
  {
    description: 'the rules are evaluated in the reverse order',
    maxDelay: 3,
    rules: (rules) => {
      const { groups } = parse(rules) as RuleFile;
      return JSON.stringify({ groups: groups.map((group) => ({ ...group, rules: group.rules.toReversed() })) });
    },
  },
  {
    description: 'every result becomes visible two evaluations later',
    maxDelay: 4,
    rules: (rules) =>
      rules.replace(
        /(\w+_over_time\(pointone:[\w:]+(?:\{[^}]*\})?\[\w+\])\)/g,
        (_match, selector: string) => `${selector} offset 2m)`,
      ),
  },
];

/**
 * Returns how the alerts of a late engine differ from those of Prometheus. An alert must fire whenever it fired throughout
 * the permitted delay, must not if it did not, and must not start or end more often.
 */
export function differences(
  expected: readonly FiringAlerts[],
  actual: readonly FiringAlerts[],
  { maxDelay }: Pick<Engine, 'maxDelay'>,
  step: number,
): string[] {
  const [timely, late] = [firingByAlert(expected), firingByAlert(actual)];
  return [...new Set([...timely.keys(), ...late.keys()])].flatMap((alert) => {
    const fires = (firings: ReadonlyMap<string, ReadonlySet<number>>, index: number): boolean =>
      firings.get(alert)?.has(index) ?? false;
    const changes = (firings: ReadonlyMap<string, ReadonlySet<number>>): number =>
      expected.filter((_, index) => fires(firings, index) !== fires(firings, index - 1)).length;
    if (changes(late) > changes(timely)) return [`${alert} changes ${changes(late)} times, not ${changes(timely)}`];
    const wrong = expected.findIndex((_, index) => {
      const permitted = Array.from({ length: maxDelay + 1 }, (_, back) => fires(timely, index - back));
      return !permitted.includes(fires(late, index));
    });
    if (wrong < 0) return [];
    return [`${alert} ${fires(late, wrong) ? 'fires' : 'does not fire'} after ${(wrong * step) / MINUTE} min`];
  });
}

/** Returns the steps at which each alert fires. */
function firingByAlert(firings: readonly FiringAlerts[]): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const [index, alerts] of firings.entries()) {
    for (const labels of alerts) {
      const alert = `${labels['alertname']}/${labels['severity']} ${subjectOf(labels)}`;
      const steps = found.get(alert) ?? new Set();
      found.set(alert, steps);
      steps.add(index);
    }
  }
  return found;
}
