import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';

describe('the interpolation of variables', () => {
  it('inserts no value, one value and several values into a raw string', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable.
    const expression = 'up{job=~`${job:regex}`} offset $__interval';
    expect(interpolate(expression)).toBe('up{job=~`.+`} offset 4s');
    expect(interpolate(expression, { job: ['a.b "c"\n'] })).toBe('up{job=~`a\\.b "c"\n`} offset 4s');
    expect(interpolate(expression, { job: ['a', 'b\\'] })).toBe('up{job=~`(a|b\\\\)`} offset 4s');
    expect(() => interpolate(expression, { job: ['`'] })).toThrow('break');
  });

  it('escapes for a quoted string too in the query of a variable', () => {
    const expression = 'up{job=~"$job"}';
    expect(interpolate(expression)).toBe('up{job=~".+"}');
    expect(interpolate(expression, { job: ['a.b'] })).toBe('up{job=~"a\\\\.b"}');
    expect(interpolate(expression, { job: ['a', 'b\\'] })).toBe('up{job=~"(a|b\\\\\\\\)"}');
    expect(() => interpolate(expression, { job: ['"'] })).toThrow('break');
  });
});
