import { DAY, MINUTE, type Token } from './life.ts';
import {
  activeToken,
  afterExpiry,
  anyMilestone,
  betweenScrapes,
  datesBeyondWindow,
  datesWithMilestone,
  deletedAt,
  instantWithin,
  type NameAndRole,
  type ScenarioContext,
  spanOfScrapes,
  withStatus,
  withStatusFrom,
} from './scenario-helpers.ts';

/** Generates the tokens of one name and role, with the events that affect them. */
export type Scenario = (context: ScenarioContext, identity: NameAndRole) => Token[];

/** One token that expires or is about to, without a successor. */
const neverReplaced: Scenario = (context, identity) => [
  afterExpiry(context, activeToken(identity, datesWithMilestone(context, anyMilestone(context)))),
];

/** One token that expires at the start and is no longer listed, to test how long the rules remember it. */
const expiredAndUnlisted: Scenario = (context, identity) => {
  const dates = datesWithMilestone(context, 'expiry', instantWithin(context, 0.005, 0.02));
  const token = activeToken(identity, dates);
  return [deletedAt(token, betweenScrapes(dates.expiresAt + context.random.integer(-8, 8) * MINUTE, context.step))];
};

/** A successor is created before the old token expires, or too late. */
const rotation: Scenario = (context, identity) => {
  const { random } = context;
  const old = activeToken(identity, datesWithMilestone(context, random.pick(['critical', 'expiry', 'expiry'])));
  const createdAt = instantWithin(context, 0.1, 0.7);
  const successor = activeToken(identity, datesBeyondWindow(context, createdAt));
  const retired = betweenScrapes(createdAt + random.integer(0, Math.round(context.end - createdAt)), context.step);
  const outcome = random.pick(['revoked', 'deleted', 'kept'] as const);
  if (outcome === 'kept' || (old.expiresAt ?? 0) < retired) return [afterExpiry(context, old), successor];
  return [outcome === 'deleted' ? deletedAt(old, retired) : withStatusFrom(old, 'REVOKED', retired), successor];
};

/** The successor exists before the window starts, and the old token expires. */
const replacedEarlier: Scenario = (context, identity) => [
  afterExpiry(context, activeToken(identity, datesWithMilestone(context, anyMilestone(context)))),
  activeToken(identity, datesBeyondWindow(context, -context.random.integer(2, 20) * DAY)),
];

/** The owner deletes or revokes the token long before its expiry. */
const deletion: Scenario = (context, identity) => {
  const token = activeToken(
    identity,
    datesWithMilestone(context, context.random.pick(['warning', 'critical']), instantWithin(context, 0.1, 0.4)),
  );
  const end = instantWithin(context, 0.5, 0.9);
  return [context.random.chance(0.6) ? deletedAt(token, end) : withStatusFrom(token, 'REVOKED', end)];
};

/** A createdAt that is missing, after expiresAt, or in the future. The limits of an unknown lifetime apply. */
const invalidCreatedAt: Scenario = (context, identity) => {
  const { random, step } = context;
  const before = random.pick([14 * DAY, 3 * DAY, 0]);
  const expiresAt = betweenScrapes(instantWithin(context, 0.25, 0.75) + before, step);
  const createdAt = random.pick([
    undefined,
    expiresAt + random.integer(1, 400) * DAY,
    expiresAt + random.integer(1, 240),
    // In the future but before the expiry. Half of these instants pass during the window.
    Math.max(8 * MINUTE, Math.round(expiresAt * random.next())),
    betweenScrapes(instantWithin(context, 0.3, 0.9) + 5 * MINUTE, step),
  ]);
  const token = activeToken(identity, { createdAt: 0, expiresAt });
  return [
    afterExpiry(context, {
      ...token,
      createdAt,
      listed: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    }),
  ];
};

/** An unknown status, or none, on a token without others or on a successor. */
const unknownStatus: Scenario = (context, identity) => {
  const { random } = context;
  const status = random.pick(['SUSPENDED', 'PENDING_ROTATION', 'SUSPENDED', '']);
  const withUnknownStatus = (token: Token): Token =>
    random.chance(0.5) ? withStatus(token, status) : withStatusFrom(token, status, instantWithin(context, 0.1, 0.6));
  const old = datesWithMilestone(context, anyMilestone(context));
  const alone = withUnknownStatus(activeToken(identity, old));
  if (random.chance(0.4)) return [alone];
  const successor = withUnknownStatus(activeToken(identity, datesBeyondWindow(context, -random.integer(1, 20) * DAY)));
  return [afterExpiry(context, activeToken(identity, old)), successor];
};

