import { describe, expect, it } from 'vitest';
import { boolean, oneOf, path, text, variableName } from '../../../src/config/words.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

describe('a boolean', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('may be %s', (word, value) => {
    expect(boolean.parse(word)).toEqual({ value });
  });

  it.each(['', 'yes', 'no', '1', '0', 'TRUE', 'on', ' true'])('may not be %j', (word) => {
    expect(boolean.parse(word)).toEqual({ problem: expect.stringContaining('true or false') });
  });
});

describe('a text', () => {
  it.each(['default', ' ', 'quote " and \\', 'ü 😀', '0'])('may be %j', (value) => {
    expect(text.parse(value)).toEqual({ value });
  });

  it('is made well-formed', () => {
    expect(text.parse('a\ud800')).toEqual({ value: 'a\ufffd' });
  });

  it('may not be empty', () => {
    expect(text.parse('')).toEqual({ problem: expect.stringContaining('empty') });
  });
});

describe('the name of a variable', () => {
  it.each(['TOKEN', '_x', 'token_2'])('may be %s', (value) => {
    expect(variableName.parse(value)).toEqual({ value });
  });

  it.each(['', '2X', 'A-B', 'A B', '$TOKEN', TOKEN])('may not be %j, and is not repeated', (value) => {
    expect(variableName.parse(value)).toEqual({ problem: expect.stringContaining(variableName.accepts) });
    if (value !== '') expect(variableName.parse(value)).not.toEqual({ problem: expect.stringContaining(value) });
  });
});

describe('a path', () => {
  it.each(['token', '/run/secrets/token', './a b', 'eyJ', 'eyJ.yml'])('may be %s', (value) => {
    expect(path.parse(value)).toEqual({ value });
  });

  it('may not be empty', () => {
    expect(path.parse('')).toEqual({ problem: expect.stringContaining('empty') });
  });

  it.each([TOKEN, `Bearer ${TOKEN}`, ` ${TOKEN}`, `\n${TOKEN}\n`, `bearer ${TOKEN}`])(
    'may not look like a token, and is not repeated: %j',
    (value) => {
      expect(path.parse(value)).toEqual({ problem: expect.not.stringContaining('eyJ') });
    },
  );
});

describe('one of several words', () => {
  const colour = oneOf(['red', 'green', 'blue']);

  it('may be any of them', () => {
    expect(colour.parse('green')).toEqual({ value: 'green' });
  });

  it.each(['', 'Red', 'yellow', 'red '])('may not be %j, and all are told', (word) => {
    expect(colour.parse(word)).toEqual({ problem: expect.stringContaining('red, green or blue') });
  });

  it('shows no more than the beginning of a long word', () => {
    expect(colour.parse('x'.repeat(1000))).toEqual({ problem: expect.not.stringContaining('x'.repeat(100)) });
  });
});
