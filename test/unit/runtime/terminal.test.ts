import { describe, expect, it } from 'vitest';
import { colored, plain, wantsColor } from '../../../src/runtime/terminal.ts';

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
    expect(wantsColor(isTerminal, environment)).toBe(wanted);
  });

  it('end where the text ends', () => {
    expect(colored('x', 'red')).toBe('\u001b[31mx\u001b[0m');
    expect(plain('x', 'red')).toBe('x');
  });
});
