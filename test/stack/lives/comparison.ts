import { type Life, MINUTE } from './life.ts';
import { ALERT_GROUPS, type AlertGroup, expectedAlerts } from './oracle.ts';
import { type FiringAlerts, subjectOf } from './promtool.ts';

/** `missed`: a page that had to be there. `false`: a page that must not be. `wrong`: a warning or an info either way. */
type ProblemKind = 'missed' | 'false' | 'wrong';

export interface Problem {
  readonly kind: ProblemKind;
  readonly life: string;
  /** Seconds from the beginning of the life. */
  readonly at: number;
  readonly subject: string;
  readonly actual: string;
  readonly acceptable: readonly string[];
}

/** Everything that fired, or did not, against what the oracle says of a life. */
export function compare(life: Life, firings: readonly FiringAlerts[]): Problem[] {
  const acceptable = new Map<string, ReadonlySet<string>>();
  for (const { step, family, subject, acceptable: outcomes } of expectedAlerts(life)) {
    acceptable.set(keyOf(step, family, subject), outcomes);
  }
  const actual = new Map<string, string[]>();
  firings.slice(0, life.steps).forEach((firing, step) => {
    for (const labels of firing.filter((one) => one['life'] === life.id)) {
      const place = keyOf(step, groupOf(labels['alertname'] ?? ''), subjectOf(labels));
      actual.set(place, [...(actual.get(place) ?? []), `${labels['alertname']}/${labels['severity']}`]);
    }
  });
  const silent: ReadonlySet<string> = new Set(['']);
  return [...new Set([...acceptable.keys(), ...actual.keys()])].flatMap((place) => {
    const outcomes = acceptable.get(place) ?? silent;
    const fired = (actual.get(place) ?? []).sort().join(' ');
    if (outcomes.has(fired)) return [];
    const [step = 0, , subject = ''] = JSON.parse(place) as [number, string, string];
    const kind = kindOf(fired, [...outcomes]);
    return [{ kind, life: life.id, at: step * life.step, subject, actual: fired, acceptable: [...outcomes] }];
  });
}

/** Alerts that no life can have made fire, as they lack the label that names it. */
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

function keyOf(step: number, family: string, subject: string): string {
  return JSON.stringify([step, family, subject]);
}

/** An alert of no family is one that must never fire in the lives that are asked for it: each is judged by itself. */
function groupOf(alert: string): string {
  const families = Object.keys(ALERT_GROUPS) as AlertGroup[];
  return families.find((family) => (ALERT_GROUPS[family] as readonly string[]).includes(alert)) ?? alert;
}

function kindOf(actual: string, acceptable: readonly string[]): ProblemKind {
  const pages = (alerts: string): string[] => alerts.split(' ').filter((alert) => alert.endsWith('/critical'));
  const fired = pages(actual);
  const wanted = acceptable.map(pages);
  if (wanted.every((needed) => needed.some((page) => !fired.includes(page)))) return 'missed';
  if (fired.some((page) => !wanted.some((allowed) => allowed.includes(page)))) return 'false';
  return 'wrong';
}

/** One line for a person. */
export function formatProblem({ kind: fault, life, at, subject, actual, acceptable }: Problem): string {
  const what = { missed: 'a page is missing', false: 'a false page', wrong: 'a wrong warning or info' }[fault];
  const expected = acceptable.map((alerts) => alerts || 'nothing').join('; or ');
  return `${what}: life ${life} after ${at / MINUTE} min, ${subject}: expected ${expected}; fired ${actual || 'nothing'}`;
}
