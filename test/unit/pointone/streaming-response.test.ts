import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamingResponse } from '../../../src/pointone/streaming-response.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { hostileStrings } from '../support/arbitraries.ts';
import { classifyStatus } from '../support/builders.ts';

const CHUNK_BYTES = 64;

/** Adds a body in chunks of the given lengths, which repeat. */
function receive(body: Buffer, lengths: readonly number[] = [50]): StreamingResponse {
  const response = new StreamingResponse(classifyStatus, CHUNK_BYTES);
  for (let [start, index] = [0, 0]; start < body.length; index += 1) {
    const end = start + (lengths[index % lengths.length] as number);
    response.add(body.subarray(start, end));
    start = end;
  }
  return response;
}

/** Returns all tokens of a response, or undefined if it is not JSON. */
function tokensOf(response: StreamingResponse) {
  try {
    const rest = JSON.parse(response.end());
    return [
      ...response.tokens,
      ...rest.data.viewPersonalAccessTokens.map((item: unknown) => parseToken(item, classifyStatus)),
    ];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns the same tokens, parsed from the whole body in one step. */
function tokensOfWhole(body: Buffer) {
  const whole = new StreamingResponse(classifyStatus, Number.POSITIVE_INFINITY);
  whole.add(body);
  expect(whole.tokens).toEqual([]);
  return tokensOf(whole);
}

function listBody(items: readonly unknown[]): string {
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
  const body = Buffer.from(listBody(names.map((name) => ({ name }))));

  it('is parsed while it arrives, and the rest is a valid response', () => {
    const response = receive(body);
    const rest = JSON.parse(response.end()).data.viewPersonalAccessTokens;
    expect(response.tokens.length).toBeGreaterThan(40);
    expect(rest.length).toBeGreaterThan(0);
    expect([...response.tokens, ...rest].map(({ name }) => name)).toEqual(names);
  });

  it('leaves everything after it to the rest', () => {
    const errors = [{ message: 'no', path: [{}, {}] }];
    const response = receive(Buffer.from(`${body.toString().slice(0, -1)},"errors":${JSON.stringify(errors)}}`));
    expect(response.tokens.length).toBeGreaterThan(40);
    expect(JSON.parse(response.end()).errors).toEqual(errors);
  });

  it('can have spaces before the first item and a byte order mark', () => {
    const spaced = body.toString().replace('{"data":{', '\ufeff {\n "data" :\t{\r\n').replace('[', ' [ ');
    const response = receive(Buffer.from(spaced));
    expect(response.tokens.length).toBeGreaterThan(40);
    expect(tokensOf(response)?.map(({ name }) => name)).toEqual(names);
  });

  it('is not parsed while it arrives if something else precedes it', () => {
    const other = `{"extensions":{"a":[{},{},{}]},${body.toString().slice(1)}`;
    const response = receive(Buffer.from(other));
    expect(response.tokens).toEqual([]);
    expect(response.end()).toBe(other);
  });
});

it('the tokens do not depend on how the body is split into chunks', () => {
  fc.assert(
    fc.property(items, lengths, (list, chunks) => {
      const body = Buffer.from(listBody(list));
      expect(tokensOf(receive(body, chunks))).toEqual(tokensOfWhole(body));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['ends in a comma', '},]}}'],
  ['ends early', '}'],
  ['is closed twice', '}]]}}'],
])('a body whose list %s is not JSON, wherever its chunks end', (_what, ending) => {
  const body = Buffer.from(listBody([{ name: 'a' }, { name: 'b' }, { name: 'c' }]).replace(/\}\]\}\}$/, ending));
  for (let length = 1; length <= body.length; length += 1) {
    const response = new StreamingResponse(classifyStatus, 1);
    for (const chunk of [body.subarray(0, length), body.subarray(length)]) response.add(chunk);
    expect(tokensOf(response), `chunks of ${length} and the rest`).toBeUndefined();
  }
});

it('a corrupted body parses in chunks if and only if it parses as a whole', () => {
  const faults = fc.constantFrom('', ',', '{', '}', '[', ']', '"', '\\', '},{', '},', ',{', 'null');
  fc.assert(
    fc.property(items, lengths, fc.nat(), fc.nat(10), faults, (list, chunks, at, cut, fault) => {
      const text = listBody(list);
      const start = at % text.length;
      const body = Buffer.from(text.slice(0, start) + fault + text.slice(start + cut));
      let whole: unknown;
      try {
        whole = tokensOfWhole(body);
      } catch {
        // The body is JSON but not a list, and so is the rest.
        expect(() => tokensOf(receive(body, chunks))).toThrow(TypeError);
        return;
      }
      expect(tokensOf(receive(body, chunks))).toEqual(whole);
    }),
    { numRuns: 2000 },
  );
});
