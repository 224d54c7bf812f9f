import { type Life, MINUTE } from './life.ts';
import { FAMILIES, type FamilyName, judge } from './oracle.ts';
import { type Firing, subjectOf } from './promtool.ts';

/** `missed`: a page that had to be there. `false`: a page that must not be. `wrong`: a warning or an info either way. */
type Fault = 'missed' | 'false' | 'wrong';

export interface Problem {
  readonly fault: Fault;
  readonly life: string;
  /** Seconds from the beginning of the life. */
  readonly at: number;
  readonly subject: string;
  readonly actual: string;
  readonly acceptable: readonly string[];
}

/** Everything that fired, or did not, against what the oracle says of a life. */
export function compare(life: Life, firings: readonly Firing[]): Problem[] {
  const acceptable = new Map<string, ReadonlySet<string>>();
  for (const { step, family, subject, acceptable: outcomes } of judge(life)) {
    acceptable.set(placeOf(step, family, subject), outcomes);
  }
  const actual = new Map<string, string[]>();
  firings.slice(0, life.steps).forEach((firing, step) => {
    for (const labels of firing.filter((one) => one['life'] === life.id)) {
      const place = placeOf(step, familyOf(labels['alertname'] ?? ''), subjectOf(labels));
      actual.set(place, [...(actual.get(place) ?? []), `${labels['alertname']}/${labels['severity']}`]);
    }
  });
  const silent: ReadonlySet<string> = new Set(['']);
  return [...new Set([...acceptable.keys(), ...actual.keys()])].flatMap((place) => {
    const outcomes = acceptable.get(place) ?? silent;
    const fired = (actual.get(place) ?? []).sort().join(' ');
    if (outcomes.has(fired)) return [];
    const [step = 0, , subject = ''] = JSON.parse(place) as [number, string, string];
    const fault = faultOf(fired, [...outcomes]);
    return [{ fault, life: life.id, at: step * life.step, subject, actual: fired, acceptable: [...outcomes] }];
  });
}

/** Alerts that no life can have made fire, as they lack the label that names it. */
export function strays(lives: readonly Life[], firings: readonly Firing[]): Problem[] {
  const ids = new Set(lives.map(({ id }) => id));
  const { step = 0, id = '' } = lives[0] ?? {};
  return firings.flatMap((firing, index) =>
    firing
      .filter((labels) => !ids.has(labels['life'] ?? ''))
      .map((labels) => {
        const actual = `${labels['alertname']}/${labels['severity']}`;
        const fault = faultOf(actual, ['']);
        return { fault, life: id, at: index * step, subject: subjectOf(labels), actual, acceptable: [''] };
      }),
  );
}

function placeOf(step: number, family: string, subject: string): string {
  return JSON.stringify([step, family, subject]);
}

/** An alert of no family is one that must never fire in the lives that are asked for it: each is judged by itself. */
function familyOf(alert: string): string {
  const families = Object.keys(FAMILIES) as FamilyName[];
  return families.find((family) => (FAMILIES[family] as readonly string[]).includes(alert)) ?? alert;
}

function faultOf(actual: string, acceptable: readonly string[]): Fault {
  const pages = (alerts: string): string[] => alerts.split(' ').filter((alert) => alert.endsWith('/critical'));
  const fired = pages(actual);
  const wanted = acceptable.map(pages);
  if (wanted.every((needed) => needed.some((page) => !fired.includes(page)))) return 'missed';
  if (fired.some((page) => !wanted.some((allowed) => allowed.includes(page)))) return 'false';
  return 'wrong';
}

/** One line for a person. */
export function tell({ fault, life, at, subject, actual, acceptable }: Problem): string {
  const what = { missed: 'a page is missing', false: 'a false page', wrong: 'a wrong warning or info' }[fault];
  const expected = acceptable.map((alerts) => alerts || 'nothing').join('; or ');
  return `${what}: life ${life} after ${at / MINUTE} min, ${subject}: expected ${expected}; fired ${actual || 'nothing'}`;
}
