import { type Account, covers, type Deployment, type ExpectedToken, type Token, within } from './life.ts';

/** A token as a list shows it. */
export interface ListedToken {
  /** Tells it from others of its account and stays the same for its whole life. */
  readonly key: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly status: string;
}

/** What a scrape says of an account; without `list` the API could not be read. */
export interface AccountScrape {
  readonly account: string;
  readonly list: readonly ListedToken[] | undefined;
  /** Each expectation and whether it is met; empty while there is no list. */
  readonly expected: readonly (ExpectedToken & { readonly present: boolean })[];
}

/** A target as Prometheus finds it at one instant. */
export interface Target {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `gone`: service discovery does not know it; not even `up` is there. */
  readonly state: 'up' | 'down' | 'gone';
  readonly accounts: readonly AccountScrape[];
}

/** All targets that a place has during its life, as a scrape at this instant finds them. */
export function scrape(place: Deployment, at: number): Target[] {
  return place.replicas.flatMap((replica, index) => {
    const existing = within(replica.exists, at);
    const answering = existing && !covers(replica.down, at, index);
    const target = (name: string, own: Record<string, string>, accounts: readonly Account[], known = true): Target => ({
      id: `${index} ${name}`,
      labels: { ...place.labels, ...replica.labels, ...own },
      state: !(existing && known) ? 'gone' : answering ? 'up' : 'down',
      accounts: answering ? accounts.flatMap((account) => scrapeAccount(account, at, index)) : [],
    });
    if (place.layout === 'metrics') return [target('metrics', {}, place.accounts)];
    return [
      // Whoever scrapes /probe scrapes the exporter's own metrics beside it.
      target('exporter', { job: `${place.labels['job']}-exporter` }, []),
      ...place.accounts.map((account) => {
        // Service discovery names the account in the instance, so that `up` is per account.
        const instance = `${account.name}@${replica.labels['instance']}`;
        return target(account.name, { instance }, [account], within(account.configured, at));
      }),
    ];
  });
}

function scrapeAccount(account: Account, at: number, replica: number): AccountScrape[] {
  if (!within(account.configured, at)) return [];
  if (covers(account.unreadable, at, replica)) return [{ account: account.name, list: undefined, expected: [] }];
  const list = account.tokens
    .filter((token) => within(token.listed, at) && !covers(token.hidden, at, replica))
    .map((token) => listedToken(token, at));
  const expected = account.expected.map((one) => ({ ...one, present: isPresent(one, list, at) }));
  return [{ account: account.name, list, expected }];
}

function listedToken(token: Token, at: number): ListedToken {
  const { name, role, createdAt, expiresAt } = token;
  const status = token.statuses.findLast(({ from }) => from <= at)?.status ?? '';
  return { key: JSON.stringify([name, role, createdAt ?? null]), name, role, createdAt, expiresAt, status };
}

/** Known not to work any more. */
export function isInactive({ status }: Pick<ListedToken, 'status'>): boolean {
  return status === 'EXPIRED' || status === 'REVOKED';
}

function isPresent(expected: ExpectedToken, list: readonly ListedToken[], at: number): boolean {
  return list.some(
    (token) =>
      token.name === expected.name &&
      (expected.role === '' || token.role === expected.role) &&
      !isInactive(token) &&
      (token.expiresAt === undefined || token.expiresAt > at),
  );
}
