import { DAY, MINUTE, type Span, type Token } from './life.ts';
import type { Random } from './random.ts';

/** Where a story takes place: its chance, and the window's step and end in seconds. */
export interface ScenarioContext {
  readonly random: Random;
  readonly step: number;
  readonly end: number;
}

/** An instant in a part of the window, never on a scrape: what happens then is seen by the next one. */
export function instantWithin({ random, step, end }: ScenarioContext, from: number, to: number): number {
  return betweenScrapes(random.integer(Math.round(from * end), Math.round(to * end)), step);
}

export function betweenScrapes(at: number, step: number): number {
  const margin = Math.max(2, Math.round(step / 50));
  const into = ((at % step) + step) % step;
  if (into < margin) return at + margin - into;
  return into > step - margin ? at - (into - step + margin) : at;
}

/** A few of the window's steps, from within the first of them to within the last. */
export function spanOfScrapes({ step }: ScenarioContext, at: number, steps: number): Span {
  const scraped = Math.ceil(at / step) * step;
  return { from: scraped - step / 3, to: scraped + (steps - 1) * step + step / 3 };
}

/** A moment that matters in the life of a token, and how long before (or after) its expiry it comes. */
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

/** The dates of a token, of which one moment lies within the window. Lifetimes go from a day to two years. */
export function datesWithMilestone(
  setting: ScenarioContext,
  pivot: Milestone,
  at = instantWithin(setting, 0.25, 0.75),
): Dates {
  const lifetime = setting.random.logUniform(DAY, 730 * DAY);
  const expiresAt = betweenScrapes(Math.round(at + MILESTONES[pivot](lifetime)), setting.step);
  return { createdAt: expiresAt - lifetime, expiresAt };
}

export function anyMilestone(setting: ScenarioContext): Milestone {
  return setting.random.pick(['warning', 'critical', 'expiry', 'expiry', 'expiry', 'history']);
}

/** The dates of a token with plenty of time beyond the window. */
export function datesBeyondWindow({ random, end }: ScenarioContext, createdAt: number): Dates {
  const lifetime = random.logUniform(30 * DAY, 730 * DAY);
  return { createdAt, expiresAt: Math.max(createdAt, end) + Math.max(20 * DAY, lifetime) };
}

export interface NameAndRole {
  readonly name: string;
  readonly role: string;
}

/** A token that the API says to be active from its creation on, until something is made to happen to it. */
export function activeToken(named: NameAndRole, { createdAt, expiresAt }: Dates): Token {
  const { name, role } = named;
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

/** What the API may do with a token that has expired: nobody knows which. */
export function afterExpiry(setting: ScenarioContext, token: Token): Token {
  const { random } = setting;
  const expiry = token.expiresAt ?? 0;
  const vanishes = expiry + random.integer(-8 * MINUTE, 8 * MINUTE);
  switch (random.pick(['vanishes', 'vanishes', 'is said', 'is said and vanishes', 'stays', 'is tidied away'])) {
    case 'vanishes':
      return deletedAt(token, betweenScrapes(vanishes, setting.step));
    case 'is said':
      return withStatusFrom(token, 'EXPIRED', expiry);
    case 'is said and vanishes':
      return deletedAt(
        withStatusFrom(token, 'EXPIRED', expiry),
        betweenScrapes(Math.max(vanishes, expiry), setting.step),
      );
    case 'is tidied away':
      return deletedAt(
        withStatusFrom(token, 'EXPIRED', expiry),
        betweenScrapes(expiry + random.integer(25, 300) * MINUTE, setting.step),
      );
    default:
      return token;
  }
}
