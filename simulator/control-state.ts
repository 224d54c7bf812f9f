import type { Calls } from './calls.ts';
import type { FaultBook } from './faults.ts';
import type { World } from './world.ts';
import { statusAt, type WorldToken } from './world-token.ts';

/** The whole state as JSON, credentials included: none of them is real. Instants are ISO 8601. */
export function describeState(world: World, faults: FaultBook, calls: Calls): object {
  return {
    clock: isoOf(world.clock.now()),
    dateOffsetSeconds: world.dateOffset / 1000,
    listExpired: world.listExpired,
    listRevoked: world.listRevoked,
    calls: {
      total: calls.total,
      inFlight: calls.inFlight,
      maxInFlight: calls.maxInFlight,
      byUser: Object.fromEntries(calls.byUser),
      lastAuthorization: calls.authorizations.at(-1) ?? null,
    },
    faults: faults.list(),
    users: Array.from(world.users.values(), ({ id, credential, tokens }) => ({
      id,
      credential,
      tokens: tokens.map((token, index) => describeToken(token, index, world)),
    })),
  };
}

/** A token as the simulator keeps it, with its place in the list and its status by the clock. */
export function describeToken(token: WorldToken, index: number, world: World): object {
  const { odd, createdAt, expiresAt, ...plain } = token;
  const omitted = Object.keys(odd ?? {}).filter((field) => odd?.[field] === undefined);
  return {
    index,
    ...plain,
    status: statusAt(token, world.clock.now()),
    createdAt: isoOf(createdAt),
    expiresAt: isoOf(expiresAt),
    ...(odd === undefined ? {} : { odd }),
    ...(omitted.length === 0 ? {} : { omit: omitted }),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
