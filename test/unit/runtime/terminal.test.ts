import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeInvisible } from '../../../src/runtime/display-text.ts';
import { ansiColors, displayWidth, noColors, supportsColor, truncateToColumns } from '../../../src/runtime/terminal.ts';
import { hostileStrings } from '../support/arbitraries.ts';

describe('colours', () => {
  it.each<[string, boolean, Record<string, string>, boolean]>([
    ['are for terminals', true, {}, true],
    ['are not for pipes', false, {}, false],
    ['are not for those who want none', true, { NO_COLOR: '1' }, false],
    ['are as ever when NO_COLOR is empty', true, { NO_COLOR: '' }, true],
    ['are for pipes of those who insist', false, { FORCE_COLOR: '1' }, true],
    ['are as ever when FORCE_COLOR is empty', false, { FORCE_COLOR: '' }, false],
    ['are not forced by 0', true, { FORCE_COLOR: '0' }, false],
    ['are not forced by false', true, { FORCE_COLOR: 'false' }, false],
    ['are not for those who want both', false, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['are not for terminals that have none', true, { TERM: 'dumb' }, false],
    ['are for other terminals', true, { TERM: 'xterm-256color' }, true],
  ])('%s', (_what, isTerminal, environment, wanted) => {
    expect(supportsColor(isTerminal, environment)).toBe(wanted);
  });

  it('end where the text ends', () => {
    expect(ansiColors('x', 'red')).toBe('\u001b[31mx\u001b[0m');
    expect(noColors('x', 'red')).toBe('x');
  });
});

describe('the width of', () => {
  it.each([
    ['', 0],
    ['caster-ingest', 13],
    ['Zürich', 6],
    ['Zu\u0308rich', 6],
    ['測量', 4],
    ['ひらカタ', 8],
    ['ﾊﾝｶｸ', 4],
    ['ＦＵＬＬ', 8],
    ['한국어', 6],
    ['🛰️', 2],
    ['🚀🚀', 4],
    ['👩‍🚀', 2],
    ['🇩🇪', 2],
    ['привет', 6],
    ['\u200d', 0],
    ['「」', 4],
  ])('%s is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('a text that is too long', () => {
  it.each([
    ['caster-ingest', 13, 'caster-ingest'],
    ['caster-ingest', 8, 'caster-…'],
    ['測量隊', 6, '測量隊'],
    ['測量隊', 5, '測量…'],
    ['測量隊', 4, '測…'],
    ['👩‍🚀👩‍🚀', 3, '👩‍🚀…'],
    ['Zu\u0308rich', 3, 'Zu\u0308…'],
    ['測量隊', 1, '…'],
    ['👩🏽‍❤️‍💋‍👨🏿', 2, '👩🏽‍❤️‍💋‍👨🏿'],
  ])('%s is cut to %d columns as %s', (text, columns, cut) => {
    expect(truncateToColumns(text, columns)).toBe(cut);
  });

  it('in marks alone is too long as well', () => {
    const tall = `a${'\u0301'.repeat(5000)}`;
    expect(truncateToColumns(tall, 8)).toBe('a…');
    expect(truncateToColumns(`é${tall}`, 8)).toBe('éa…');
    expect(truncateToColumns(`é${tall}`, 2)).toBe('é…');
  });

  it('always fits when it is cut', () => {
    fc.assert(
      fc.property(hostileStrings, fc.integer({ min: 1, max: 20 }), (text, columns) => {
        expect(displayWidth(truncateToColumns(escapeInvisible(text), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
