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

const invisibleIn = (text: string): string[] =>
  Array.from(
    text.matchAll(INVISIBLE_CHARACTER),
    ([character]) => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`,
  );

describe('the pattern of invisible characters', () => {
  it.each([
    0x00, 0x09, 0x0a, 0x1b, 0x7f, 0x85, 0xad, 0x034f, 0x061c, 0x115f, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200e, 0x2028,
    0x2029, 0x202e, 0x2060, 0x2066, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfffb, 0xe0041, 0xe007f, 0xe0100,
  ])('matches code point %i in any position', (codePoint) => {
    const character = String.fromCodePoint(codePoint);
    const name = `U+${codePoint.toString(16).toUpperCase()}`;
    expect(invisibleIn(character)).toEqual([name]);
    expect(invisibleIn(`a${character}b`)).toEqual([name]);
    expect(invisibleIn(`測${character}${character}`)).toEqual([name, name]);
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
  ])('matches nothing in %j', (text) => {
    expect(invisibleIn(text)).toEqual([]);
  });

  it.each([
    ['after a digit that is not a keycap', '1\ufe0f', ['U+FE0F']],
    ['after that of an emoji', '🛰\ufe0f\ufe0f', ['U+FE0F']],
    ['that emoji do not use', '🛰\ufe00', ['U+FE00']],
  ])('matches a variation selector %s', (_description, text, expected) => {
    expect(invisibleIn(text)).toEqual(expected);
  });
});

describe('a string that looks empty', () => {
  it.each([' ', '   ', '\u00a0', '\u3000\u2003', '\u200d', ' \u200c '])('is %j', (text) => {
    expect(BLANK_STRING.test(text)).toBe(true);
  });

  it.each(['', ' a', '. ', '測'])('is not %j', (text) => {
    expect(BLANK_STRING.test(text)).toBe(false);
  });
});

const texts = fc.oneof(hostileStrings, fc.constantFrom(...HOSTILE_STRINGS));

describe('escapeInvisible', () => {
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
  ])('escapes %j as %j', (text, escaped) => {
    expect(escapeInvisible(text)).toBe(escaped);
  });

  it('leaves no invisible character and no vertical bar', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(escapeInvisible(text).match(INVISIBLE_CHARACTER)).toBeNull();
        expect(escapeInvisible(text)).not.toContain('|');
      }),
    );
  });
});

describe('escapeInvisibleInJson', () => {
  it('leaves no invisible character and keeps the parsed value', () => {
    fc.assert(
      fc.property(fc.array(texts), (value) => {
        const json = escapeInvisibleInJson(JSON.stringify(value, null, 2));
        expect(json.replaceAll('\n', '').match(INVISIBLE_CHARACTER)).toBeNull();
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });

  it('escapes a character outside the BMP as a surrogate pair', () => {
    expect(escapeInvisibleInJson(JSON.stringify('\u{e0041}'))).toBe(String.raw`"\udb40\udc41"`);
  });
});
