import { describe, expect, it } from 'vitest';
import { BLANK, UNSEEN } from '../../../src/runtime/display-text.ts';

const unseenIn = (text: string): string[] =>
  Array.from(text.matchAll(UNSEEN), ([character]) => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`);

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
    expect(BLANK.test(text)).toBe(true);
  });

  it.each(['', ' a', '. ', '測'])('is not %j', (text) => {
    expect(BLANK.test(text)).toBe(false);
  });
});
