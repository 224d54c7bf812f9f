import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLANK_STRING,
  escapeInvisible,
  escapeInvisibleInJson,
  INVISIBLE_CHARACTER,
} from '../../../src/runtime/display-text.ts';
import { HOSTILE_STRINGS } from '../../support/hostile-strings.ts';
import { hostileStrings } from '../support/arbitraries.ts';

const unseenIn = (text: string): string[] =>
  Array.from(
    text.matchAll(INVISIBLE_CHARACTER),
    ([character]) => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`,
  );

describe('what is not to be seen', () => {
  it.each([
    0x00, 0x09, 0x0a, 0x1b, 0x7f, 0x85, 0xad, 0x034f, 0x061c, 0x115f, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200e, 0x2028,
    0x2029, 0x202e, 0x2060, 0x2066, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfffb, 0xe0041, 0xe007f, 0xe0100,
  ])('holds code point %i, wherever it stands', (codePoint) => {
    const character = String.fromCodePoint(codePoint);
    const named = `U+${codePoint.toString(16).toUpperCase()}`;
    expect(unseenIn(character)).toEqual([named]);
    expect(unseenIn(`a${character}b`)).toEqual([named]);
    expect(unseenIn(`測${character}${character}`)).toEqual([named, named]);
  });

  it.each([
    'Vermessung Zürich 測量',
    'e\u0301',
    '👩‍🚀 🛰️ ❤️‍🔥 ☺︎',
    '1️⃣ #️⃣',
    'می‌خواهم',
    'क्‍ष',
    ' blanks \u00a0\u3000 stay ',
    '|<>&"\'',
  ])('holds nothing of %j', (text) => {
    expect(unseenIn(text)).toEqual([]);
  });

  it.each([
    ['after a digit that is no key', '1\ufe0f', ['U+FE0F']],
    ['after one that an emoji has', '🛰\ufe0f\ufe0f', ['U+FE0F']],
    ['that no emoji has', '🛰\ufe00', ['U+FE00']],
  ])('holds a variation selector %s', (_, text, unseen) => {
    expect(unseenIn(text)).toEqual(unseen);
  });
});

describe('a text that looks empty', () => {
  it.each([' ', '   ', '\u00a0', '\u3000\u2003', '\u200d', ' \u200c '])('is %j', (text) => {
    expect(BLANK_STRING.test(text)).toBe(true);
  });

  it.each(['', ' a', '. ', '測'])('is not %j', (text) => {
    expect(BLANK_STRING.test(text)).toBe(false);
  });
});

const texts = fc.oneof(hostileStrings, fc.constantFrom(...HOSTILE_STRINGS));

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
    expect(escapeInvisible(text)).toBe(shown);
  });

  it('never holds anything that plays tricks', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(escapeInvisible(text).match(INVISIBLE_CHARACTER)).toBeNull();
        expect(escapeInvisible(text)).not.toContain('|');
      }),
    );
  });
});

describe('JSON on a terminal', () => {
  it('never holds anything that plays tricks, and means the same', () => {
    fc.assert(
      fc.property(fc.array(texts), (value) => {
        const json = escapeInvisibleInJson(JSON.stringify(value, null, 2));
        expect(json.replaceAll('\n', '').match(INVISIBLE_CHARACTER)).toBeNull();
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });

  it('has escapes of two units beyond the first plane', () => {
    expect(escapeInvisibleInJson(JSON.stringify('\u{e0041}'))).toBe(String.raw`"\udb40\udc41"`);
  });
});
