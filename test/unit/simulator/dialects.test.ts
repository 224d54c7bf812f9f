import { expect, test } from 'vitest';
import {
  DIALECTS,
  type Dialect,
  findDialect,
  findRole,
  isListed,
  type PlainToken,
  spellInstant,
  spellRole,
  spellStatus,
  spellToken,
} from '../../../simulator/dialects.ts';
import { schemaOf } from '../../../simulator/schema.ts';
import { TOKEN_ROLES, TOKEN_STATUSES } from '../../../simulator/token.ts';

const LAST_MS_OF_A_DAY = Date.parse('2026-03-01T23:59:59.999Z');

const TOKEN: PlainToken = {
  name: 'caster',
  description: null,
  role: 'ROLE_READ_ONLY',
  status: 'REVOKED',
  createdAt: LAST_MS_OF_A_DAY,
  expiresAt: null,
};

/** The list item of `TOKEN` in dialects that spell it as documented. */
const DOCUMENTED = { ...TOKEN, createdAt: '2026-03-01T23:59:59.999Z' };

test.each<[Dialect, object]>([
  ['documented', DOCUMENTED],
  ['prefixed-enums', { ...DOCUMENTED, role: 'TOKEN_ROLE_READ_ONLY', status: 'TOKEN_STATUS_REVOKED' }],
  ['lower-case', { ...DOCUMENTED, role: 'role_read_only', status: 'revoked' }],
  ['date-only', { ...DOCUMENTED, createdAt: '2026-03-01' }],
  ['epoch-millis', { ...DOCUMENTED, createdAt: LAST_MS_OF_A_DAY }],
  ['unlisted-when-dead', DOCUMENTED],
  ['strict-rate-limit', DOCUMENTED],
  ['waf', DOCUMENTED],
  ['introspection-closed', DOCUMENTED],
])('the dialect %s spells a token as %j', (dialect, expected) => {
  expect(spellToken(dialect, TOKEN)).toEqual(expected);
});

test('a role and a status that are missing stay null in every dialect', () => {
  for (const dialect of DIALECTS) {
    expect(spellToken(dialect, { ...TOKEN, role: null, status: null })).toMatchObject({ role: null, status: null });
  }
});

test('every dialect spells all roles and statuses differently from each other', () => {
  for (const dialect of DIALECTS) {
    const spelled = [
      ...TOKEN_ROLES.map((role) => spellRole(dialect, role)),
      ...TOKEN_STATUSES.map((status) => spellStatus(dialect, status)),
    ];
    expect(new Set(spelled).size).toBe(spelled.length);
  }
});

test('a role is found by the spelling of its own dialect only', () => {
  for (const dialect of DIALECTS) {
    for (const role of TOKEN_ROLES) expect(findRole(dialect, spellRole(dialect, role))).toBe(role);
  }
  expect(findRole('prefixed-enums', 'ROLE_READ_WRITE')).toBeUndefined();
  expect(findRole('lower-case', 'ROLE_READ_WRITE')).toBeUndefined();
});

test('an instant outside the range of Date is an error unless the dialect sends numbers', () => {
  expect(() => spellInstant('documented', 8.64e15 + 1)).toThrow(RangeError);
  expect(spellInstant('epoch-millis', 8.64e15 + 1)).toBe(8.64e15 + 1);
});

test('only unlisted-when-dead omits expired and revoked tokens, and no dialect omits others', () => {
  for (const dialect of DIALECTS) {
    const listed = TOKEN_STATUSES.filter((status) => isListed(dialect, status));
    expect(listed).toEqual(dialect === 'unlisted-when-dead' ? ['ACTIVE'] : TOKEN_STATUSES);
    expect(isListed(dialect, 'SUSPENDED')).toBe(true);
  }
});

test('a dialect is found by its exact name', () => {
  expect(DIALECTS.map(findDialect)).toEqual(DIALECTS);
  for (const other of ['', 'WAF', 'constructor', 7, undefined]) expect(findDialect(other)).toBeUndefined();
});

test('a schema with one more status is another schema, and the same arguments return the same schema', () => {
  expect(schemaOf('waf', ['SUSPENDED'])).toBe(schemaOf('waf', ['SUSPENDED']));
  expect(schemaOf('waf', ['SUSPENDED'])).not.toBe(schemaOf('waf'));
  expect(schemaOf('waf')).not.toBe(schemaOf('documented'));
});
