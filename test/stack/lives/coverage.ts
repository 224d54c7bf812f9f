import { knownStates } from './known-state.ts';
import { type Account, DAY, type Deployment, type Life, MINUTE, scrapeTimes, type Token } from './life.ts';
import { isInactive, scrape } from './scrape.ts';

/** An account with its deployment and its life. */
interface AccountCase {
  readonly account: Account;
  readonly deployment: Deployment;
  readonly life: Life;
}

type EventTest = (found: AccountCase) => boolean;

/** Every kind of event that the lives must contain, with a test whether it happens to an account. */
const EVENTS = {
  rotation: ({ account, life }) =>
    createdInWindow(account, life).some((young) => hasOtherUsable(account, young, young.listed.from)),
  overlap: ({ account, life }) =>
    scrapeTimes(life).some((at) =>
      account.tokens.some((token) => isUsable(token, at) && hasOtherUsable(account, token, at)),
    ),
  'vanishing at expiry': ({ account, deployment, life }) =>
    knownStates(life, deployment, account.name).some((known) => (known?.vanished.size ?? 0) > 0),
  'deletion long before expiry': ({ account, life }) =>
    unlistedInWindow(account, life).some((token) => leftAtEnd(token) > DAY),
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
  'EXPIRED without a date': someToken((token) => endsWithStatusExpired(token) && token.expiresAt === undefined),
  'EXPIRED before its date': someToken(
    (token, life) => endsWithStatusExpired(token) && (token.expiresAt ?? 0) > endOf(life),
  ),
  'no expiry': someToken((token) => token.expiresAt === undefined),
  'API outage across an expiry': failsAcrossExpiry('unreadable'),
  'exporter down across an expiry': failsAcrossExpiry('down'),
  'target gone across an expiry': failsAcrossExpiry('gone'),
  'outage of more than a week': ({ account, life }) =>
    account.unreadable.some(({ from, to }) => from > 0 && Math.min(to, endOf(life)) - from > 7 * DAY),
  flapping: ({ account }) => account.unreadable.length > 5,
  'exporter restart': ({ deployment, life }) =>
    deployment.replicas.some(({ down }) => down.some(({ from, to }) => to - from < 3 * life.step)),
  'pod replaced by another': ({ deployment }) => deployment.replicas.some(({ exists }) => exists.from > 0),
  'concurrent replicas': ({ deployment }) => hasReplicas(deployment),
  'one replica cannot read': ({ account, deployment }) =>
    hasReplicas(deployment) && account.unreadable.some(({ replica }) => replica !== undefined),
  'two environments with the same account name': ({ account, deployment, life }) =>
    life.deployments.some((other) => other !== deployment && other.accounts.some(({ name }) => name === account.name)),
  'target labels with the names of metric labels': ({ deployment }) => deployment.labels['account'] !== undefined,
  'account removed': ({ account, life }) => account.configured.to < endOf(life),
  'account removed while no exporter answered': ({ account, deployment, life }) =>
    account.configured.to < endOf(life) &&
    scrape(deployment, account.configured.to).every(({ state }) => state !== 'up'),
  'one list without the successor': someToken(({ hidden }) => hidden.length > 0),
  'successor lost': ({ account, life }) =>
    unlistedInWindow(account, life).some((token) => hasOtherUsable(account, token, token.listed.to - 1)),
  'expected token missing': ({ account, deployment, life }) =>
    knownStates(life, deployment, account.name).some((known) => [...(known?.expected.values() ?? [])].includes(false)),
  'expired two weeks ago': stillExpiredAfter(14 * DAY),
  'expired four weeks ago': stillExpiredAfter(28 * DAY),
} satisfies Record<string, EventTest>;
export type EventKind = keyof typeof EVENTS;

