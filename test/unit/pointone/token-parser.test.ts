import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/model/instant.ts';
import { CHECKED_FIELDS } from '../../../src/model/token.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { isObject } from '../../../src/runtime/json.ts';
import { classifyStatus } from '../support/builders.ts';

const COMPLETE = {
  name: 'caster',
  description: 'for the caster',
  role: 'ROLE_READ_WRITE',
  status: 'ACTIVE',
  createdAt: '2026-03-01T09:00:00Z',
  expiresAt: '2027-03-01T09:00:00Z',
};

describe('parseToken', () => {
  it('parses every field of a complete token', () => {
    expect(parseToken(COMPLETE, classifyStatus)).toEqual({
      ...COMPLETE,
      statusClass: 'ACTIVE',
      createdAt: Date.UTC(2026, 2, 1, 9),
      expiresAt: Date.UTC(2027, 2, 1, 9),
      unreadable: [],
    });
  });

  it.each([
    ['TOKEN_STATUS_EXPIRED', 'EXPIRED'],
    ['revoked', 'REVOKED'],
    ['PAUSED', undefined],
    [null, undefined],
  ])('gives the status %j the class %s', (status, statusClass) => {
    expect(parseToken({ ...COMPLETE, status }, classifyStatus)).toMatchObject({ status: status ?? '', statusClass });
  });

  it('treats a null expiresAt as unknown but readable', () => {
    expect(parseToken({ ...COMPLETE, expiresAt: null }, classifyStatus)).toMatchObject({
      expiresAt: undefined,
      unreadable: [],
    });
  });

  it('treats a missing expiresAt as unknown and unreadable', () => {
    const { expiresAt: _, ...rest } = COMPLETE;
    expect(parseToken(rest, classifyStatus)).toMatchObject({ expiresAt: undefined, unreadable: ['expiresAt'] });
  });

  it.each([
    ['name', null],
    ['name', ''],
    ['name', 7],
    ['role', null],
    ['role', ['ROLE_READ_WRITE']],
    ['status', null],
    ['status', { value: 'ACTIVE' }],
  ])('makes %s empty and unreadable if it is %j', (field, value) => {
    expect(parseToken({ ...COMPLETE, [field]: value }, classifyStatus)).toMatchObject({
      [field]: '',
      unreadable: [field],
    });
  });

  it.each([
    ['createdAt', null],
    ['createdAt', 'yesterday'],
    ['createdAt', 0],
    ['expiresAt', ''],
    ['expiresAt', false],
    ['expiresAt', '1970-01-01T00:00:00Z'],
  ])('makes %s undefined and unreadable if it is %j', (field, value) => {
    expect(parseToken({ ...COMPLETE, [field]: value }, classifyStatus)).toMatchObject({
      [field]: undefined,
      unreadable: [field],
    });
  });

  it.each([null, undefined, 5, ['a']])('ignores a description of %j', (description) => {
    expect(parseToken({ ...COMPLETE, description }, classifyStatus)).toMatchObject({ description: '', unreadable: [] });
  });

  it.each([null, undefined, 7, 'token', [], [COMPLETE]])('makes all fields unreadable if the item is %j', (item) => {
    expect(parseToken(item, classifyStatus)).toEqual({
      name: '',
      role: '',
      status: '',
      description: '',
      createdAt: undefined,
      expiresAt: undefined,
      unreadable: [...CHECKED_FIELDS],
    });
  });

  it.each(['name', 'role', 'status', 'description'] as const)('replaces a lone surrogate in %s by U+FFFD', (field) => {
    const item: unknown = JSON.parse(JSON.stringify({ ...COMPLETE, [field]: 'a\ud800b' }));
    expect(parseToken(item, classifyStatus)[field]).toBe('a\ufffdb');
  });

  it('does not change other strings', () => {
    const name = ' "quoted" \\ back\nline\r\t\0 \u202e 😀 ';
    expect(parseToken({ ...COMPLETE, name }, classifyStatus).name).toBe(name);
  });

  it('never throws for any value, and lists exactly the unreadable fields', () => {
    const fieldValues = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, '', 'ACTIVE', '2026-03-01T09:00:00Z', 1_772_355_600, '\udc00'),
    );
    const items = fc.record(
      { name: fieldValues, role: fieldValues, status: fieldValues, createdAt: fieldValues, expiresAt: fieldValues },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(items, fc.jsonValue(), fc.anything()), (item) => {
        const parsed = parseToken(item, classifyStatus);
        const fields: Record<string, unknown> = isObject(item) ? item : {};
        const isNonEmpty = (value: unknown): boolean => typeof value === 'string' && value !== '';
        const unreadable = {
          name: !isNonEmpty(fields['name']),
          role: !isNonEmpty(fields['role']),
          status: !isNonEmpty(fields['status']),
          createdAt: parseInstant(fields['createdAt']) === undefined,
          expiresAt: fields['expiresAt'] !== null && parseInstant(fields['expiresAt']) === undefined,
        };
        expect(parsed.unreadable).toEqual(CHECKED_FIELDS.filter((field) => unreadable[field]));
        for (const text of [parsed.name, parsed.role, parsed.status, parsed.description]) {
          expect(text.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe('isObject', () => {
  it.each([[{}], [{ a: 1 }], [JSON.parse('{"__proto__":1}')]])('is true for %j', (value) => {
    expect(isObject(value)).toBe(true);
  });

  it.each([[null], [undefined], [[]], ['{}'], [1]])('is false for %j', (value) => {
    expect(isObject(value)).toBe(false);
  });
});
