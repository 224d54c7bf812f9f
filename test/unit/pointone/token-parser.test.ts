import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/model/instant.ts';
import { CHECKED_FIELDS } from '../../../src/model/token.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { isObject } from '../../../src/runtime/json.ts';

const WHOLE = {
  name: 'caster',
  description: 'for the caster',
  role: 'ROLE_READ_WRITE',
  status: 'ACTIVE',
  createdAt: '2026-03-01T09:00:00Z',
  expiresAt: '2027-03-01T09:00:00Z',
};

describe('readToken', () => {
  it('reads every field of a whole token', () => {
    expect(parseToken(WHOLE)).toEqual({
      ...WHOLE,
      createdAt: Date.UTC(2026, 2, 1, 9),
      expiresAt: Date.UTC(2027, 2, 1, 9),
      unreadable: [],
    });
  });

  it('takes a null expiresAt for unknown, which is legal', () => {
    expect(parseToken({ ...WHOLE, expiresAt: null })).toMatchObject({ expiresAt: undefined, unreadable: [] });
  });

  it('takes a missing expiresAt for unknown and unreadable', () => {
    const { expiresAt: _, ...rest } = WHOLE;
    expect(parseToken(rest)).toMatchObject({ expiresAt: undefined, unreadable: ['expiresAt'] });
  });

  it.each([
    ['name', null],
    ['name', ''],
    ['name', 7],
    ['role', null],
    ['role', ['ROLE_READ_WRITE']],
    ['status', null],
    ['status', { value: 'ACTIVE' }],
  ])('empties and names a %s of %j', (field, value) => {
    expect(parseToken({ ...WHOLE, [field]: value })).toMatchObject({ [field]: '', unreadable: [field] });
  });

  it.each([
    ['createdAt', null],
    ['createdAt', 'yesterday'],
    ['createdAt', 0],
    ['expiresAt', ''],
    ['expiresAt', false],
    ['expiresAt', '1970-01-01T00:00:00Z'],
  ])('leaves out and names a %s of %j', (field, value) => {
    expect(parseToken({ ...WHOLE, [field]: value })).toMatchObject({ [field]: undefined, unreadable: [field] });
  });

  it.each([null, undefined, 5, ['a']])('never minds a description of %j', (description) => {
    expect(parseToken({ ...WHOLE, description })).toMatchObject({ description: '', unreadable: [] });
  });

  it.each([null, undefined, 7, 'token', [], [WHOLE]])('reads no field at all of %j', (item) => {
    expect(parseToken(item)).toEqual({
      name: '',
      role: '',
      status: '',
      description: '',
      createdAt: undefined,
      expiresAt: undefined,
      unreadable: [...CHECKED_FIELDS],
    });
  });

  it.each(['name', 'role', 'status', 'description'] as const)('makes a lone surrogate in %s a U+FFFD', (field) => {
    const item: unknown = JSON.parse(JSON.stringify({ ...WHOLE, [field]: 'a\ud800b' }));
    expect(parseToken(item)[field]).toBe('a\ufffdb');
  });

  it('passes other text through as it comes', () => {
    const name = ' "quoted" \\ back\nline\r\t\0 \u202e 😀 ';
    expect(parseToken({ ...WHOLE, name }).name).toBe(name);
  });

  it('never throws, and names exactly the fields that it could not read, for any JSON', () => {
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
        const read = parseToken(item);
        const fields: Record<string, unknown> = isObject(item) ? item : {};
        const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
        const unreadable = {
          name: !isText(fields['name']),
          role: !isText(fields['role']),
          status: !isText(fields['status']),
          createdAt: parseInstant(fields['createdAt']) === undefined,
          expiresAt: fields['expiresAt'] !== null && parseInstant(fields['expiresAt']) === undefined,
        };
        expect(read.unreadable).toEqual(CHECKED_FIELDS.filter((field) => unreadable[field]));
        for (const text of [read.name, read.role, read.status, read.description]) {
          expect(text.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe('isObject', () => {
  it.each([[{}], [{ a: 1 }], [JSON.parse('{"__proto__":1}')]])('holds of %j', (value) => {
    expect(isObject(value)).toBe(true);
  });

  it.each([[null], [undefined], [[]], ['{}'], [1]])('does not hold of %j', (value) => {
    expect(isObject(value)).toBe(false);
  });
});
