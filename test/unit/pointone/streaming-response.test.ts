import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamingResponse } from '../../../src/pointone/streaming-response.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { hostileStrings } from '../support/arbitraries.ts';

const PIECE_BYTES = 64;

/** Sends a body in chunks of these lengths, over and over. */
function arrive(body: Buffer, lengths: readonly number[] = [50]): StreamingResponse {
  const arriving = new StreamingResponse(PIECE_BYTES);
  for (let [start, turn] = [0, 0]; start < body.length; turn += 1) {
    const end = start + (lengths[turn % lengths.length] as number);
    arriving.add(body.subarray(start, end));
    start = end;
  }
  return arriving;
}

/** All tokens of an answer, or undefined where it is no JSON. */
function tokensOf(arriving: StreamingResponse) {
  try {
    const rest = JSON.parse(arriving.end());
    return [...arriving.tokens, ...rest.data.viewPersonalAccessTokens.map(parseToken)];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The same, by one reading of the whole. */
function tokensAtOnce(body: Buffer) {
  const whole = new StreamingResponse(Number.POSITIVE_INFINITY);
  whole.add(body);
  expect(whole.tokens).toEqual([]);
  return tokensOf(whole);
}

function answer(items: readonly unknown[]): string {
  return JSON.stringify({ data: { viewPersonalAccessTokens: items } });
}

const items = fc.array(
  fc.record(
    {
      name: fc.oneof(hostileStrings, fc.constantFrom('},{', '"},{"', '[},{]', '\\"},{', '\ufeff')),
      description: fc.option(hostileStrings),
      more: fc.constantFrom([{}, {}], [[{ a: '},{' }, { b: 1 }]], { c: [] }),
    },
    { requiredKeys: ['name'] },
  ),
  { maxLength: 20 },
);
const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });

describe('a long list', () => {
  const names = Array.from({ length: 50 }, (_, number) => `token ${number}`);
  const body = Buffer.from(answer(names.map((name) => ({ name }))));

  it('is read while it arrives, and the rest is an answer by itself', () => {
    const arriving = arrive(body);
    const rest = JSON.parse(arriving.end()).data.viewPersonalAccessTokens;
    expect(arriving.tokens.length).toBeGreaterThan(40);
    expect(rest.length).toBeGreaterThan(0);
    expect([...arriving.tokens, ...rest].map(({ name }) => name)).toEqual(names);
  });

  it('leaves whatever stands behind it to the rest', () => {
    const errors = [{ message: 'no', path: [{}, {}] }];
    const arriving = arrive(Buffer.from(`${body.toString().slice(0, -1)},"errors":${JSON.stringify(errors)}}`));
    expect(arriving.tokens.length).toBeGreaterThan(40);
    expect(JSON.parse(arriving.end()).errors).toEqual(errors);
  });

  it('may have spaces before the first item, and a byte order mark', () => {
    const spaced = body.toString().replace('{"data":{', '\ufeff {\n "data" :\t{\r\n').replace('[', ' [ ');
    const arriving = arrive(Buffer.from(spaced));
    expect(arriving.tokens.length).toBeGreaterThan(40);
    expect(tokensOf(arriving)?.map(({ name }) => name)).toEqual(names);
  });

  it('is left whole when something else stands before it', () => {
    const other = `{"extensions":{"a":[{},{},{}]},${body.toString().slice(1)}`;
    const arriving = arrive(Buffer.from(other));
    expect(arriving.tokens).toEqual([]);
    expect(arriving.end()).toBe(other);
  });
});

it('comes to the same tokens however it is written and sent', () => {
  fc.assert(
    fc.property(items, lengths, (list, chunks) => {
      const body = Buffer.from(answer(list));
      expect(tokensOf(arrive(body, chunks))).toEqual(tokensAtOnce(body));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['ends in a comma', '},]}}'],
  ['ends early', '}'],
  ['is closed twice', '}]]}}'],
])('is no JSON where a list %s, wherever its chunks end', (_what, ending) => {
  const body = Buffer.from(answer([{ name: 'a' }, { name: 'b' }, { name: 'c' }]).replace(/\}\]\}\}$/, ending));
  for (let length = 1; length <= body.length; length += 1) {
    const arriving = new StreamingResponse(1);
    for (const chunk of [body.subarray(0, length), body.subarray(length)]) arriving.add(chunk);
    expect(tokensOf(arriving), `chunks of ${length} and the rest`).toBeUndefined();
  }
});

it('is no JSON where the whole is none, by whatever fault', () => {
  const faults = fc.constantFrom('', ',', '{', '}', '[', ']', '"', '\\', '},{', '},', ',{', 'null');
  fc.assert(
    fc.property(items, lengths, fc.nat(), fc.nat(10), faults, (list, chunks, at, cut, fault) => {
      const text = answer(list);
      const start = at % text.length;
      const body = Buffer.from(text.slice(0, start) + fault + text.slice(start + cut));
      let whole: unknown;
      try {
        whole = tokensAtOnce(body);
      } catch {
        // JSON, but no list, which what is left over tells as well.
        expect(() => tokensOf(arrive(body, chunks))).toThrow(TypeError);
        return;
      }
      expect(tokensOf(arrive(body, chunks))).toEqual(whole);
    }),
    { numRuns: 2000 },
  );
});
