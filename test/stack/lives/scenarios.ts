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

/** What happens to the tokens of one name and role. */
export type Scenario = (setting: ScenarioContext, named: NameAndRole) => Token[];

/** One token, and nobody who replaces it. */
const neverReplaced: Scenario = (setting, named) => [
  afterExpiry(setting, activeToken(named, datesWithMilestone(setting, anyMilestone(setting)))),
];

/** One token that expires at the beginning and is not listed any more: how long is that remembered? */
const expiredAndUnlisted: Scenario = (setting, named) => {
  const dates = datesWithMilestone(setting, 'expiry', instantWithin(setting, 0.005, 0.02));
  const token = activeToken(named, dates);
  return [deletedAt(token, betweenScrapes(dates.expiresAt + setting.random.integer(-8, 8) * MINUTE, setting.step))];
};

/** A successor comes while the old one still works (or, too late, when it no longer does). */
const rotation: Scenario = (setting, named) => {
  const { random } = setting;
  const old = activeToken(named, datesWithMilestone(setting, random.pick(['critical', 'expiry', 'expiry'])));
  const born = instantWithin(setting, 0.1, 0.7);
  const young = activeToken(named, datesBeyondWindow(setting, born));
  const retired = betweenScrapes(born + random.integer(0, Math.round(setting.end - born)), setting.step);
  const fate = random.pick(['revoked', 'deleted', 'left'] as const);
  if (fate === 'left' || (old.expiresAt ?? 0) < retired) return [afterExpiry(setting, old), young];
  return [fate === 'deleted' ? deletedAt(old, retired) : withStatusFrom(old, 'REVOKED', retired), young];
};

/** The successor was there before the window, and the old one is left to expire. */
const replacedEarlier: Scenario = (setting, named) => [
  afterExpiry(setting, activeToken(named, datesWithMilestone(setting, anyMilestone(setting)))),
  activeToken(named, datesBeyondWindow(setting, -setting.random.integer(2, 20) * DAY)),
];

/** Nobody's doing but its owner's, well before its time. */
const deletion: Scenario = (setting, named) => {
  const token = activeToken(
    named,
    datesWithMilestone(setting, setting.random.pick(['warning', 'critical']), instantWithin(setting, 0.1, 0.4)),
  );
  const end = instantWithin(setting, 0.5, 0.9);
  return [setting.random.chance(0.6) ? deletedAt(token, end) : withStatusFrom(token, 'REVOKED', end)];
};

/** A createdAt that is missing, after expiresAt, or in the future. The limits are those of a lifetime unknown. */
const invalidCreatedAt: Scenario = (setting, named) => {
  const { random, step } = setting;
  const before = random.pick([14 * DAY, 3 * DAY, 0]);
  const expiresAt = betweenScrapes(instantWithin(setting, 0.25, 0.75) + before, step);
  const createdAt = random.pick([
    undefined,
    expiresAt + random.integer(1, 400) * DAY,
    expiresAt + random.integer(1, 240),
    // Ahead of now and yet before the expiry: half of them at a distance that the window crosses.
    Math.max(8 * MINUTE, Math.round(expiresAt * random.next())),
    betweenScrapes(instantWithin(setting, 0.3, 0.9) + 5 * MINUTE, step),
  ]);
  const token = activeToken(named, { createdAt: 0, expiresAt });
  return [
    afterExpiry(setting, {
      ...token,
      createdAt,
      listed: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    }),
  ];
};

/** A status that nobody has heard of, or none, by itself or as the successor of another. */
const unknownStatus: Scenario = (setting, named) => {
  const { random } = setting;
  const status = random.pick(['SUSPENDED', 'PENDING_ROTATION', 'SUSPENDED', '']);
  const odd = (token: Token): Token =>
    random.chance(0.5) ? withStatus(token, status) : withStatusFrom(token, status, instantWithin(setting, 0.1, 0.6));
  const old = datesWithMilestone(setting, anyMilestone(setting));
  const alone = odd(activeToken(named, old));
  if (random.chance(0.4)) return [alone];
  const young = odd(activeToken(named, datesBeyondWindow(setting, -random.integer(1, 20) * DAY)));
  return [afterExpiry(setting, activeToken(named, old)), young];
};

