import { expect, test } from 'vitest';
import { parseFault } from '../../../simulator/control-input.ts';
import { FaultRegistry } from '../../../simulator/faults.ts';

test("a user's own fault takes precedence over a fault for all users, and expires after its count", () => {
  const registry = new FaultRegistry();
  registry.set({ kind: 'hang' });
  registry.set({ kind: 'reset' }, { user: 'a', times: 2 });
  expect(registry.list()).toHaveLength(2);
  expect(['a', 'b', 'a', 'a', undefined].map((user) => registry.take(user)?.kind)).toEqual([
    'reset',
    'hang',
    'reset',
    'hang',
    'hang',
  ]);
  registry.clear();
  expect(registry.take('a')).toBeUndefined();
});

test('rejects a fault that applies to no request', () => {
  expect(() => new FaultRegistry().set({ kind: 'hang' }, { times: 0 })).toThrow(RangeError);
});

test('parses every kind of fault from JSON', () => {
  const faults = [
    { kind: 'status', status: 503, body: 'x', headers: { 'Retry-After': '5' } },
    { kind: 'body', body: '' },
    { kind: 'json', value: null, status: 201 },
    { kind: 'errors', code: 'FORBIDDEN', withData: true },
    { kind: 'field-error', index: 3, field: 'status', code: 'TIMEOUT', nullItem: true },
    { kind: 'null-list' },
    // biome-ignore lint/suspicious/noThenProperty: the value is never a function, so no promise resolution calls it
    { kind: 'latency', ms: 5, then: { kind: 'reset' } },
    { kind: 'hang' },
    { kind: 'half-body' },
    { kind: 'stall-body' },
    { kind: 'trickle', bytesPerSecond: 10 },
    { kind: 'oversized', bytes: 10, contentLength: true },
    { kind: 'encoded', encoding: 'gzip', body: 'gzip-bomb' },
    { kind: 'malformed-http' },
    { kind: 'wrong-length', declared: 3 },
    { kind: 'no-date' },
    { kind: 'echo-credential', status: 200 },
  ];
  for (const fault of faults) expect(parseFault(JSON.parse(JSON.stringify(fault)))).toEqual(fault);
});

test.each([
  [undefined, /kind is one of: status, body/],
  [{ kind: 'toString' }, /kind is one of/],
  [{ kind: 'status' }, /status of the fault status must be an integer from 200 to 599/],
  [{ kind: 'status', status: 500, headers: { a: 1 } }, /headers of the fault status must be an object of strings/],
  [{ kind: 'hang', ms: 1 }, /the fault hang has no field ms; accepted: kind/],
  // biome-ignore lint/suspicious/noThenProperty: the value is never a function, so no promise resolution calls it
  [{ kind: 'latency', ms: 1, then: { kind: 'oops' } }, /kind is one of/],
])('rejects %j and lists what is accepted', (value, message) => {
  expect(() => parseFault(value)).toThrow(message);
});
