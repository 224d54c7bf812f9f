import { DAY, MINUTE, type Span, type Token } from './life.ts';
import type { Random } from './random.ts';

/** The random numbers of a scenario, and the step and end of its window in seconds. */
export interface ScenarioContext {
  readonly random: Random;
  readonly step: number;
  readonly end: number;
}

/** Returns an instant within a part of the window and between two scrapes: the next scrape observes the event. */
export function instantWithin({ random, step, end }: ScenarioContext, from: number, to: number): number {
  return betweenScrapes(random.integer(Math.round(from * end), Math.round(to * end)), step);
}

/** Moves an instant away from the nearest scrape. */
export function betweenScrapes(at: number, step: number): number {
  const margin = Math.max(2, Math.round(step / 50));
  const into = ((at % step) + step) % step;
  if (into < margin) return at + margin - into;
  return into > step - margin ? at - (into - step + margin) : at;
}

/** Returns a span that contains the given number of scrapes. */
export function spanOfScrapes({ step }: ScenarioContext, at: number, steps: number): Span {
  const scraped = Math.ceil(at / step) * step;
  return { from: scraped - step / 3, to: scraped + (steps - 1) * step + step / 3 };
}

/** The instants at which the urgency of a token changes, as the time before its expiry. */
const MILESTONES = {
  warning: (lifetime: number) => Math.min(14 * DAY, lifetime / 4),
  critical: (lifetime: number) => Math.min(3 * DAY, lifetime / 10),
  expiry: () => 0,
  history: () => -14 * DAY,
} as const;
export type Milestone = keyof typeof MILESTONES;

export interface Dates {
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Returns token dates with a milestone at the given instant. Lifetimes are between one day and two years. */
export function datesWithMilestone(
  context: ScenarioContext,
  pivot: Milestone,
  at = instantWithin(context, 0.25, 0.75),
): Dates {
  const lifetime = context.random.logUniform(DAY, 730 * DAY);
  const expiresAt = betweenScrapes(Math.round(at + MILESTONES[pivot](lifetime)), context.step);
  return { createdAt: expiresAt - lifetime, expiresAt };
}

export function anyMilestone(context: ScenarioContext): Milestone {
  return context.random.pick(['warning', 'critical', 'expiry', 'expiry', 'expiry', 'history']);
}

/** Returns the dates of a token that is not urgent at any time in the window. */
export function datesBeyondWindow({ random, end }: ScenarioContext, createdAt: number): Dates {
  const lifetime = random.logUniform(30 * DAY, 730 * DAY);
  return { createdAt, expiresAt: Math.max(createdAt, end) + Math.max(20 * DAY, lifetime) };
}

export interface NameAndRole {
  readonly name: string;
  readonly role: string;
}

/** Returns a token that is listed with the status ACTIVE from its creation on. */
export function activeToken(identity: NameAndRole, { createdAt, expiresAt }: Dates): Token {
  const { name, role } = identity;
  const statuses = [{ from: Number.NEGATIVE_INFINITY, status: 'ACTIVE' }];
  const listed = { from: createdAt, to: Number.POSITIVE_INFINITY };
  return { name, role, createdAt, expiresAt, statuses, listed, hidden: [] };
}

export function withStatusFrom(token: Token, status: string, from: number): Token {
  return { ...token, statuses: [...token.statuses, { from, status }] };
}

export function withStatus(token: Token, status: string): Token {
  return { ...token, statuses: [{ from: Number.NEGATIVE_INFINITY, status }] };
}

export function deletedAt(token: Token, to: number): Token {
  return { ...token, listed: { ...token.listed, to } };
}

/** Applies one of the ways in which the API may treat an expired token. The real behaviour is not documented. */
export function afterExpiry(context: ScenarioContext, token: Token): Token {
  const { random } = context;
  const expiry = token.expiresAt ?? 0;
  const unlistedAt = expiry + random.integer(-8 * MINUTE, 8 * MINUTE);
  switch (
    random.pick(['unlisted', 'unlisted', 'status', 'status and unlisted', 'unchanged', 'status, unlisted later'])
  ) {
    case 'unlisted':
      return deletedAt(token, betweenScrapes(unlistedAt, context.step));
    case 'status':
      return withStatusFrom(token, 'EXPIRED', expiry);
    case 'status and unlisted':
      return deletedAt(
        withStatusFrom(token, 'EXPIRED', expiry),
        betweenScrapes(Math.max(unlistedAt, expiry), context.step),
      );
    case 'status, unlisted later':
      return deletedAt(
        withStatusFrom(token, 'EXPIRED', expiry),
        betweenScrapes(expiry + random.integer(25, 300) * MINUTE, context.step),
      );
    default:
      return token;
  }
}
