import {
  type Account,
  ALWAYS,
  DAY,
  type Deployment,
  HOUR,
  type Life,
  MINUTE,
  type Replica,
  type ReplicaSpan,
  type Span,
} from './life.ts';
import { Random } from './random.ts';
import {
  betweenScrapes,
  instantWithin,
  type NameAndRole,
  type ScenarioContext,
  spanOfScrapes,
} from './scenario-helpers.ts';
import { LONG_SCENARIOS, SCENARIOS } from './scenarios.ts';

/** A kind of window: its step in seconds, its length in steps, and the number of lives to generate. */
interface WindowKind {
  readonly prefix: string;
  readonly step: number;
  readonly steps: readonly [min: number, max: number];
  readonly lives: number;
}

/** Most windows are just long enough for their events. Rules that remember for weeks need windows of weeks. */
const WINDOWS: readonly WindowKind[] = [
  { prefix: 'h', step: HOUR, steps: [26, 44], lives: 466 },
  { prefix: 'w', step: HOUR, steps: [195, 210], lives: 24 },
  { prefix: 'l', step: HOUR, steps: [690, 710], lives: 10 },
  { prefix: 'm', step: MINUTE, steps: [120, 200], lives: 40 },
];

/** Generates the lives of all window kinds. The same seed always gives the same lives. */
export function lives(seed: string): Life[] {
  return WINDOWS.flatMap((window) =>
    Array.from({ length: window.lives }, (_, index) => generateLife(seed, window, index + 1)),
  );
}

function generateLife(seed: string, window: WindowKind, number: number): Life {
  const id = `${window.prefix}${number}`;
  const random = new Random(`${seed}:${id}`);
  const steps = random.integer(...window.steps);
  const context: ScenarioContext = { random, step: window.step, end: (steps - 1) * window.step };
  // Events that must occur often enough depend on the number, not on chance.
  const twice = number % 6 === 0;
  const deployments = (twice ? ['prod', 'staging'] : ['prod']).map((env) =>
    generateDeployment(context, id, env, number),
  );
  return { id, step: window.step, steps, deployments };
}

function generateDeployment(context: ScenarioContext, id: string, env: string, number: number): Deployment {
  const { random } = context;
  const replicas = generateReplicas(context, number);
  const layout = number % 5 === 0 ? 'probe' : 'metrics';
  // The rules detect the removal of a probe target only while another account is still scraped.
  const names = layout === 'probe' || random.chance(0.3) ? ['fleet-eu', 'fleet-us'] : ['fleet-eu'];
  const accounts = names.map((name, index) => generateAccount(context, name, number * 2 + index, replicas.length));
  const team = random.chance(0.5) ? { team: 'gnss' } : {};
  // Prometheus renames the labels of the metrics that have these names.
  const sameNames = number % 7 === 2 ? { account: 'x', name: 'web', role: 'back' } : {};
  const labels = { job: 'pointone', env, ...team, ...sameNames, life: id };
  return { labels, layout, replicas, accounts };
}

function generateReplicas(context: ScenarioContext, number: number): Replica[] {
  const { random } = context;
  const replica = (index: number, exists: Span = ALWAYS, down: readonly Span[] = []): Replica => ({
    labels: { instance: `10.0.0.${index}:10210`, pod: `exporter-${index}`, ...(index > 1 ? {} : { node: 'one' }) },
    exists,
    down,
  });
  switch (number % 8) {
    case 1:
    case 2:
      return [replica(1), replica(2)];
    case 3:
      return [replica(1, ALWAYS, [outage(context)])];
    case 4: {
      // A new pod replaces the old one after a gap without any pod.
      const { from, to } = random.chance(0.5)
        ? outage(context)
        : spanOfScrapes(context, instantWithin(context, 0.2, 0.8), 2);
      return [replica(1, { ...ALWAYS, to: from }), replica(2, { ...ALWAYS, from: to })];
    }
    case 5: {
      const restart = () => spanOfScrapes(context, instantWithin(context, 0.1, 0.9), random.integer(1, 2));
      return [replica(1, ALWAYS, [restart(), restart()])];
    }
    default:
      return [replica(1)];
  }
}

/** Outages that end are shorter than the last list is valid: the design defines no state after a longer one. */
const LONGEST_OUTAGE = 6.5 * DAY;

/** Returns a span in the middle of the window, where most tokens expire. */
function outage(context: ScenarioContext): Span {
  const { random, end, step } = context;
  const from = instantWithin(context, 0.1, 0.6);
  const longest = Math.min(LONGEST_OUTAGE, Math.max(3 * step, end / 2));
  return { from, to: betweenScrapes(from + random.logUniform(2 * step, longest), step) };
}

const NAMES = ['caster-ingest', 'survey', 'ci'] as const;
export const ROLES = ['ROLE_READ_WRITE', 'ROLE_READ'] as const;

function generateAccount(context: ScenarioContext, name: string, number: number, replicas: number): Account {
  const { random } = context;
  const [first = ''] = NAMES;
  const groups: NameAndRole[] = [{ name: first, role: random.pick(ROLES) }];
  if (random.chance(0.4)) groups.push({ name: random.pick(['survey', 'ci']), role: random.pick(ROLES) });
  // A token with the same name and another role is a different token.
  if (random.chance(0.15)) groups.push({ name: first, role: ROLES.find((role) => role !== groups[0]?.role) ?? '' });
  const scenarios = context.end > 28 * DAY ? LONG_SCENARIOS : SCENARIOS;
  const tokens = groups.flatMap(
    (one, index) => scenarios[(number + index * 5) % scenarios.length]?.(context, one) ?? [],
  );
  const expected = groups
    .filter(() => random.chance(0.3))
    .map((identity) => (random.chance(0.3) ? { ...identity, role: '' } : identity));
  if (random.chance(0.05)) expected.push({ name: 'never-made', role: '' });
  const removed = number % 11 === 3 ? { ...ALWAYS, to: instantWithin(context, 0.4, 0.8) } : ALWAYS;
  return {
    name,
    tokens,
    expected: withoutDuplicates(expected),
    configured: removed,
    unreadable: generateReadFailures(context, number, replicas),
  };
}

function withoutDuplicates(expected: readonly NameAndRole[]): NameAndRole[] {
  return expected.filter(
    (one, index) => expected.findIndex(({ name, role }) => name === one.name && role === one.role) === index,
  );
}

function generateReadFailures(context: ScenarioContext, number: number, replicas: number): ReplicaSpan[] {
  const { random, step, end } = context;
  // One replica fails always or for a while; the other replica reads the account.
  if (replicas === 2 && random.chance(0.5)) return [{ ...(random.chance(0.5) ? ALWAYS : outage(context)), replica: 1 }];
  // Fails until after the window, and for longer than the last list is valid.
  if (end > 8 * DAY && end < 28 * DAY && number % 3 === 0) {
    return [{ from: instantWithin(context, 0.03, 0.1), to: Number.POSITIVE_INFINITY }];
  }
  switch (number % 7) {
    case 1:
    case 2:
      return [outage(context)];
    case 3: {
      const parity = random.integer(0, 1);
      const from = random.integer(0, Math.round(end / step / 2));
      const scrapes = Array.from({ length: Math.round(end / step) - from }, (_, index) => from + index);
      return scrapes
        .filter((scrape) => scrape % 2 === parity)
        .map((scrape) => spanOfScrapes(context, scrape * step, 1));
    }
    default:
      return [];
  }
}
