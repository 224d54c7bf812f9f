import { chronicle } from './known-state.ts';
import { type Account, DAY, instants, type Life, MINUTE, type Place, type Token } from './life.ts';
import { isDead, scrape } from './scrape.ts';

/** An account, where and in which life it is. */
interface Case {
  readonly account: Account;
  readonly place: Place;
  readonly life: Life;
}

type Sight = (found: Case) => boolean;

/** Every kind of event that lives must hold, and how to see that it befalls an account. */
const KINDS = {
  rotation: ({ account, life }) => births(account, life).some((young) => hasPeer(account, young, young.listed.from)),
  overlap: ({ account, life }) =>
    instants(life).some((at) => account.tokens.some((token) => isUsable(token, at) && hasPeer(account, token, at))),
  'vanishing at expiry': ({ account, place, life }) =>
    chronicle(life, place, account.name).some((known) => (known?.vanished.size ?? 0) > 0),
  'deletion long before expiry': ({ account, life }) => endings(account, life).some((token) => leftAtEnd(token) > DAY),
  revocation: someToken(({ statuses }, life) =>
    statuses.some(({ from, status }) => status === 'REVOKED' && from < endOf(life)),
  ),
  'createdAt missing': someToken((token) => token.createdAt === undefined),
  'createdAt after expiresAt': someToken(({ createdAt = 0, expiresAt = createdAt }) => createdAt > expiresAt),
  'createdAt in the future': someToken(
    ({ createdAt = 0, expiresAt = 0, listed }) =>
      createdAt < expiresAt && createdAt > 5 * MINUTE && listed.from < createdAt - 5 * MINUTE,
  ),
  'unknown status': someToken(({ statuses }) => statuses.some(({ status }) => !KNOWN_STATUSES.has(status))),
  'EXPIRED without a date': someToken((token) => isSaidExpired(token) && token.expiresAt === undefined),
  'EXPIRED before its date': someToken((token, life) => isSaidExpired(token) && (token.expiresAt ?? 0) > endOf(life)),
  'no expiry': someToken((token) => token.expiresAt === undefined),
  'API outage across an expiry': acrossExpiry('unread'),
  'exporter down across an expiry': acrossExpiry('down'),
  'target gone across an expiry': acrossExpiry('gone'),
  'outage of more than a week': ({ account, life }) =>
    account.unread.some(({ from, to }) => from > 0 && Math.min(to, endOf(life)) - from > 7 * DAY),
  flapping: ({ account }) => account.unread.length > 5,
  'exporter restart': ({ place, life }) =>
    place.replicas.some(({ down }) => down.some(({ from, to }) => to - from < 3 * life.step)),
  'pod replaced by another': ({ place }) => place.replicas.some(({ exists }) => exists.from > 0),
  'replicas side by side': ({ place }) => areReplicas(place),
  'one replica blind': ({ account, place }) =>
    areReplicas(place) && account.unread.some(({ replica }) => replica !== undefined),
  'two environments with the same account name': ({ account, place, life }) =>
    life.places.some((other) => other !== place && other.accounts.some(({ name }) => name === account.name)),
  'account removed': ({ account, life }) => account.configured.to < endOf(life),
  'account removed while no exporter answered': ({ account, place, life }) =>
    account.configured.to < endOf(life) && scrape(place, account.configured.to).every(({ state }) => state !== 'up'),
  'odd list without the successor': someToken(({ hidden }) => hidden.length > 0),
  'successor lost': ({ account, life }) =>
    endings(account, life).some((token) => hasPeer(account, token, token.listed.to - 1)),
  'expected token missing': ({ account, place, life }) =>
    chronicle(life, place, account.name).some((known) => [...(known?.expected.values() ?? [])].includes(false)),
  'expired two weeks ago': expiredFor(14 * DAY),
  'expired four weeks ago': expiredFor(28 * DAY),
} satisfies Record<string, Sight>;
export type Kind = keyof typeof KINDS;

