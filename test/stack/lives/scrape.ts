import { type Account, covers, type Deployment, type ExpectedToken, type Replica, type Token, within } from './life.ts';

/** A token as the API lists it. */
export interface ListedToken {
  /** Identifies the token within its account. It never changes. */
  readonly key: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly status: string;
}

/** The result of a scrape for one account. `list` is undefined if the fetch failed. */
interface AccountScrape {
  readonly account: string;
  readonly list: readonly ListedToken[] | undefined;
  /** The expected tokens and whether each is present; empty without a list. */
  readonly expected: readonly (ExpectedToken & { readonly present: boolean })[];
}

/** The state of a target at one instant. */
export interface Target {
  readonly id: string;
  /** The index of the replica that answers the scrapes of the target. */
  readonly replica: number;
  readonly path: '/metrics' | '/metrics?collect[]=exporter' | '/probe';
  readonly labels: Readonly<Record<string, string>>;
  /** `gone`: service discovery does not return the target, so it has no series, not even `up`. */
  readonly state: 'up' | 'down' | 'gone';
  readonly accounts: readonly AccountScrape[];
}

/** Returns all targets of a deployment in their state at an instant. */
export function scrape(deployment: Deployment, at: number): Target[] {
  return deployment.replicas.flatMap((replica, index) => {
    const existing = within(replica.exists, at);
    const answering = isRunning(replica, at);
    const target = (
      name: string,
      path: Target['path'],
      own: Record<string, string>,
      accounts: readonly Account[],
      known = true,
    ): Target => ({
      id: `${index} ${name}`,
      replica: index,
      path,
      labels: { ...deployment.labels, ...replica.labels, ...own },
      state: !(existing && known) ? 'gone' : answering ? 'up' : 'down',
      accounts: answering ? accounts.flatMap((account) => scrapeAccount(account, at, index)) : [],
    });
    if (deployment.layout === 'metrics') return [target('metrics', '/metrics', {}, deployment.accounts)];
    return [
      // A configuration that scrapes /probe also scrapes the exporter's own metrics.
      target('exporter', '/metrics?collect[]=exporter', { job: `${deployment.labels['job']}-exporter` }, []),
      ...deployment.accounts.map((account) => {
        // Service discovery names the account in the instance, so that `up` is per account.
        const instance = `${account.name}@${replica.labels['instance']}`;
        return target(account.name, '/probe', { instance }, [account], within(account.configured, at));
      }),
    ];
  });
}

/** Reports whether the process of a replica runs and responds. */
export function isRunning({ exists, down }: Replica, at: number): boolean {
  return within(exists, at) && !down.some((span) => within(span, at));
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

/** Reports whether the status means that the token no longer works. */
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
