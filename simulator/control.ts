import { type Answer, jsonAnswer } from './answer.ts';
import type { Calls } from './calls.ts';
import { readClockMove, readFaultOrder, readTokenChange } from './control-input.ts';
import { describeState, describeToken } from './control-state.ts';
import type { FaultBook } from './faults.ts';
import { BadInput } from './input.ts';
import type { User, World } from './world.ts';

export const CONTROL_PREFIX = '/_control/';

/** What the control interface steers. */
export interface Controlled {
  readonly world: World;
  readonly faults: FaultBook;
  readonly calls: Calls;
}

/** A request to the control interface. */
export interface ControlRequest {
  readonly method: string;
  readonly pathname: string;
  readonly search: URLSearchParams;
  /** Undefined when it was too large. */
  readonly body: string | undefined;
}

const ROUTES = [
  'GET /_control/state',
  'PUT /_control/fault',
  'DELETE /_control/fault[?user=ID]',
  'POST /_control/clock',
  'POST /_control/users/ID/tokens',
  'PATCH /_control/users/ID/tokens/INDEX',
  'DELETE /_control/users/ID/tokens/INDEX',
];

/**
 * Steers the simulator from another process: JSON in and out. Bad input is a 400 that says what is accepted.
 */
export function control(request: ControlRequest, controlled: Controlled): Answer {
  try {
    return handle(request, controlled);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return jsonAnswer(400, { error: error.message });
  }
}

function handle({ method, pathname, search, body }: ControlRequest, { world, faults, calls }: Controlled): Answer {
  const [resource, id, collection, index, ...rest] = pathname.slice(CONTROL_PREFIX.length).split('/');
  const depth = [id, collection, index].filter((part) => part !== undefined).length;
  const route = rest.length > 0 ? '' : `${method} ${resource} ${depth}`;
  switch (route) {
    case 'GET state 0':
      return jsonAnswer(200, describeState(world, faults, calls));
    case 'PUT fault 0': {
      const { fault, scope } = readFaultOrder(parse(body));
      if (scope.user !== undefined) findUser(world, scope.user);
      faults.set(fault, scope);
      return jsonAnswer(200, { faults: faults.list() });
    }
    case 'DELETE fault 0':
      faults.clear(search.get('user') ?? undefined);
      return jsonAnswer(200, { faults: faults.list() });
    case 'POST clock 0': {
      const move = readClockMove(parse(body));
      if ('set' in move) world.clock.set(move.set);
      else world.clock.advance(move.advance);
      return jsonAnswer(200, { clock: new Date(world.clock.now()).toISOString() });
    }
  }
  if (resource !== 'users' || collection !== 'tokens') return unknownRoute();
  const user = findUser(world, decodeId(id ?? ''));
  switch (route) {
    case 'POST users 2': {
      const token = user.add(readTokenChange(parse(body)));
      return jsonAnswer(201, describeToken(token, user.tokens.length - 1, world));
    }
    case 'PATCH users 3': {
      const token = findToken(user, index);
      Object.assign(token, readTokenChange(parse(body)));
      world.touch();
      return jsonAnswer(200, describeToken(token, user.tokens.indexOf(token), world));
    }
    case 'DELETE users 3':
      user.remove(findToken(user, index));
      return jsonAnswer(200, { tokens: user.tokens.length });
  }
  return unknownRoute();
}

function unknownRoute(): Answer {
  return jsonAnswer(404, { error: `no such thing here; there is: ${ROUTES.join(', ')}` });
}

function parse(body: string | undefined): unknown {
  if (body === undefined) throw new BadInput('the body is over 1 MiB');
  try {
    return JSON.parse(body);
  } catch {
    throw new BadInput('the body must be JSON');
  }
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new BadInput(`the user id ${id} is not percent-encoded UTF-8`);
  }
}

function findUser(world: World, id: string): User {
  const user = world.users.get(id);
  if (user === undefined)
    throw new BadInput(`no user ${id}; there is: ${[...world.users.keys()].join(', ') || 'none'}`);
  return user;
}

function findToken({ id, tokens }: User, index: string | undefined): User['tokens'][number] {
  const token = /^\d+$/.test(index ?? '') ? tokens[Number(index)] : undefined;
  if (token === undefined) throw new BadInput(`no token ${index}; ${id} has ${tokens.length}, counted from 0`);
  return token;
}
