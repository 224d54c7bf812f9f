import { DAY, MINUTE, type Token } from './life.ts';
import {
  active,
  always,
  anyPivot,
  becomes,
  comfortable,
  deleted,
  expiring,
  moment,
  type Named,
  offScrapes,
  pivoting,
  type Setting,
  stepsFrom,
} from './scenario-helpers.ts';

/** What happens to the tokens of one name and role. */
export type Story = (setting: Setting, named: Named) => Token[];

/** One token, and nobody who replaces it. */
const lapse: Story = (setting, named) => [expiring(setting, active(named, pivoting(setting, anyPivot(setting))))];

/** One token that expires at the beginning and is not listed any more: how long is that remembered? */
const forgotten: Story = (setting, named) => {
  const dates = pivoting(setting, 'expiry', moment(setting, 0.005, 0.02));
  const token = active(named, dates);
  return [deleted(token, offScrapes(dates.expiresAt + setting.random.whole(-8, 8) * MINUTE, setting.step))];
};

/** A successor comes while the old one still works (or, too late, when it no longer does). */
const rotation: Story = (setting, named) => {
  const { random } = setting;
  const old = active(named, pivoting(setting, random.pick(['critical', 'expiry', 'expiry'])));
  const born = moment(setting, 0.1, 0.7);
  const young = active(named, comfortable(setting, born));
  const retired = offScrapes(born + random.whole(0, Math.round(setting.end - born)), setting.step);
  const fate = random.pick(['revoked', 'deleted', 'left'] as const);
  if (fate === 'left' || (old.expiresAt ?? 0) < retired) return [expiring(setting, old), young];
  return [fate === 'deleted' ? deleted(old, retired) : becomes(old, 'REVOKED', retired), young];
};

/** The successor was there before the window, and the old one is left to expire. */
const replaced: Story = (setting, named) => [
  expiring(setting, active(named, pivoting(setting, anyPivot(setting)))),
  active(named, comfortable(setting, -setting.random.whole(2, 20) * DAY)),
];

/** Nobody's doing but its owner's, well before its time. */
const deletion: Story = (setting, named) => {
  const token = active(
    named,
    pivoting(setting, setting.random.pick(['warning', 'critical']), moment(setting, 0.1, 0.4)),
  );
  const end = moment(setting, 0.5, 0.9);
  return [setting.random.chance(0.6) ? deleted(token, end) : becomes(token, 'REVOKED', end)];
};

/** A createdAt that is missing, after expiresAt, or in the future. The limits are those of a lifetime unknown. */
const oddBirth: Story = (setting, named) => {
  const { random, step } = setting;
  const before = random.pick([14 * DAY, 3 * DAY, 0]);
  const expiresAt = offScrapes(moment(setting, 0.25, 0.75) + before, step);
  const createdAt = random.pick([
    undefined,
    expiresAt + random.whole(1, 400) * DAY,
    expiresAt + random.whole(1, 240),
    // Ahead of now and yet before the expiry: half of them at a distance that the window crosses.
    Math.max(8 * MINUTE, Math.round(expiresAt * random.next())),
    offScrapes(moment(setting, 0.3, 0.9) + 5 * MINUTE, step),
  ]);
  const token = active(named, { createdAt: 0, expiresAt });
  return [
    expiring(setting, {
      ...token,
      createdAt,
      listed: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    }),
  ];
};

/** A status that nobody has heard of, or none, by itself or as the successor of another. */
const oddStatus: Story = (setting, named) => {
  const { random } = setting;
  const status = random.pick(['SUSPENDED', 'PENDING_ROTATION', 'SUSPENDED', '']);
  const odd = (token: Token): Token =>
    random.chance(0.5) ? always(token, status) : becomes(token, status, moment(setting, 0.1, 0.6));
  const old = pivoting(setting, anyPivot(setting));
  const alone = odd(active(named, old));
  if (random.chance(0.4)) return [alone];
  const young = odd(active(named, comfortable(setting, -random.whole(1, 20) * DAY)));
  return [expiring(setting, active(named, old)), young];
};

/** The API calls it expired, whatever its date says or does not say. */
const saidExpired: Story = (setting, named) => {
  const { random, end } = setting;
  const createdAt = -random.whole(20, 300) * DAY;
  const token = active(named, { createdAt, expiresAt: end + random.whole(60, 200) * DAY });
  const dated = random.chance(0.5) ? token : { ...token, expiresAt: undefined };
  const dead = random.chance(0.4) ? always(dated, 'EXPIRED') : becomes(dated, 'EXPIRED', moment(setting, 0.1, 0.6));
  if (random.chance(0.6)) return [dead];
  return [dead, active(named, comfortable(setting, moment(setting, 0.2, 0.9)))];
};

/** A token without a date, alone, beside one that expires, or gone in the end. */
const dateless: Story = (setting, named) => {
  const { random } = setting;
  const createdAt = -random.whole(20, 300) * DAY;
  const token = { ...active(named, { createdAt, expiresAt: 0 }), expiresAt: undefined };
  const mortal = random.chance(0.4) ? deleted(token, moment(setting, 0.5, 0.9)) : token;
  if (random.chance(0.3)) return [mortal];
  return [expiring(setting, active(named, pivoting(setting, random.pick(['critical', 'expiry', 'expiry'])))), mortal];
};

/** The old one is about to expire or has; one list lacks the successor. */
const oddList: Story = (setting, named) => {
  const { random, step } = setting;
  const old = active(named, pivoting(setting, random.pick(['critical', 'expiry']), moment(setting, 0.1, 0.4)));
  const hidden = stepsFrom(setting, moment(setting, 0.5, 0.85), step > MINUTE ? 1 : random.whole(1, 4));
  const young = active(named, comfortable(setting, -random.whole(1, 20) * DAY));
  return [random.chance(0.5) ? old : expiring(setting, old), { ...young, hidden: [hidden] }];
};

/** The successor itself goes, and the old one is what is left. */
const lostSuccessor: Story = (setting, named) => {
  const { random } = setting;
  const old = active(
    named,
    pivoting(setting, random.pick(['warning', 'critical', 'expiry']), moment(setting, 0.1, 0.5)),
  );
  const young = active(named, comfortable(setting, -random.whole(1, 20) * DAY));
  const end = moment(setting, 0.5, 0.9);
  return [
    random.chance(0.6) ? old : expiring(setting, old),
    random.chance(0.5) ? deleted(young, end) : becomes(young, 'REVOKED', end),
  ];
};

/** Two of the same name run out one after the other. */
const pair: Story = (setting, named) => {
  const first = pivoting(setting, 'expiry', moment(setting, 0.15, 0.4));
  const second = pivoting(setting, setting.random.pick(['critical', 'expiry']), moment(setting, 0.5, 0.85));
  return [expiring(setting, active(named, first)), expiring(setting, active(named, second))];
};

/** Nothing happens. */
const calm: Story = (setting, named) => [active(named, comfortable(setting, -setting.random.whole(1, 300) * DAY))];

/** Every story, as often as its kind is worth. */
export const STORIES: readonly Story[] = [
  ...[lapse, lapse, rotation, rotation, replaced, deletion, oddBirth],
  ...[oddStatus, saidExpired, dateless, oddList, lostSuccessor, pair, calm],
];

/** Those that take weeks to show. */
export const LONG_STORIES: readonly Story[] = [forgotten, lapse, saidExpired, lostSuccessor];