/** The API returns the status EXPIRED although the expiry date is in the future or missing. */
const statusExpired: Scenario = (context, identity) => {
  const { random, end } = context;
  const createdAt = -random.integer(20, 300) * DAY;
  const token = activeToken(identity, { createdAt, expiresAt: end + random.integer(60, 200) * DAY });
  const dated = random.chance(0.5) ? token : { ...token, expiresAt: undefined };
  const expired = random.chance(0.4)
    ? withStatus(dated, 'EXPIRED')
    : withStatusFrom(dated, 'EXPIRED', instantWithin(context, 0.1, 0.6));
  if (random.chance(0.6)) return [expired];
  return [expired, activeToken(identity, datesBeyondWindow(context, instantWithin(context, 0.2, 0.9)))];
};

/** A token without an expiry date: on its own, or beside one that expires, and sometimes deleted later. */
const noExpiry: Scenario = (context, identity) => {
  const { random } = context;
  const createdAt = -random.integer(20, 300) * DAY;
  const token = { ...activeToken(identity, { createdAt, expiresAt: 0 }), expiresAt: undefined };
  const ending = random.chance(0.4) ? deletedAt(token, instantWithin(context, 0.5, 0.9)) : token;
  if (random.chance(0.3)) return [ending];
  return [
    afterExpiry(
      context,
      activeToken(identity, datesWithMilestone(context, random.pick(['critical', 'expiry', 'expiry']))),
    ),
    ending,
  ];
};

/** The old token expires soon or has expired, and the successor is missing from one list. */
const incompleteList: Scenario = (context, identity) => {
  const { random, step } = context;
  const old = activeToken(
    identity,
    datesWithMilestone(context, random.pick(['critical', 'expiry']), instantWithin(context, 0.1, 0.4)),
  );
  const hidden = spanOfScrapes(context, instantWithin(context, 0.5, 0.85), step > MINUTE ? 1 : random.integer(1, 4));
  const successor = activeToken(identity, datesBeyondWindow(context, -random.integer(1, 20) * DAY));
  return [random.chance(0.5) ? old : afterExpiry(context, old), { ...successor, hidden: [hidden] }];
};

/** The successor is deleted or revoked, and only the old token is left. */
const lostSuccessor: Scenario = (context, identity) => {
  const { random } = context;
  const old = activeToken(
    identity,
    datesWithMilestone(context, random.pick(['warning', 'critical', 'expiry']), instantWithin(context, 0.1, 0.5)),
  );
  const successor = activeToken(identity, datesBeyondWindow(context, -random.integer(1, 20) * DAY));
  const end = instantWithin(context, 0.5, 0.9);
  return [
    random.chance(0.6) ? old : afterExpiry(context, old),
    random.chance(0.5) ? deletedAt(successor, end) : withStatusFrom(successor, 'REVOKED', end),
  ];
};

/** Two tokens with the same name expire one after the other. */
const twoExpiries: Scenario = (context, identity) => {
  const first = datesWithMilestone(context, 'expiry', instantWithin(context, 0.15, 0.4));
  const second = datesWithMilestone(
    context,
    context.random.pick(['critical', 'expiry']),
    instantWithin(context, 0.5, 0.85),
  );
  return [afterExpiry(context, activeToken(identity, first)), afterExpiry(context, activeToken(identity, second))];
};

/** One token without any event. */
const noEvents: Scenario = (context, identity) => [
  activeToken(identity, datesBeyondWindow(context, -context.random.integer(1, 300) * DAY)),
];

/** All scenarios. Important ones occur more than once. */
export const SCENARIOS: readonly Scenario[] = [
  ...[neverReplaced, neverReplaced, rotation, rotation, replacedEarlier, deletion, invalidCreatedAt],
  ...[unknownStatus, statusExpired, noExpiry, incompleteList, lostSuccessor, twoExpiries, noEvents],
];

/** The scenarios whose effects take weeks. */
export const LONG_SCENARIOS: readonly Scenario[] = [expiredAndUnlisted, neverReplaced, statusExpired, lostSuccessor];