/** Counts the accounts to which each kind of event happens. */
export function countEvents(lives: readonly Life[]): Record<EventKind, number> {
  const cases = lives.flatMap((life) =>
    life.deployments.flatMap((deployment) => deployment.accounts.map((account) => ({ account, deployment, life }))),
  );
  const counted = Object.entries<EventTest>(EVENTS).map(([event, happens]) => [event, cases.filter(happens).length]);
  return Object.fromEntries(counted) as Record<EventKind, number>;
}

const KNOWN_STATUSES = new Set(['ACTIVE', 'EXPIRED', 'REVOKED', '']);

function endOf({ step, steps }: Life): number {
  return step * (steps - 1);
}

function someToken(test: (token: Token, life: Life) => boolean): EventTest {
  return ({ account, life }) => account.tokens.some((token) => test(token, life));
}

function createdInWindow({ tokens }: Account, life: Life): Token[] {
  return tokens.filter(({ listed }) => listed.from > 0 && listed.from < endOf(life));
}

function unlistedInWindow({ tokens }: Account, life: Life): Token[] {
  return tokens.filter(({ listed }) => listed.to > 0 && listed.to < endOf(life));
}

function leftAtEnd({ expiresAt = Number.POSITIVE_INFINITY, listed }: Token): number {
  return expiresAt - listed.to;
}

function isUsable(token: Token, at: number): boolean {
  const status = token.statuses.findLast(({ from }) => from <= at)?.status;
  return token.listed.from <= at && at < token.listed.to && !isInactive({ status: status ?? '' });
}

/** Reports whether another usable token of the same name and role is listed. */
function hasOtherUsable({ tokens }: Account, token: Token, at: number): boolean {
  return tokens.some(
    (other) => other !== token && other.name === token.name && other.role === token.role && isUsable(other, at),
  );
}

function endsWithStatusExpired({ statuses }: Token): boolean {
  return statuses.at(-1)?.status === 'EXPIRED';
}

function hasReplicas({ replicas }: Deployment): boolean {
  return replicas.filter(({ exists }) => exists.to - exists.from === Number.POSITIVE_INFINITY).length > 1;
}

/** Tests whether a token expires while the last scrape before and the first scrape after it fail in this way. */
function failsAcrossExpiry(failure: 'unreadable' | 'down' | 'gone'): EventTest {
  return ({ account, deployment, life }) =>
    account.tokens.some(({ expiresAt = -1 }) => {
      if (expiresAt < 0 || expiresAt > endOf(life)) return false;
      const before = Math.floor(expiresAt / life.step) * life.step;
      return [before, before + life.step].every((at) => failureOf(account, deployment, at) === failure);
    });
}

function failureOf({ name }: Account, deployment: Deployment, at: number): 'unreadable' | 'down' | 'gone' | undefined {
  const targets = scrape(deployment, at);
  const accountScrapes = targets.flatMap((target) => target.accounts).filter(({ account }) => account === name);
  if (accountScrapes.length > 0)
    return accountScrapes.every(({ list }) => list === undefined) ? 'unreadable' : undefined;
  if (targets.every(({ state }) => state === 'gone')) return 'gone';
  return targets.every(({ state }) => state !== 'up') ? 'down' : undefined;
}

/** Tests whether a token's expiry alert can still fire this many seconds after its expiry. */
function stillExpiredAfter(seconds: number): EventTest {
  return ({ account, life }) =>
    account.tokens.some(({ expiresAt = Number.POSITIVE_INFINITY, listed }) => {
      const at = expiresAt + seconds;
      return at > 0 && at < endOf(life) && (listed.to > at || listed.to > expiresAt - 10 * MINUTE);
    });
}

/** Returns the shortest lives of a window kind in which an event happens. */
export function shortestLivesWith(lives: readonly Life[], event: EventKind, prefix: string, limit: number): Life[] {
  const happens: EventTest = EVENTS[event];
  return lives
    .filter((life) => life.id.startsWith(prefix))
    .filter((life) =>
      life.deployments.some((deployment) =>
        deployment.accounts.some((account) => happens({ account, deployment, life })),
      ),
    )
    .sort((a, b) => a.steps - b.steps)
    .slice(0, limit);
}