/** How many accounts each kind of event befalls. */
export function census(lives: readonly Life[]): Record<Kind, number> {
  const cases = lives.flatMap((life) =>
    life.places.flatMap((place) => place.accounts.map((account) => ({ account, place, life }))),
  );
  const counted = Object.entries<Sight>(KINDS).map(([kind, sight]) => [kind, cases.filter(sight).length]);
  return Object.fromEntries(counted) as Record<Kind, number>;
}

const KNOWN_STATUSES = new Set(['ACTIVE', 'EXPIRED', 'REVOKED', '']);

function endOf({ step, steps }: Life): number {
  return step * (steps - 1);
}

function someToken(test: (token: Token, life: Life) => boolean): Sight {
  return ({ account, life }) => account.tokens.some((token) => test(token, life));
}

function births({ tokens }: Account, life: Life): Token[] {
  return tokens.filter(({ listed }) => listed.from > 0 && listed.from < endOf(life));
}

function endings({ tokens }: Account, life: Life): Token[] {
  return tokens.filter(({ listed }) => listed.to > 0 && listed.to < endOf(life));
}

function leftAtEnd({ expiresAt = Number.POSITIVE_INFINITY, listed }: Token): number {
  return expiresAt - listed.to;
}

function isUsable(token: Token, at: number): boolean {
  const status = token.statuses.findLast(({ from }) => from <= at)?.status;
  return token.listed.from <= at && at < token.listed.to && !isDead({ status: status ?? '' });
}

/** Whether another usable token of the same name and role is there. */
function hasPeer({ tokens }: Account, token: Token, at: number): boolean {
  return tokens.some(
    (other) => other !== token && other.name === token.name && other.role === token.role && isUsable(other, at),
  );
}

function isSaidExpired({ statuses }: Token): boolean {
  return statuses.at(-1)?.status === 'EXPIRED';
}

function areReplicas({ replicas }: Place): boolean {
  return replicas.filter(({ exists }) => exists.to - exists.from === Number.POSITIVE_INFINITY).length > 1;
}

/** Whether some token expires while the last scrape before and the first one after fail in this way. */
function acrossExpiry(failure: 'unread' | 'down' | 'gone'): Sight {
  return ({ account, place, life }) =>
    account.tokens.some(({ expiresAt = -1 }) => {
      if (expiresAt < 0 || expiresAt > endOf(life)) return false;
      const before = Math.floor(expiresAt / life.step) * life.step;
      return [before, before + life.step].every((at) => failureOf(account, place, at) === failure);
    });
}

function failureOf({ name }: Account, place: Place, at: number): 'unread' | 'down' | 'gone' | undefined {
  const targets = scrape(place, at);
  const exposures = targets.flatMap((target) => target.exposures).filter(({ account }) => account === name);
  if (exposures.length > 0) return exposures.every(({ list }) => list === undefined) ? 'unread' : undefined;
  if (targets.every(({ state }) => state === 'gone')) return 'gone';
  return targets.every(({ state }) => state !== 'up') ? 'down' : undefined;
}

/** Whether a token of the account goes on being told as expired until so long after its expiry. */
function expiredFor(seconds: number): Sight {
  return ({ account, life }) =>
    account.tokens.some(({ expiresAt = Number.POSITIVE_INFINITY, listed }) => {
      const told = expiresAt + seconds;
      return told > 0 && told < endOf(life) && (listed.to > told || listed.to > expiresAt - 10 * MINUTE);
    });
}

/** The shortest lives in windows of one kind in which something happens. */
export function livesWith(lives: readonly Life[], kind: Kind, prefix: string, most: number): Life[] {
  const sight: Sight = KINDS[kind];
  return lives
    .filter((life) => life.id.startsWith(prefix))
    .filter((life) => life.places.some((place) => place.accounts.some((account) => sight({ account, place, life }))))
    .sort((a, b) => a.steps - b.steps)
    .slice(0, most);
}
