import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineMemory } from '../../../src/accounts/deadline-memory.ts';
import { DEFAULT_POLICY, type UrgencyPolicy } from '../../../src/model/policy.ts';
import type { Token } from '../../../src/model/token.ts';
import { token } from '../support/builders.ts';
import { deadlineTokens } from '../support/deadline-arbitraries.ts';
import { expectedDeadlines, type ReadList } from '../support/deadline-oracle.ts';

const T = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** Reads the lists one after the other. */
async function remember(lists: readonly ReadList[], policy: UrgencyPolicy = DEFAULT_POLICY): Promise<DeadlineMemory> {
  let memory = DeadlineMemory.EMPTY;
  for (const { at, tokens } of lists) memory = await memory.afterList(tokens, policy, at);
  return memory;
}

/** Returns the deadlines `expired` by name, as of the last list. */
async function expiredAfter(...lists: (readonly [at: number, ...tokens: Token[]])[]) {
  const { deadlines } = await remember(lists.map(([at, ...tokens]) => ({ at, tokens })));
  return Object.fromEntries(deadlines.map(({ name, expired }) => [name, expired]));
}

/** A token with a lifetime of a year that expires at T. */
const old = token({ createdAt: T - YEAR, expiresAt: T });
const successor = token({ createdAt: T - DAY, expiresAt: T + 364 * DAY });

describe('the deadlines of a list', () => {
  it('are those of the successor after a rotation', async () => {
    expect(await expiredAfter([T - DAY, old], [T - MINUTE, old, successor])).toEqual({ caster: successor.expiresAt });
  });

  it('are those of one of several tokens that share all labels, the usable one', async () => {
    const revoked = token({ ...old, statusClass: 'REVOKED', expiresAt: T + DAY });
    const expired = token({ ...old, statusClass: 'EXPIRED', expiresAt: T + 2 * DAY });
    expect(await expiredAfter([T - DAY, revoked, old, expired])).toEqual({ caster: T });
  });

  it('are separate for the roles of a name', async () => {
    const { deadlines } = await remember([{ at: T - DAY, tokens: [old, { ...successor, role: 'ROLE_READ_ONLY' }] }]);
    expect(deadlines.map(({ role, expired }) => [role, expired])).toEqual([
      ['ROLE_READ_WRITE', T],
      ['ROLE_READ_ONLY', successor.expiresAt],
    ]);
  });

  it('follow the policy with which the list was read', async () => {
    const policy: UrgencyPolicy = { ...DEFAULT_POLICY, groupName: () => 'all' };
    const memory = await remember([{ at: T, tokens: [old, { ...successor, name: 'other' }] }], policy);
    expect(memory.deadlines).toMatchObject([{ name: 'all', expired: successor.expiresAt }]);
    const next = await memory.afterList([old], DEFAULT_POLICY, T);
    expect(next.deadlines).toMatchObject([{ name: 'caster', expired: T }]);
  });

  it('do not change when another list is read for a fetch that is then aborted', async () => {
    const memory = await remember([{ at: T - MINUTE, tokens: [old] }]);
    await memory.afterList([], DEFAULT_POLICY, T);
    expect(memory.deadlines).toMatchObject([{ expired: T, isUnlisted: false }]);
  });
});

describe('a token that leaves the list', () => {
  it.each<[string, lastSeen: number, missing: number]>([
    ['at its expiry', T - 1, T],
    ['ten minutes before its expiry', T - 11 * MINUTE, T - 10 * MINUTE],
    ['ten minutes after its expiry', T + 10 * MINUTE, T + 11 * MINUTE],
    ['during an outage in which it expires', T - 3 * DAY, T + 4 * DAY],
    ['shortly before its expiry, after seven days of outage', T - 7 * DAY - MINUTE, T - MINUTE],
  ])('%s keeps its deadlines', async (_when, lastSeen, missing) => {
    expect(await expiredAfter([lastSeen, old], [missing])).toEqual({ caster: T });
  });

  it.each<[string, lastSeen: number, missing: number]>([
    ['long before its expiry', T - 30 * DAY, T - 29 * DAY],
    ['over ten minutes before its expiry', T - 11 * MINUTE, T - 10 * MINUTE - 1],
    ['over ten minutes after its expiry', T + 10 * MINUTE + 1, T + 11 * MINUTE],
  ])('%s loses its deadlines', async (_when, lastSeen, missing) => {
    expect(await expiredAfter([lastSeen, old], [missing])).toEqual({});
  });

  it('at its expiry keeps its deadlines for 28 days', async () => {
    const daily = Array.from({ length: 28 }, (_, day) => [T + day * DAY] as const);
    expect(await expiredAfter([T - 1, old], ...daily, [T + 28 * DAY - 1])).toEqual({ caster: T });
    expect(await expiredAfter([T - 1, old], ...daily, [T + 28 * DAY])).toEqual({});
  });

  it('at its expiry is unlisted until it is listed again', async () => {
    const lists = [
      { at: T - 1, tokens: [old] },
      { at: T, tokens: [] },
    ];
    expect((await remember(lists)).deadlines).toMatchObject([{ isUnlisted: true, lastExpiry: T }]);
    const expired = token({ ...old, statusClass: 'EXPIRED' });
    const again = await remember([...lists, { at: T + 1, tokens: [expired] }]);
    expect(again.deadlines).toMatchObject([{ isUnlisted: false, lastExpiry: undefined, expired: T }]);
    expect((await again.afterList([], DEFAULT_POLICY, T + DAY)).deadlines).toMatchObject([{ isUnlisted: true }]);
  });

  it('at its expiry loses its deadlines if it is listed again and deleted later', async () => {
    const expired = token({ ...old, statusClass: 'EXPIRED' });
    expect(await expiredAfter([T - 1, old], [T], [T + DAY, expired], [T + 2 * DAY])).toEqual({});
  });

  it('at its expiry is covered by its successor', async () => {
    expect(await expiredAfter([T - 1, old], [T, successor])).toEqual({ caster: successor.expiresAt });
  });

  it('at its expiry is not kept if it was revoked', async () => {
    expect(await expiredAfter([T - 1, token({ ...old, statusClass: 'REVOKED' })], [T])).toEqual({});
  });

  it('at its expiry counts if another token with the same creation time is listed', async () => {
    const other = token({ ...old, name: 'other', expiresAt: T + YEAR });
    expect(await expiredAfter([T - 1, old, other], [T, other])).toEqual({ other: other.expiresAt, caster: T });
  });

  it('at its expiry is grouped by the policy of the next list', async () => {
    const memory = await remember([
      { at: T - 1, tokens: [old] },
      { at: T, tokens: [] },
    ]);
    const policy: UrgencyPolicy = { ...DEFAULT_POLICY, groupName: (name) => `${name}s` };
    expect((await memory.afterList([], policy, T + 1)).deadlines).toMatchObject([{ name: 'casters', expired: T }]);
  });

  it('is kept only for the last 10,000 tokens that expired', async () => {
    const many = Array.from({ length: 10_002 }, (_, index) =>
      token({ name: `${index}`, expiresAt: T + (index % 10_002) }),
    );
    const { deadlines } = await remember([
      { at: T - 1, tokens: many },
      { at: T + MINUTE, tokens: [] },
    ]);
    const names = new Set(deadlines.map(({ name }) => name));
    expect(names.size).toBe(10_000);
    expect(['0', '1', '2'].map((name) => names.has(name))).toEqual([false, false, true]);
  });
});

