import { createKey, issueCredential, verifyCredential } from './credentials.ts';
import { type Dialect, isListed } from './dialects.ts';
import { type SimulatedToken, statusAt, type TokenRole } from './token.ts';

/** The simulated time: real time plus an adjustable offset. The clock keeps running after each change. */
export interface SimulatedClock {
  /** The simulated instant, in milliseconds since 1970. */
  now(): number;
  /** Sets the clock to an instant, in milliseconds since 1970. Throws RangeError if it exceeds the range of Date. */
  set(ms: number): void;
  /** Moves the clock by `ms`, backwards if negative. Throws RangeError like `set`. */
  advance(ms: number): void;
}

/** The largest instant of ECMAScript's Date. */
const MAX_INSTANT = 8.64e15;

/** Creates a clock that starts at real time. Tests pass `realTime`, so that they do not have to wait. */
export function createClock(realTime: () => number = Date.now): SimulatedClock {
  let offset = 0;
  const set = (ms: number): void => {
    if (!(Math.abs(ms) <= MAX_INSTANT)) throw new RangeError(`${ms} is not a valid instant`);
    offset = ms - realTime();
  };
  const now = (): number => realTime() + offset;
  return { now, set, advance: (ms) => set(now() + ms) };
}

const DAY = 86_400_000;

/** Options for the token that `addUser` creates as the exporter's credential. */
export interface ExporterTokenOptions {
  /** Days until the credential expires. Fractions are allowed. */
  readonly credentialDays?: number;
  /** If false, the token is valid but not listed, so `tokens` starts empty. */
  readonly listed?: boolean;
  readonly role?: TokenRole;
}

/** The user who sent a request, and the token that authenticated it. */
export interface Caller {
  readonly user: User;
  readonly token: SimulatedToken;
}

/** A user of the API, with their tokens. */
export class User {
  readonly state: SimulatorState;
  readonly id: string;
  /** The value of the token named `exporter`. Valid until that token expires or is revoked or removed. */
  readonly credential: string;
  /** In the order of the list. Removing a token from the array deletes it. */
  tokens: SimulatedToken[] = [];
  /** Tokens that are valid but not listed. */
  readonly unlisted: SimulatedToken[] = [];
  #lastNumber = 0;

  constructor(state: SimulatorState, id: string, options: ExporterTokenOptions = {}) {
    const { credentialDays = 365, listed = true, role = 'ROLE_READ_ONLY' } = options;
    this.state = state;
    this.id = id;
    const expiresAt = state.clock.now() + credentialDays * DAY;
    const token = this.#create({
      name: 'exporter',
      description: 'used by the exporter itself',
      role,
      expiresAt,
    });
    this.credential = token.secret;
    (listed ? this.tokens : this.unlisted).push(token);
  }

  /**
   * Adds a token to the end of the list. Defaults: name `token-N`, no description, read/write, active, created now,
   * valid for a year, with its own secret.
   */
  add(token: Partial<SimulatedToken> = {}): SimulatedToken {
    const added = this.#create(token);
    this.tokens.push(added);
    this.state.touch();
    return added;
  }

  /** Deletes a token, like the mutation of the API. Throws if the user does not have this token. */
  remove(token: SimulatedToken): void {
    const holder = [this.tokens, this.unlisted].find((tokens) => tokens.includes(token));
    if (holder === undefined) throw new Error(`${this.id} does not have the token ${token.name}`);
    holder.splice(holder.indexOf(token), 1);
    this.state.touch();
  }

  /** Revokes a token. It is no longer valid, and stays in the list unless `SimulatorState.listedTokens` omits it. */
  revoke(token: SimulatedToken): void {
    token.status = 'REVOKED';
    this.state.touch();
  }

  #create(token: Partial<SimulatedToken>): SimulatedToken & { secret: string } {
    const now = this.state.clock.now();
    const record: SimulatedToken = {
      name: token.name === undefined ? `token-${++this.#lastNumber}` : token.name,
      description: null,
      role: 'ROLE_READ_WRITE',
      status: 'ACTIVE',
      createdAt: now,
      expiresAt: now + 365 * DAY,
      ...token,
    };
    const { createdAt, expiresAt } = record;
    const issue = { subject: this.id, issuedAt: createdAt ?? now, expiresAt, key: this.state.key };
    return Object.assign(record, { secret: token.secret ?? issueCredential(issue) });
  }
}

/** The state of the simulated API: clock, users and tokens. */
export class SimulatorState {
  readonly clock: SimulatedClock;
  readonly users = new Map<string, User>();
  readonly key = createKey();
  /** The dialect of the API. It can change at any time. */
  dialect: Dialect = 'documented';
  /**
   * More values of the schema's enum TokenStatus, in the documented spelling: `['SUSPENDED']`. No token has them, except
   * through `SimulatedToken.odd`.
   */
  extraStatuses: readonly string[] = [];
  /** Whether expired tokens stay in the list, unless the dialect omits them. */
  listExpired = true;
  /** Whether revoked tokens stay in the list, unless the dialect omits them. */
  listRevoked = true;
  /** Milliseconds to add to the clock in the `Date` header. */
  dateOffset = 0;
  #revision = 0;

  constructor(clock: SimulatedClock = createClock()) {
    this.clock = clock;
  }

  /** Adds a user with a token named `exporter`. Throws if the name is taken. */
  addUser(id: string, options?: ExporterTokenOptions): User {
    if (this.users.has(id)) throw new Error(`user ${id} already exists`);
    const user = new User(this, id, options);
    this.users.set(id, user);
    this.touch();
    return user;
  }

  /** Increases with each method call that changes the state. */
  get revision(): number {
    return this.#revision;
  }

  /** Records that a token was changed in place. Only a simulator with `cacheResponses` needs it. */
  touch(): void {
    this.#revision += 1;
  }

  /** Returns the tokens of a user that are listed at the clock's instant. */
  listedTokens(user: User): SimulatedToken[] {
    const now = this.clock.now();
    const listed = {
      ACTIVE: isListed(this.dialect, 'ACTIVE'),
      EXPIRED: isListed(this.dialect, 'EXPIRED') && this.listExpired,
      REVOKED: isListed(this.dialect, 'REVOKED') && this.listRevoked,
    };
    return user.tokens.filter((token) => listed[statusAt(token, now)]);
  }

  /** Authenticates an `Authorization` header. Returns undefined unless it holds the secret of an active token. */
  authenticate(authorization: string | undefined): Caller | undefined {
    const credential = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (credential === undefined) return undefined;
    const claims = verifyCredential(credential, this.key);
    const user = claims && this.users.get(claims.sub);
    if (user === undefined) return undefined;
    const holds = (token: SimulatedToken): boolean => token.secret === credential;
    const token = user.unlisted.find(holds) ?? user.tokens.find(holds);
    const now = this.clock.now();
    if (token === undefined || statusAt(token, now) !== 'ACTIVE') return undefined;
    // Tests can postpone the recorded expiry. The signed expiry still applies.
    if (claims?.exp !== undefined && claims.exp * 1000 <= now) return undefined;
    return { user, token };
  }
}
