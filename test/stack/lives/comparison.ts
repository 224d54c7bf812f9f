import { type Life, MINUTE } from './life.ts';
import { ALERT_GROUPS, type AlertGroup, expectedAlerts } from './oracle.ts';
import { type FiringAlerts, subjectOf } from './promtool.ts';

/** `missed`: a required page is missing. `false`: a page must not fire. `wrong`: a warning or info alert differs. */
type ProblemKind = 'missed' | 'false' | 'wrong';

export interface Problem {
  readonly kind: ProblemKind;
  readonly life: string;
  /** Seconds from the start of the life. */
  readonly at: number;
  readonly subject: string;
  readonly actual: string;
  readonly acceptable: readonly string[];
}

/** Compares the alerts that fired with those that the oracle expects in a life. */
export function compare(life: Life, firings: readonly FiringAlerts[]): Problem[] {
  const acceptable = new Map<string, ReadonlySet<string>>();
  for (const { step, alertGroup, subject, acceptable: outcomes } of expectedAlerts(life)) {
    acceptable.set(keyOf(step, alertGroup, subject), outcomes);
  }
  const actual = new Map<string, string[]>();
  firings.slice(0, life.steps).forEach((firing, step) => {
    for (const labels of firing.filter((one) => one['life'] === life.id)) {
      const key = keyOf(step, groupOf(labels['alertname'] ?? ''), subjectOf(labels));
      actual.set(key, [...(actual.get(key) ?? []), `${labels['alertname']}/${labels['severity']}`]);
    }
  });
  const noAlert: ReadonlySet<string> = new Set(['']);
  return [...new Set([...acceptable.keys(), ...actual.keys()])].flatMap((key) => {
    const outcomes = acceptable.get(key) ?? noAlert;
    const fired = (actual.get(key) ?? []).sort().join(' ');
    if (outcomes.has(fired)) return [];
    const [step = 0, , subject = ''] = JSON.parse(key) as [number, string, string];
    const kind = kindOf(fired, [...outcomes]);
    return [{ kind, life: life.id, at: step * life.step, subject, actual: fired, acceptable: [...outcomes] }];
  });
}

/** Returns the alerts without the label of a life. No alert may lose this label. */
export function alertsWithoutLife(lives: readonly Life[], firings: readonly FiringAlerts[]): Problem[] {
  const ids = new Set(lives.map(({ id }) => id));
  const { step = 0, id = '' } = lives[0] ?? {};
  return firings.flatMap((firing, index) =>
    firing
      .filter((labels) => !ids.has(labels['life'] ?? ''))
      .map((labels) => {
        const actual = `${labels['alertname']}/${labels['severity']}`;
        const kind = kindOf(actual, ['']);
        return { kind, life: id, at: index * step, subject: subjectOf(labels), actual, acceptable: [''] };
      }),
  );
}

function keyOf(step: number, alertGroup: string, subject: string): string {
  return JSON.stringify([step, alertGroup, subject]);
}

/** Returns the group of an alert. Each alert that must never fire is a group of its own. */
function groupOf(alert: string): string {
  const alertGroups = Object.keys(ALERT_GROUPS) as AlertGroup[];
  return alertGroups.find((alertGroup) => (ALERT_GROUPS[alertGroup] as readonly string[]).includes(alert)) ?? alert;
}

function kindOf(actual: string, acceptable: readonly string[]): ProblemKind {
  const pages = (alerts: string): string[] => alerts.split(' ').filter((alert) => alert.endsWith('/critical'));
  const fired = pages(actual);
  const required = acceptable.map(pages);
  if (required.every((needed) => needed.some((page) => !fired.includes(page)))) return 'missed';
  if (fired.some((page) => !required.some((allowed) => allowed.includes(page)))) return 'false';
  return 'wrong';
}

/** Formats a problem as one line. */
export function formatProblem({ kind, life, at, subject, actual, acceptable }: Problem): string {
  const label = { missed: 'missing page', false: 'false page', wrong: 'wrong warning or info' }[kind];
  const expected = acceptable.map((alerts) => alerts || 'nothing').join('; or ');
  return `${label}: life ${life} after ${at / MINUTE} min, ${subject}: expected ${expected}; fired ${actual || 'nothing'}`;
}
