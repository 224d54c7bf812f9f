import type { CallStatistics } from './call-counter.ts';
import type { FaultRegistry } from './faults.ts';
import { type SimulatedToken, type SimulatorState, statusAt } from './state.ts';

/** The whole state as JSON, credentials included: none of them is real. Instants are ISO 8601. */
export function describeState(state: SimulatorState, faults: FaultRegistry, calls: CallStatistics): object {
  return {
    clock: isoOf(state.clock.now()),
    dateOffsetSeconds: state.dateOffset / 1000,
    listExpired: state.listExpired,
    listRevoked: state.listRevoked,
    calls: {
      total: calls.total,
      inFlight: calls.inFlight,
      maxInFlight: calls.maxInFlight,
      byUser: Object.fromEntries(calls.byUser),
      lastAuthorization: calls.authorizations.at(-1) ?? null,
    },
    faults: faults.list(),
    users: Array.from(state.users.values(), ({ id, credential, tokens }) => ({
      id,
      credential,
      tokens: tokens.map((token, index) => describeToken(token, index, state)),
    })),
  };
}

/** A token as the simulator keeps it, with its place in the list and its status by the clock. */
export function describeToken(token: SimulatedToken, index: number, state: SimulatorState): object {
  const { odd, createdAt, expiresAt, ...plain } = token;
  const omitted = Object.keys(odd ?? {}).filter((field) => odd?.[field] === undefined);
  return {
    index,
    ...plain,
    status: statusAt(token, state.clock.now()),
    createdAt: isoOf(createdAt),
    expiresAt: isoOf(expiresAt),
    ...(odd === undefined ? {} : { odd }),
    ...(omitted.length === 0 ? {} : { omit: omitted }),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