/** The API calls it expired, whatever its date says or does not say. */
const statusExpired: Scenario = (setting, named) => {
  const { random, end } = setting;
  const createdAt = -random.integer(20, 300) * DAY;
  const token = activeToken(named, { createdAt, expiresAt: end + random.integer(60, 200) * DAY });
  const dated = random.chance(0.5) ? token : { ...token, expiresAt: undefined };
  const dead = random.chance(0.4)
    ? withStatus(dated, 'EXPIRED')
    : withStatusFrom(dated, 'EXPIRED', instantWithin(setting, 0.1, 0.6));
  if (random.chance(0.6)) return [dead];
  return [dead, activeToken(named, datesBeyondWindow(setting, instantWithin(setting, 0.2, 0.9)))];
};

/** A token without a date, alone, beside one that expires, or gone in the end. */
const noExpiry: Scenario = (setting, named) => {
  const { random } = setting;
  const createdAt = -random.integer(20, 300) * DAY;
  const token = { ...activeToken(named, { createdAt, expiresAt: 0 }), expiresAt: undefined };
  const mortal = random.chance(0.4) ? deletedAt(token, instantWithin(setting, 0.5, 0.9)) : token;
  if (random.chance(0.3)) return [mortal];
  return [
    afterExpiry(
      setting,
      activeToken(named, datesWithMilestone(setting, random.pick(['critical', 'expiry', 'expiry']))),
    ),
    mortal,
  ];
};

/** The old one is about to expire or has; one list lacks the successor. */
const incompleteList: Scenario = (setting, named) => {
  const { random, step } = setting;
  const old = activeToken(
    named,
    datesWithMilestone(setting, random.pick(['critical', 'expiry']), instantWithin(setting, 0.1, 0.4)),
  );
  const hidden = spanOfScrapes(setting, instantWithin(setting, 0.5, 0.85), step > MINUTE ? 1 : random.integer(1, 4));
  const young = activeToken(named, datesBeyondWindow(setting, -random.integer(1, 20) * DAY));
  return [random.chance(0.5) ? old : afterExpiry(setting, old), { ...young, hidden: [hidden] }];
};

/** The successor itself goes, and the old one is what is left. */
const lostSuccessor: Scenario = (setting, named) => {
  const { random } = setting;
  const old = activeToken(
    named,
    datesWithMilestone(setting, random.pick(['warning', 'critical', 'expiry']), instantWithin(setting, 0.1, 0.5)),
  );
  const young = activeToken(named, datesBeyondWindow(setting, -random.integer(1, 20) * DAY));
  const end = instantWithin(setting, 0.5, 0.9);
  return [
    random.chance(0.6) ? old : afterExpiry(setting, old),
    random.chance(0.5) ? deletedAt(young, end) : withStatusFrom(young, 'REVOKED', end),
  ];
};

/** Two of the same name run out one after the other. */
const twoExpiries: Scenario = (setting, named) => {
  const first = datesWithMilestone(setting, 'expiry', instantWithin(setting, 0.15, 0.4));
  const second = datesWithMilestone(
    setting,
    setting.random.pick(['critical', 'expiry']),
    instantWithin(setting, 0.5, 0.85),
  );
  return [afterExpiry(setting, activeToken(named, first)), afterExpiry(setting, activeToken(named, second))];
};

/** Nothing happens. */
const noEvents: Scenario = (setting, named) => [
  activeToken(named, datesBeyondWindow(setting, -setting.random.integer(1, 300) * DAY)),
];

/** Every story, as often as its kind is worth. */
export const SCENARIOS: readonly Scenario[] = [
  ...[neverReplaced, neverReplaced, rotation, rotation, replacedEarlier, deletion, invalidCreatedAt],
  ...[unknownStatus, statusExpired, noExpiry, incompleteList, lostSuccessor, twoExpiries, noEvents],
];

/** Those that take weeks to show. */
export const LONG_SCENARIOS: readonly Scenario[] = [expiredAndUnlisted, neverReplaced, statusExpired, lostSuccessor];