describe('a token of status EXPIRED', () => {
  const early = token({ createdAt: T - YEAR, expiresAt: T + DAY, status: 'EXPIRED' });

  it('before its expiry expired when it was first seen so', async () => {
    expect(await expiredAfter([T - DAY, old], [T, early], [T + 1, early], [T + 2 * DAY, early])).toEqual({ caster: T });
  });

  it('of unknown expiry expired when it was first seen so', async () => {
    const unknown = { ...early, expiresAt: undefined };
    expect(await expiredAfter([T, unknown], [T + DAY, unknown])).toEqual({ caster: T });
  });

  it('that was usable again expired when it was last seen to change', async () => {
    const usable = token({ ...early, status: 'ACTIVE', statusClass: 'ACTIVE' });
    expect(await expiredAfter([T, early], [T + 1, usable], [T + 2, early])).toEqual({ caster: T + 2 });
  });

  it('never expires later because the clock was set back', async () => {
    expect(await expiredAfter([T, early], [T - MINUTE, early])).toEqual({ caster: T - MINUTE });
  });

  it('that leaves the list before its expiry still expired when it was first seen so', async () => {
    const soon = { ...early, expiresAt: T + 5 * MINUTE };
    expect(await expiredAfter([T, soon], [T + 1], [T + DAY])).toEqual({ caster: T });
  });
});

describe('the memory after any lists', () => {
  const at = T;
  const advance = fc.oneof(
    fc.constant(30_000),
    fc.integer({ min: 1, max: 25 }).map((minutes) => minutes * MINUTE),
    fc.integer({ min: 1, max: 7 }).map((days) => days * DAY),
  );
  const statuses = fc.constantFrom<Token['status']>('ACTIVE', 'ACTIVE', 'ACTIVE', 'EXPIRED', 'REVOKED', 'PAUSED');
  /** Each list contains some tokens of a pool, some of them with another status. */
  const lives = fc.array(deadlineTokens(at), { minLength: 1, maxLength: 5 }).chain((pool) => {
    const member = fc.record({ pick: fc.constantFrom(...pool), status: fc.option(statuses, { nil: undefined }) });
    const list = fc
      .array(member, { maxLength: 4 })
      .map((members) =>
        members.map(({ pick, status }) => (status === undefined ? pick : token(withStatus(pick, status)))),
      );
    return fc.array(fc.record({ advance, tokens: list }), { minLength: 1, maxLength: 8 });
  });

  function withStatus({ statusClass: _, ...rest }: Token, status: string): Partial<Token> {
    return { ...rest, status };
  }

  it('has the deadlines that a simple replay of all lists has', async () => {
    const seen = { unlisted: 0, doubtful: 0, covered: 0 };
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        let time = at - 15 * MINUTE;
        const lists = steps.map((step) => {
          time += step.advance;
          return { at: time, tokens: step.tokens };
        });
        const actual = (await remember(lists)).deadlines;
        const expected = expectedDeadlines(lists);
        expect(actual.map(sortable).sort()).toEqual(expected.map(sortable).sort());
        seen.unlisted += actual.filter(({ isUnlisted }) => isUnlisted).length;
        seen.doubtful += actual.filter(({ trusted }) => trusted !== undefined).length;
        seen.covered += actual.filter(({ expired, lastExpiry }) => expired === undefined && lastExpiry).length;
      }),
      { numRuns: 500 },
    );
    // The lives include the cases of interest.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });

  const sortable = (deadlines: object): string => JSON.stringify(Object.entries(deadlines).sort());
});
