import type { CallStatistics } from './call-counter.ts';
import {
  parseClockChange,
  parseFaultRequest,
  parseStateChange,
  parseTokenChange,
  ValidationError,
} from './control-input.ts';
import type { FaultRegistry } from './faults.ts';
import { type HttpResponse, jsonResponse } from './http.ts';
import type { SimulatorState, User } from './state.ts';
import { type SimulatedToken, statusAt } from './token.ts';

export const CONTROL_PREFIX = '/_control/';

/** The parts of the simulator that the control API reads and changes. */
export interface ControlTarget {
  readonly state: SimulatorState;
  readonly faults: FaultRegistry;
  readonly calls: CallStatistics;
}

/** A request to the control API. */
export interface ControlRequest {
  readonly method: string;
  readonly pathname: string;
  readonly search: URLSearchParams;
  /** Undefined if the body is too large. */
  readonly body: string | undefined;
}

const ROUTES = [
  'GET /_control/state',
  'PATCH /_control/state',
  'PUT /_control/fault',
  'DELETE /_control/fault[?user=ID]',
  'POST /_control/clock',
  'POST /_control/users/ID/tokens',
  'PATCH /_control/users/ID/tokens/INDEX',
  'DELETE /_control/users/ID/tokens/INDEX',
];

/**
 * Handles a request to the control API, with JSON in and out. Invalid input gets status 400 and what the API accepts.
 */
export function handleControlRequest(request: ControlRequest, target: ControlTarget): HttpResponse {
  try {
    return route(request, target);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return jsonResponse(400, { error: error.message });
  }
}

function route(
  { method, pathname, search, body }: ControlRequest,
  { state, faults, calls }: ControlTarget,
): HttpResponse {
  const [resource, id, collection, index, ...rest] = pathname.slice(CONTROL_PREFIX.length).split('/');
  const depth = [id, collection, index].filter((part) => part !== undefined).length;
  const route = rest.length > 0 ? '' : `${method} ${resource} ${depth}`;
  switch (route) {
    case 'GET state 0':
      return jsonResponse(200, describeState(state, faults, calls));
    case 'PATCH state 0': {
      Object.assign(state, parseStateChange(parseBody(body)));
      return jsonResponse(200, { dialect: state.dialect, extraStatuses: state.extraStatuses });
    }
    case 'PUT fault 0': {
      const { fault, scope } = parseFaultRequest(parseBody(body));
      if (scope.user !== undefined) findUser(state, scope.user);
      faults.set(fault, scope);
      return jsonResponse(200, { faults: faults.list() });
    }
    case 'DELETE fault 0':
      faults.clear(search.get('user') ?? undefined);
      return jsonResponse(200, { faults: faults.list() });
    case 'POST clock 0': {
      const change = parseClockChange(parseBody(body));
      if ('set' in change) state.clock.set(change.set);
      else state.clock.advance(change.advance);
      return jsonResponse(200, { clock: new Date(state.clock.now()).toISOString() });
    }
  }
  if (resource !== 'users' || collection !== 'tokens') return notFound();
  const user = findUser(state, decodeId(id ?? ''));
  switch (route) {
    case 'POST users 2': {
      const token = user.add(parseTokenChange(parseBody(body)));
      return jsonResponse(201, describeToken(token, user.tokens.length - 1, state));
    }
    case 'PATCH users 3': {
      const token = findToken(user, index);
      Object.assign(token, parseTokenChange(parseBody(body)));
      state.touch();
      return jsonResponse(200, describeToken(token, user.tokens.indexOf(token), state));
    }
    case 'DELETE users 3':
      user.remove(findToken(user, index));
      return jsonResponse(200, { tokens: user.tokens.length });
  }
  return notFound();
}

function notFound(): HttpResponse {
  return jsonResponse(404, { error: `not found; available endpoints: ${ROUTES.join(', ')}` });
}

function parseBody(body: string | undefined): unknown {
  if (body === undefined) throw new ValidationError('the body must be at most 1 MiB');
  try {
    return JSON.parse(body);
  } catch {
    throw new ValidationError('the body must be JSON');
  }
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ValidationError(`user id ${id} is not percent-encoded UTF-8`);
  }
}

function findUser(state: SimulatorState, id: string): User {
  const user = state.users.get(id);
  if (user === undefined)
    throw new ValidationError(`unknown user ${id}; available users: ${[...state.users.keys()].join(', ') || 'none'}`);
  return user;
}

function findToken({ id, tokens }: User, index: string | undefined): User['tokens'][number] {
  const token = /^\d+$/.test(index ?? '') ? tokens[Number(index)] : undefined;
  if (token === undefined) {
    throw new ValidationError(`unknown token ${index}; ${id} has ${tokens.length} tokens, counted from 0`);
  }
  return token;
}

/** Describes the whole state as JSON, with the credentials: none of them is real. Instants are ISO 8601. */
function describeState(state: SimulatorState, faults: FaultRegistry, calls: CallStatistics): object {
  return {
    clock: isoOf(state.clock.now()),
    dialect: state.dialect,
    extraStatuses: state.extraStatuses,
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

/** Describes a token as JSON, with its index in the list and its status at the clock's instant. */
function describeToken(token: SimulatedToken, index: number, state: SimulatorState): object {
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
