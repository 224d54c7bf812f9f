import { createKey, issueCredential, verifyCredential } from './credentials.ts';

/**
 * The simulator's time: real time plus an offset that can be moved. It goes on by itself from wherever it is
 * put.
 */
export interface SimulatedClock {
  /** The simulated instant, in milliseconds since 1970. */
  now(): number;
  /** Puts the clock to an instant, in milliseconds since 1970. Throws RangeError when no Date can hold it. */
  set(ms: number): void;
  /** Moves the clock by so many milliseconds, backwards when negative. Throws RangeError as `set` does. */
  advance(ms: number): void;
}

/** The furthest instant that ECMAScript's Date can hold. */
const MAX_INSTANT = 8.64e15;

/** Starts as real time. `realTime` is a parameter so that tests need not wait. */
export function createClock(realTime: () => number = Date.now): SimulatedClock {
  let offset = 0;
  const set = (ms: number): void => {
    if (!(Math.abs(ms) <= MAX_INSTANT)) throw new RangeError(`not an instant: ${ms}`);
    offset = ms - realTime();
  };
  const now = (): number => realTime() + offset;
  return { now, set, advance: (ms) => set(now() + ms) };
}

/** `ROLE_READ_WRITE` is attested for the real API, `ROLE_READ_ONLY` is a guess. */
export const TOKEN_ROLES = ['ROLE_READ_ONLY', 'ROLE_READ_WRITE'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** The real API's values are not documented: all three are guesses. */
export const TOKEN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type TokenStatus = (typeof TOKEN_STATUSES)[number];

/** The fields of a token on the wire, all that is documented. */
export const TOKEN_FIELDS = ['name', 'description', 'role', 'status', 'createdAt', 'expiresAt'] as const;

/** A personal access token as the simulator keeps it; every field may be changed at any time. */
export interface SimulatedToken {
  name: string | null;
  description: string | null;
  role: TokenRole;
  /** As recorded. What the wire says also depends on the clock: see `statusAt`. */
  status: TokenStatus;
  /** Milliseconds since 1970. */
  createdAt: number | null;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  /**
   * Replaces what the wire would say of a field by any JSON value, or leaves its key out where the value is
   * `undefined`: the way for odd values past GraphQL's own checks.
   */
  odd?: Record<string, unknown>;
  /** The token's value, a JWT. A token without one is listed and cannot be used to log in. */
  secret?: string;
}

/** The status at an instant (milliseconds since 1970): an active token past its expiry is expired. */
export function statusAt(token: SimulatedToken, now: number): TokenStatus {
  if (token.status === 'ACTIVE' && token.expiresAt !== null && token.expiresAt <= now) return 'EXPIRED';
  return token.status;
}

const DAY = 86_400_000;

/** How `addUser` makes the token that the exporter logs in with. */
export interface ExporterTokenOptions {
  /** Days from now until the credential expires; may be a fraction. */
  readonly credentialDays?: number;
  /** False: the token works and is in no list, so `tokens` starts empty. */
  readonly listed?: boolean;
  readonly role?: TokenRole;
}

/** Who sent a request, and with which of their tokens. */
export interface Caller {
  readonly user: User;
  readonly token: SimulatedToken;
}

/** One user of the API and their tokens. */
export class User {
  readonly state: SimulatorState;
  readonly id: string;
  /** The value of the token named `exporter`. Works until that token expires, is revoked or removed. */
  readonly credential: string;
  /** In the order in which they are listed. Taking a token out of the array deletes it. */
  tokens: SimulatedToken[] = [];
  /** Tokens that work and are not listed. */
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
   * Adds a token to the end of the list. By default: `token-N`, no description, read/write, active, created
   * now, a year to live, and a value of its own that works as a credential.
   */
  add(token: Partial<SimulatedToken> = {}): SimulatedToken {
    const added = this.#create(token);
    this.tokens.push(added);
    this.state.touch();
    return added;
  }

  /** Deletes a token, as the API's own mutation does. Throws when the user has no such token. */
  remove(token: SimulatedToken): void {
    const holder = [this.tokens, this.unlisted].find((tokens) => tokens.includes(token));
    if (holder === undefined) throw new Error(`${this.id} has no such token: ${token.name}`);
    holder.splice(holder.indexOf(token), 1);
    this.state.touch();
  }

  /** Revokes a token: it stays listed (unless `World.listRevoked` is off) and works no longer. */
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

/** Everything the simulated API knows. */
export class SimulatorState {
  readonly clock: SimulatedClock;
  readonly users = new Map<string, User>();
  readonly key = createKey();
  /** Whether expired tokens stay in the list; unknown of the real API. */
  listExpired = true;
  /** Whether revoked tokens stay in the list; unknown of the real API. */
  listRevoked = true;
  /** Milliseconds by which the `Date` header of answers is off the clock. */
  dateOffset = 0;
  #revision = 0;

  constructor(clock: SimulatedClock = createClock()) {
    this.clock = clock;
  }

  /** Adds a user with a token named `exporter`. Throws when the name is taken. */
  addUser(id: string, options?: ExporterTokenOptions): User {
    if (this.users.has(id)) throw new Error(`there is a user ${id} already`);
    const user = new User(this, id, options);
    this.users.set(id, user);
    this.touch();
    return user;
  }

  /** Goes up with every change that was made through a method. */
  get revision(): number {
    return this.#revision;
  }

  /** Says that a token was changed in place; only a simulator with `cacheAnswers` needs to be told. */
  touch(): void {
    this.#revision += 1;
  }

  /** The tokens of a user that are listed at the clock's instant. */
  listedTokens(user: User): SimulatedToken[] {
    const now = this.clock.now();
    if (this.listExpired && this.listRevoked) return user.tokens;
    return user.tokens.filter((token) => {
      const status = statusAt(token, now);
      return (this.listExpired || status !== 'EXPIRED') && (this.listRevoked || status !== 'REVOKED');
    });
  }

  /**
   * Who an `Authorization` header stands for. Undefined for no or a foreign credential and for one that was
   * deleted, revoked or has expired.
   */
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
    // The record may have been given a later expiry since; what was signed cannot.
    if (claims?.exp !== undefined && claims.exp * 1000 <= now) return undefined;
    return { user, token };
  }
}
