import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeInvisible } from '../../../src/runtime/display-text.ts';
import { ansiColors, displayWidth, noColors, supportsColor, truncateToColumns } from '../../../src/runtime/terminal.ts';
import { hostileStrings } from '../support/arbitraries.ts';

describe('colours', () => {
  it.each<[string, boolean, Record<string, string>, boolean]>([
    ['are enabled on terminals', true, {}, true],
    ['are disabled in pipes', false, {}, false],
    ['are disabled by NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['are not affected by an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['are enabled in pipes by FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['are not affected by an empty FORCE_COLOR', false, { FORCE_COLOR: '' }, false],
    ['are not enabled by FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['are not enabled by FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, false],
    ['are disabled when NO_COLOR and FORCE_COLOR are both set', false, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['are disabled on dumb terminals', true, { TERM: 'dumb' }, false],
    ['are enabled on other terminals', true, { TERM: 'xterm-256color' }, true],
  ])('%s', (_description, isTerminal, environment, expected) => {
    expect(supportsColor(isTerminal, environment)).toBe(expected);
  });

  it('are reset at the end of the string', () => {
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

describe('truncateToColumns', () => {
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
  ])('truncates %s to %d columns as %s', (text, columns, truncated) => {
    expect(truncateToColumns(text, columns)).toBe(truncated);
  });

  it('truncates a grapheme with too many marks', () => {
    const tall = `a${'\u0301'.repeat(5000)}`;
    expect(truncateToColumns(tall, 8)).toBe('a…');
    expect(truncateToColumns(`é${tall}`, 8)).toBe('éa…');
    expect(truncateToColumns(`é${tall}`, 2)).toBe('é…');
  });

  it('never exceeds the number of columns', () => {
    fc.assert(
      fc.property(hostileStrings, fc.integer({ min: 1, max: 20 }), (text, columns) => {
        expect(displayWidth(truncateToColumns(escapeInvisible(text), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
