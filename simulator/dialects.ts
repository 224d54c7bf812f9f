import { type SimulatedToken, TOKEN_ROLES, type TokenField, type TokenRole } from './token.ts';

/**
 * Lists the dialects: worlds in which the real API differs from our guesses. No response of it to an authenticated
 * request is documented, so a test that passes in one dialect only proves little.
 */
export const DIALECTS = [
  'documented',
  'prefixed-enums',
  'lower-case',
  'date-only',
  'epoch-millis',
  'unlisted-when-dead',
  'strict-rate-limit',
  'waf',
  'introspection-closed',
] as const;
export type Dialect = (typeof DIALECTS)[number];

/** The checks that a request passes before it reaches the API. */
type GatewayKind = 'rate-limit' | 'waf';

/** The properties in which dialects differ. */
interface DialectRules {
  /** Added to the documented spelling of a status. */
  readonly statusPrefix: string;
  /** Added to the documented spelling of a role. */
  readonly rolePrefix: string;
  /** Whether the values of both enums are in lower case. */
  readonly lowerCase: boolean;
  /** The JSON value of an instant: RFC 3339 in UTC, its date in UTC, or milliseconds since 1970. */
  readonly instants: 'date-time' | 'date' | 'epoch-millis';
  /** Whether expired and revoked tokens stay in the list. */
  readonly listsDeadTokens: boolean;
  /** Whether the API responds to queries for its schema. */
  readonly introspection: boolean;
  readonly gateway: GatewayKind | undefined;
}

const DOCUMENTED: DialectRules = {
  statusPrefix: '',
  rolePrefix: '',
  lowerCase: false,
  instants: 'date-time',
  listsDeadTokens: true,
  introspection: true,
  gateway: undefined,
};

const RULES: Readonly<Record<Dialect, DialectRules>> = {
  documented: DOCUMENTED,
  // Documented roles have a prefix already: ROLE_READ_ONLY becomes TOKEN_ROLE_READ_ONLY.
  'prefixed-enums': { ...DOCUMENTED, statusPrefix: 'TOKEN_STATUS_', rolePrefix: 'TOKEN_' },
  'lower-case': { ...DOCUMENTED, lowerCase: true },
  'date-only': { ...DOCUMENTED, instants: 'date' },
  'epoch-millis': { ...DOCUMENTED, instants: 'epoch-millis' },
  'unlisted-when-dead': { ...DOCUMENTED, listsDeadTokens: false },
  'strict-rate-limit': { ...DOCUMENTED, gateway: 'rate-limit' },
  waf: { ...DOCUMENTED, gateway: 'waf' },
  'introspection-closed': { ...DOCUMENTED, introspection: false },
};

/** Returns the dialect of this name, or undefined. */
export function findDialect(name: unknown): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect === name);
}

/** Spells a status, given in the documented spelling. The schema of the dialect has the same spelling. */
export function spellStatus(dialect: Dialect, status: string): string {
  const { statusPrefix, lowerCase } = RULES[dialect];
  return spell(`${statusPrefix}${status}`, lowerCase);
}

/** Spells a role, given in the documented spelling. The schema of the dialect has the same spelling. */
export function spellRole(dialect: Dialect, role: string): string {
  const { rolePrefix, lowerCase } = RULES[dialect];
  return spell(`${rolePrefix}${role}`, lowerCase);
}

function spell(value: string, lowerCase: boolean): string {
  return lowerCase ? value.toLowerCase() : value;
}

/** Returns the role that the dialect spells like this, or undefined. */
export function findRole(dialect: Dialect, spelled: string): TokenRole | undefined {
  return TOKEN_ROLES.find((role) => spellRole(dialect, role) === spelled);
}

/** Returns the JSON value of an instant in milliseconds since 1970. Throws RangeError outside the range of Date. */
export function spellInstant(dialect: Dialect, instant: number | null): string | number | null {
  if (instant === null) return null;
  switch (RULES[dialect].instants) {
    case 'date-time':
      return new Date(instant).toISOString();
    case 'date':
      return new Date(instant).toISOString().replace(/T.*$/, '');
    case 'epoch-millis':
      return instant;
  }
}

/** The documented fields of a token. Statuses that the simulator does not know and missing enum values are allowed. */
export type PlainToken = Pick<SimulatedToken, 'name' | 'description' | 'createdAt' | 'expiresAt'> & {
  readonly role: string | null;
  /** The status at the instant of the response: this module has no clock. */
  readonly status: string | null;
};

/** Returns the JSON object of a token in the list. */
export function spellToken(
  dialect: Dialect,
  { name, description, role, status, createdAt, expiresAt }: PlainToken,
): Record<TokenField, string | number | null> {
  return {
    name,
    description,
    role: role === null ? null : spellRole(dialect, role),
    status: status === null ? null : spellStatus(dialect, status),
    createdAt: spellInstant(dialect, createdAt),
    expiresAt: spellInstant(dialect, expiresAt),
  };
}

/** Reports whether a token of this status, in the documented spelling, is listed. */
export function isListed(dialect: Dialect, status: string): boolean {
  return RULES[dialect].listsDeadTokens || !['EXPIRED', 'REVOKED'].includes(status);
}

/** Reports whether the API responds to queries for its schema. */
export function allowsIntrospection(dialect: Dialect): boolean {
  return RULES[dialect].introspection;
}

/** Returns what checks a request before it reaches the API, or undefined. */
export function gatewayOf(dialect: Dialect): GatewayKind | undefined {
  return RULES[dialect].gateway;
}
