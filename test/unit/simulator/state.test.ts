import { expect, test } from 'vitest';
import { createClock } from '../../../simulator/state.ts';

function tickingClock() {
  const real = { ms: 1_000 };
  return { real, clock: createClock(() => real.ms) };
}

test('a new clock shows real time and keeps running', () => {
  const { real, clock } = tickingClock();
  expect(clock.now()).toBe(1_000);
  real.ms += 500;
  expect(clock.now()).toBe(1_500);
});

test('a clock keeps running after it is set', () => {
  const { real, clock } = tickingClock();
  clock.set(90_000);
  real.ms += 7;
  expect(clock.now()).toBe(90_007);
});

test('a clock advances from its current time, also backwards', () => {
  const { real, clock } = tickingClock();
  clock.set(90_000);
  real.ms += 7;
  clock.advance(60_000);
  expect(clock.now()).toBe(150_007);
  clock.advance(-100_000);
  expect(clock.now()).toBe(50_007);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])('rejects %s, which exceeds the range of Date', (ms) => {
  const { clock } = tickingClock();
  expect(() => clock.set(ms)).toThrow(RangeError);
  expect(() => clock.advance(ms)).toThrow(RangeError);
  expect(clock.now()).toBe(1_000);
});
