import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleJson } from '../../../src/check/visible.ts';
import { UNSEEN } from '../../../src/runtime/display-text.ts';
import { HOSTILE_TEXTS } from '../../support/hostile.ts';
import { hostileTexts } from '../support/arbitraries.ts';

const texts = fc.oneof(hostileTexts, fc.constantFrom(...HOSTILE_TEXTS));

describe('a text on a terminal', () => {
  it.each([
    ['caster-ingest', 'caster-ingest'],
    ['\u001b[31mred', '<U+001B>[31mred'],
    ['two\nlines\r', 'two<U+000A>lines<U+000D>'],
    ['a\u202eb', 'a<U+202E>b'],
    ['a|b||', 'a<U+007C>b<U+007C><U+007C>'],
    ['\u009b31m', '<U+009B>31m'],
    ['tag \u{e0041}', 'tag <U+E0041>'],
    ['\u3164\u2800', '<U+3164><U+2800>'],
    ['a\ufe0f', 'a<U+FE0F>'],
    ['  ', '<U+0020><U+0020>'],
    [' a ', ' a '],
    ['', ''],
    ['👩‍🚀 می‌خواهم', '👩‍🚀 می‌خواهم'],
    ['Vermessung Zürich 測量 🛰️', 'Vermessung Zürich 測量 🛰️'],
  ])('%j is %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('never holds anything that plays tricks', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(visible(text).match(UNSEEN)).toBeNull();
        expect(visible(text)).not.toContain('|');
      }),
    );
  });
});

describe('JSON on a terminal', () => {
  it('never holds anything that plays tricks, and means the same', () => {
    fc.assert(
      fc.property(fc.array(texts), (value) => {
        const json = visibleJson(JSON.stringify(value, null, 2));
        expect(json.replaceAll('\n', '').match(UNSEEN)).toBeNull();
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });

  it('has escapes of two units beyond the first plane', () => {
    expect(visibleJson(JSON.stringify('\u{e0041}'))).toBe(String.raw`"\udb40\udc41"`);
  });
});
