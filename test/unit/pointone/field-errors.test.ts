import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKED_FIELDS } from '../../../src/model/token.ts';
import { applyFieldErrors } from '../../../src/pointone/field-errors.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { classifyStatus } from '../support/builders.ts';

const LIST = 'viewPersonalAccessTokens';
const FIELDS = [...CHECKED_FIELDS, 'description'] as const;

const COMPLETE = {
  name: 'caster',
  role: 'ROLE_READ_WRITE',
  status: 'ACTIVE',
  description: 'for the caster',
  createdAt: '2026-03-01T09:00:00Z',
  expiresAt: '2027-03-01T09:00:00Z',
};

function tokensOf(...items: readonly unknown[]) {
  return items.map((item) => parseToken(item, classifyStatus));
}

/** Applies one error for each path. */
function apply(items: readonly unknown[], ...paths: readonly unknown[]) {
  return applyFieldErrors(
    tokensOf(...items),
    paths.map((path) => ({ message: 'no', path })),
  );
}

describe('a field with an error', () => {
  it.each(CHECKED_FIELDS)('is unreadable: %s', async (field) => {
    const tokens = await apply([COMPLETE, { ...COMPLETE, [field]: null }], [LIST, 1, field]);
    expect(tokens?.map(({ unreadable }) => unreadable)).toEqual([[], [field]]);
  });

  it('is not counted if it is the description', async () => {
    const tokens = await apply([{ ...COMPLETE, description: null }], [LIST, 0, 'description']);
    expect(tokens).toMatchObject([{ name: 'caster', description: '', unreadable: [] }]);
  });

  it('does not change other fields of the token or the order of the list', async () => {
    const items = [{ ...COMPLETE, name: 'a' }, { ...COMPLETE, name: 'b', expiresAt: null }, COMPLETE];
    const tokens = await apply(items, [LIST, 1, 'expiresAt']);
    const [first, second, third] = tokensOf(...items);
    expect(tokens).toEqual([first, { ...second, unreadable: ['expiresAt'] }, third]);
  });

  it('leaves a null expiry without an error unknown and readable', async () => {
    const open = { ...COMPLETE, expiresAt: null };
    const tokens = await apply([COMPLETE, open, open], [LIST, 2, 'expiresAt']);
    expect(tokens?.map(({ unreadable }) => unreadable)).toEqual([[], [], ['expiresAt']]);
  });

  it('is counted once if it has several errors', async () => {
    const path = [LIST, 1, 'expiresAt'];
    const tokens = await apply([COMPLETE, { ...COMPLETE, expiresAt: null }], path, path);
    expect(tokens?.[1]?.unreadable).toEqual(['expiresAt']);
  });
});

describe('an item that is null', () => {
  it.each([
    ['itself', [LIST, 1]],
    ...FIELDS.map((field): [string, unknown[]] => [`its field ${field}, which cannot be null`, [LIST, 1, field]]),
  ])('is a token without a readable field if the path names %s', async (_what, path) => {
    const tokens = await apply([COMPLETE, null], path);
    expect(tokens?.map(({ unreadable }) => unreadable)).toEqual([[], [...CHECKED_FIELDS]]);
  });
});

describe('the list is a failure', () => {
  const items = [COMPLETE, { ...COMPLETE, name: null, expiresAt: null }, null];
  it.each<[string, unknown]>([
    ['without a path', undefined],
    ['whose path is null', null],
    ['whose path is a string', LIST],
    ['whose path is empty', []],
    ['of the list', [LIST]],
    ['of another field of the response', ['viewer', 1, 'name']],
    ['of an item that has a value', [LIST, 0]],
    ['of an item of which some fields are null', [LIST, 1]],
    ['of a field that has a value', [LIST, 0, 'name']],
    ['of a field that was not requested', [LIST, 1, 'lastUsedAt']],
    ['of a property of every object', [LIST, 1, 'toString']],
    ['of part of a field', [LIST, 1, 'name', 'first']],
    ['of a field of an item that does not exist', [LIST, 3, 'name']],
    ['of a negative index', [LIST, -1, 'name']],
    ['of a fractional index', [LIST, 1.5, 'name']],
    ['whose index is a string', [LIST, '1', 'name']],
    ['whose field is null', [LIST, 2, null]],
  ])('with an error %s, also beside errors of fields', async (_what, path) => {
    expect(await apply(items, path)).toBeUndefined();
    expect(await apply(items, [LIST, 1, 'name'], path, [LIST, 2])).toBeUndefined();
    expect(await apply(items, [LIST, 1, 'name'], [LIST, 2])).toHaveLength(3);
  });

  it.each([null, 'no', 7, []])('with the error %j', async (error) => {
    expect(await applyFieldErrors(tokensOf(...items), [error])).toBeUndefined();
  });

  it('with an error beside an empty list', async () => {
    expect(await apply([], [LIST, 0, 'name'])).toBeUndefined();
  });
});

describe('the list is a failure if an expiry raised an error and', () => {
  const errored = { ...COMPLETE, expiresAt: null };

  it.each<[string, unknown[], unknown[][]]>([
    ['no token has a known expiry', [errored, errored], [0, 1].map((index) => [LIST, index, 'expiresAt'])],
    ['the other tokens have none', [errored, errored], [[LIST, 0, 'expiresAt']]],
    ['the token is the only one', [null], [[LIST, 0]]],
    ['only an expired token has a known one', [errored, { ...COMPLETE, status: 'EXPIRED' }], [[LIST, 0, 'expiresAt']]],
    ['only a revoked token has a known one', [null, { ...COMPLETE, status: 'REVOKED' }], [[LIST, 0]]],
  ])('%s', async (_when, items, paths) => {
    expect(await apply(items, ...paths)).toBeUndefined();
    expect(await apply([...items, COMPLETE], ...paths)).toHaveLength(items.length + 1);
  });

  it('not if another field of every token raised one', async () => {
    const items = [0, 1].map(() => ({ ...COMPLETE, status: null }));
    const tokens = await apply(items, [LIST, 0, 'status'], [LIST, 1, 'status']);
    expect(tokens?.map(({ unreadable }) => unreadable)).toEqual([['status'], ['status']]);
  });

  it('not if no token has an expiry and another field raised one', async () => {
    expect(await apply([{ ...errored, name: null }], [LIST, 0, 'name'])).toMatchObject([{ unreadable: ['name'] }]);
  });
});

it('exactly the fields that a GraphQL server replaces with null are unreadable', async () => {
  const item = fc.constantFrom<'sound' | 'null' | (typeof FIELDS)[number]>('sound', 'null', ...FIELDS);
  await fc.assert(
    fc.asyncProperty(fc.array(item), async (lost) => {
      const list = [...lost, 'sound' as const];
      const items = list.map((what) => {
        if (what === 'null') return null;
        return what === 'sound' ? COMPLETE : { ...COMPLETE, [what]: null };
      });
      const paths = list.flatMap((what, index) => {
        if (what === 'sound') return [];
        return [what === 'null' ? [LIST, index] : [LIST, index, what]];
      });
      const tokens = await apply(items, ...paths);
      expect(tokens?.map(({ unreadable }) => unreadable)).toEqual(
        list.map((what) => CHECKED_FIELDS.filter((field) => what === 'null' || what === field)),
      );
    }),
  );
});
