import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { MAX_SHAPE_LENGTH, shapeOf } from '../../../src/diagnose/shape.ts';
import { displayWidth } from '../../../src/runtime/terminal.ts';
import { jwt } from './fixtures.ts';

const CREDENTIAL = jwt({ sub: 'user-4711', exp: 1_800_000_000 });
const masking = createMasking([CREDENTIAL], { showNames: false });
const withNames = createMasking([CREDENTIAL], { showNames: true });

describe('a status, role, field or claim', () => {
  it.each(['ACTIVE', 'ROLE_READ_WRITE', 'expiresAt', '_x', 'OAUTH2_V2', 'beta_v1_tokens', 'a'.repeat(64)])(
    'that is the GraphQL name %j is shown',
    (value) => {
      expect(masking.word(value)).toBe(value);
      expect(masking.isWord(value)).toBe(true);
    },
  );

  it.each([
    ['', '(empty)'],
    ['two words', '(hidden: shape "aaa aaaaa", 9 characters)'],
    ['1ST', '(hidden: shape "9AA", 3 characters)'],
    ['x\n', '(hidden: shape "a?", 2 characters)'],
    ['ünïcode', '(hidden: shape "?a?aaaa", 7 characters)'],
    ['a\u202eb', '(hidden: shape "a?a", 3 characters)'],
    ['```', '(hidden: shape "???", 3 characters)'],
    ['é', '(hidden: shape "?", 1 character)'],
    ['B'.repeat(65), `(hidden: shape "${'A'.repeat(37)}...", 65 characters)`],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '(hidden: 40 characters that look like a secret)'],
    ['d41d8cd98f00b204e9800998ecf8427e', '(hidden: 32 characters that look like a secret)'],
  ])('that is not a name is described: %j', (value, described) => {
    expect(masking.word(value)).toBe(described);
    expect(masking.isWord(value)).toBe(false);
  });

  it.each([
    ['a part of the credential', CREDENTIAL.slice(4, 12)],
    ['a part in another case', CREDENTIAL.slice(4, 12).toUpperCase()],
    ['a part within other characters', `X_${CREDENTIAL.slice(4, 12)}_X`],
  ])('that contains %s is hidden', (_what, value) => {
    expect(masking.word(value)).toBe('(hidden: may be part of the credential)');
  });

  it.each([
    ['underscores', (part: string) => [...part].join('_')],
    ['percent-encoding', (part: string) => [...part].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('')],
    ['percent-encoded separators', (part: string) => [...part].join('%00')],
    ['mixed separators', (part: string) => part.replace(/(..)/g, '$1-_.')],
  ])('that contains a part of the credential with %s is hidden', (_what, separate) => {
    const part = separate(CREDENTIAL.slice(0, 16));
    for (const shown of [masking.word(part), masking.text(part), withNames.name(part)]) {
      expect(shown).toBe('(hidden: may be part of the credential)');
    }
  });

  it('that contains a part of the credential of any account is hidden', () => {
    const several = createMasking([CREDENTIAL, 'another-credential', 'short'], { showNames: false });
    for (const value of [CREDENTIAL.slice(4, 12), 'XOTHER_CREDX', 'X_SHORT']) {
      expect(several.word(value)).toBe('(hidden: may be part of the credential)');
    }
    expect(several.redact('a another-credential b short')).toBe(`a ${'*'.repeat(18)} b *****`);
    expect(several.word('ACTIVE')).toBe('ACTIVE');
  });

  it('that shares fewer than eight characters with the credential is shown', () => {
    expect(masking.word(CREDENTIAL.slice(4, 11))).toBe(CREDENTIAL.slice(4, 11));
  });

  it('that contains a credential of fewer than eight characters is hidden', () => {
    const short = createMasking(['abc'], { showNames: false });
    expect(short.word('xABCx')).toBe('(hidden: may be part of the credential)');
    expect(short.word('xABx')).toBe('xABx');
    // The letter alone would hide almost every word.
    expect(createMasking(['--A--'], { showNames: false }).word('ACTIVE')).toBe('ACTIVE');
  });

  it('is shown if there is no credential', () => {
    expect(createMasking([], { showNames: false }).word('ACTIVE')).toBe('ACTIVE');
  });
});

describe('other text', () => {
  it.each(['cloudflare', '"default";q=100;w=60', 'Sun, 29 Nov 2026 12:00:00 GMT', '1.1 proxy-7 (squid/5.7)'])(
    'of printable ASCII is shown: %j',
    (value) => {
      expect(masking.text(value)).toBe(value);
    },
  );

  it.each([
    ['that contains a part of the credential', `Bearer ${CREDENTIAL.slice(10, 20)}`],
    ['that contains the credential after zero-width spaces', [...CREDENTIAL].join('\u200b')],
    ['that contains the credential after spaces', [...CREDENTIAL].join(' ')],
    ['with a control character', 'a\u001b[31mb'],
    ['with a direction override', 'a\u202eb'],
    ['that looks like a key', 'key=0a1b2c3d4e5f6a7b8c'],
    ['of spaces', '   '],
  ])('%s is hidden', (_what, value) => {
    expect(masking.text(value)).toMatch(/^\(hidden: [\x20-\x7e]+\)$/);
  });

  it('that is long is cut', () => {
    expect(masking.text('word '.repeat(200_000))).toBe(`${'word '.repeat(12).slice(0, 59)}…`);
  });
});

describe('a name', () => {
  it('is hidden by default', () => {
    expect(masking.name('caster-north')).toBe('(name hidden)');
  });

  it('is shown on request, without invisible characters', () => {
    expect(withNames.name('caster-north')).toBe('caster-north');
    expect(withNames.name('a\u202eb\n')).toBe('a<U+202E>b<U+000A>');
    expect(withNames.name('\ud800')).toBe('\ufffd');
  });

  it('that contains a part of the credential is hidden in every case', () => {
    expect(withNames.name(`old ${CREDENTIAL.slice(0, 30)}`)).toBe('(hidden: may be part of the credential)');
  });
});

describe('a finished line', () => {
  it('keeps its width when the credential is removed', () => {
    expect(masking.redact(`before ${CREDENTIAL} after`)).toBe(`before ${'*'.repeat(CREDENTIAL.length)} after`);
    expect(masking.redact(`😀${CREDENTIAL.slice(3, 13).toUpperCase()}é`)).toBe('😀**********é');
  });

  it('without the credential is unchanged', () => {
    expect(masking.redact('The schema has all fields.')).toBe('The schema has all fields.');
  });
});

it('the shape of a string contains no letter or digit of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shape = shapeOf(text);
      expect(shape.length).toBeLessThanOrEqual(MAX_SHAPE_LENGTH);
      expect(shape).toMatch(/^[aA9\x20-\x2f\x3a-\x40\x5b-\x5f\x7b-\x7e]*$/);
    }),
  );
});

it('no value and no credential makes the masking throw or return a long or unprintable string', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
      fc.boolean(),
      (value, credential, showNames) => {
        const { word, text, name } = createMasking([credential], { showNames });
        for (const shown of [word(value), text(value)]) {
          expect(shown).toMatch(/^[\x20-\x7e…]+$/);
          expect(displayWidth(shown)).toBeLessThanOrEqual(100);
        }
        expect(displayWidth(name(value))).toBeLessThanOrEqual(100);
      },
    ),
  );
});

it('a string of a megabyte is described', () => {
  const long = 'x'.repeat(1 << 20);
  expect(masking.word(long)).toBe(`(hidden: shape "${'a'.repeat(37)}...", 1048576 characters)`);
  expect(displayWidth(withNames.name(long))).toBe(60);
});
