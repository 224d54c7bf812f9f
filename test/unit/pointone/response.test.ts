import { describe, expect, it } from 'vitest';
import {
  type ApiResponse,
  type BodyKind,
  bodyKind,
  interpretResponse,
  isRateLimited,
  needsBody,
  type ResponseHead,
  requestedPauseMs,
} from '../../../src/pointone/response.ts';
import { parseToken } from '../../../src/pointone/token-parser.ts';
import { classifyStatus } from '../support/builders.ts';

const SECRET = 'eyJhbGciOiJub25lIn0.c2VjcmV0.c2ln';
const LIST = { data: { viewPersonalAccessTokens: [] } };

/** @param now the local time, for a response without `Date` */
function head(status: number, headers: Record<string, string> = {}, now = 0): ResponseHead {
  const response = { status, headers: new Headers(headers) };
  return { ...response, pauseMs: requestedPauseMs(response, now) };
}

/** @param json undefined for an empty body */
function response(status: number, json: unknown, headers: Record<string, string> = {}): ApiResponse {
  return { ...head(status, headers), json, bodyKind: json === undefined ? 'empty' : 'json', tokens: [] };
}

function withoutJson(status: number, kind: BodyKind, headers: Record<string, string> = {}): ApiResponse {
  return { ...response(status, undefined, headers), bodyKind: kind };
}

function errors(code?: unknown): { errors: unknown[] } {
  return { errors: [{ message: `no, ${SECRET}`, extensions: { code } }] };
}

async function reasonFor(status: number, json: unknown, headers?: Record<string, string>): Promise<string> {
  const outcome = await interpretResponse(response(status, json, headers), classifyStatus);
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

describe('a response is a list', () => {
  it('with all items in the order of the API', async () => {
    const items = [{ name: 'b' }, { name: 'a' }, { name: 'b' }, null];
    const outcome = await interpretResponse(
      response(200, { data: { viewPersonalAccessTokens: items } }),
      classifyStatus,
    );
    expect(outcome.ok && outcome.tokens.map(({ name }) => name)).toEqual(['b', 'a', 'b', '']);
  });

  it.each([
    ['without a token', LIST],
    ['with errors null', { ...LIST, errors: null }],
    ['with errors empty', { ...LIST, errors: [] }],
    ['with unknown extensions', { ...LIST, extensions: { cost: 1 }, more: true }],
  ])('%s', async (_what, json) => {
    expect(await interpretResponse(response(200, json), classifyStatus)).toEqual({ ok: true, tokens: [] });
  });

  it('with any content type', async () => {
    expect(await reasonFor(200, LIST, { 'content-type': 'text/html' })).toBe('ok');
  });

  it('with the content encoding identity in any case', async () => {
    expect(await reasonFor(200, LIST, { 'content-encoding': 'identity' })).toBe('ok');
    expect(await reasonFor(200, LIST, { 'content-encoding': 'Identity' })).toBe('ok');
  });
});

/** A list of two tokens; the expiry of the second one raised an error. */
const PARTIAL = {
  data: {
    viewPersonalAccessTokens: [
      { name: 'a', role: 'R', status: 'ACTIVE', createdAt: '2026-03-01', expiresAt: '2027-03-01' },
      { name: 'b', role: 'R', status: 'ACTIVE', createdAt: '2026-03-01', expiresAt: null },
    ],
  },
  errors: [{ message: `no, ${SECRET}`, path: ['viewPersonalAccessTokens', 1, 'expiresAt'] }],
};

function partialWith(code: string) {
  return { ...PARTIAL, errors: PARTIAL.errors.map((error) => ({ ...error, extensions: { code } })) };
}

describe('a partial result', () => {
  it.each([200, 203, 294])('is the list with unreadable fields at status %d', async (status) => {
    const outcome = await interpretResponse(response(status, PARTIAL), classifyStatus);
    expect(outcome).toMatchObject({ ok: true, tokens: [{ unreadable: [] }, { unreadable: ['expiresAt'] }] });
  });

  it.each(['UNAUTHENTICATED', 'UNAUTHORIZED', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR'])(
    'can have the code %s',
    async (code) => {
      expect(await reasonFor(200, partialWith(code))).toBe('ok');
    },
  );

  it.each<[string, number, unknown, Record<string, string>?]>([
    ['forbidden', 403, partialWith('FORBIDDEN')],
    ['unauthenticated', 401, PARTIAL],
    ['rate_limited', 429, PARTIAL],
    ['http', 302, PARTIAL],
    ['graphql', 400, PARTIAL],
    ['http', 500, PARTIAL],
    ['graphql', 200, PARTIAL, { 'content-encoding': 'gzip' }],
  ])('is a failure with the reason %s at status %d', async (reason, status, json, headers) => {
    expect(await reasonFor(status, json, headers)).toBe(reason);
  });

  it.each([
    ['unauthenticated', 'UNAUTHENTICATED'],
    ['forbidden', 'FORBIDDEN'],
    ['graphql', 'INTERNAL_SERVER_ERROR'],
  ])('is a failure with the reason %s if every expiry raised the error %s', async (reason, code) => {
    const { data, errors } = partialWith(code);
    const viewPersonalAccessTokens = data.viewPersonalAccessTokens.slice(1);
    const [error] = errors.map((one) => ({ ...one, path: ['viewPersonalAccessTokens', 0, 'expiresAt'] }));
    expect(await reasonFor(200, { data: { viewPersonalAccessTokens }, errors: [error] })).toBe(reason);
  });

  it('is a failure if a later error is not one of a field', async () => {
    expect(await reasonFor(200, { ...PARTIAL, errors: [...PARTIAL.errors, ...errors('FORBIDDEN').errors] })).toBe(
      'forbidden',
    );
  });

  it('marks a token that was parsed while the body arrived', async () => {
    const [early, ...rest] = PARTIAL.data.viewPersonalAccessTokens.toReversed();
    const json = {
      data: { viewPersonalAccessTokens: rest },
      errors: [{ path: ['viewPersonalAccessTokens', 0, 'expiresAt'] }],
    };
    const tokens = [parseToken(early, classifyStatus)];
    const outcome = await interpretResponse({ ...response(200, json), tokens }, classifyStatus);
    expect(outcome).toMatchObject({
      tokens: [
        { name: 'b', unreadable: ['expiresAt'] },
        { name: 'a', unreadable: [] },
      ],
    });
  });
});

describe('a failure has the reason', () => {
  it.each<[string, string, number, unknown, Record<string, string>?]>([
    ['unauthenticated', '401 in the format of Apollo Server', 401, errors('UNAUTHENTICATED')],
    ['unauthenticated', '401 without a body', 401, undefined],
    ['unauthenticated', '200 with UNAUTHENTICATED', 200, errors('UNAUTHENTICATED')],
    ['unauthenticated', '200 with UNAUTHORIZED and a list', 200, { ...LIST, ...errors('UNAUTHORIZED') }],
    ['unauthenticated', '500 with UNAUTHENTICATED', 500, errors('UNAUTHENTICATED')],
    ['unauthenticated', '403 with UNAUTHENTICATED', 403, errors('UNAUTHENTICATED')],
    [
      'unauthenticated',
      'a later error with UNAUTHENTICATED',
      200,
      { errors: [{}, ...errors('UNAUTHENTICATED').errors] },
    ],
    ['forbidden', '403 without a body', 403, undefined],
    ['forbidden', '403 with a JSON string', 403, '<html>'],
    ['forbidden', '403 with errors of another code', 403, errors('BAD_USER_INPUT')],
    ['forbidden', '200 with FORBIDDEN', 200, errors('FORBIDDEN')],
    ['forbidden', '400 with FORBIDDEN', 400, errors('FORBIDDEN')],
    ['rate_limited', '429', 429, undefined],
    ['rate_limited', '429 with errors', 429, errors('TOO_MANY_REQUESTS')],
    ['rate_limited', '503 with Retry-After', 503, undefined, { 'retry-after': '5' }],
    ['rate_limited', '403 with Retry-After', 403, undefined, { 'retry-after': '5' }],
    ['rate_limited', '403 with Retry-After and FORBIDDEN', 403, errors('FORBIDDEN'), { 'retry-after': '5' }],
    ['http', '503 without Retry-After', 503, undefined],
    ['http', '502 with Retry-After', 502, undefined, { 'retry-after': '5' }],
    ['http', '407', 407, undefined],
    ['http', '407 with errors', 407, errors('FORBIDDEN')],
    ['http', '500', 500, undefined],
    ['http', '500 with errors', 500, errors('INTERNAL_SERVER_ERROR')],
    ['http', '500 with a list', 500, LIST],
    ['http', '502 with a page', 502, '<html>'],
    ['http', '404 with a body that is not JSON', 404, undefined],
    ['http', '404 with a list', 404, LIST],
    ['http', '400 with errors empty', 400, { errors: [] }],
    ['http', '301', 301, undefined],
    ['http', '302 with a list', 302, LIST],
    ['http', '304 with errors', 304, errors()],
    ['graphql', '400 with errors', 400, errors('GRAPHQL_VALIDATION_FAILED')],
    ['graphql', '404 with errors', 404, errors()],
    ['graphql', '200 with errors', 200, errors()],
    ['graphql', '200 with errors and a list', 200, { ...LIST, ...errors() }],
    ['graphql', '200 with an error that is not an object', 200, { ...LIST, errors: ['no'] }],
    ['graphql', '200 with a null error', 200, { errors: [null] }],
    [
      'graphql',
      '200 with an error whose extensions are a string',
      200,
      { errors: [{ extensions: 'UNAUTHENTICATED' }] },
    ],
    ['invalid_response', '200 with a body that is not JSON', 200, undefined],
    ['invalid_response', '204 without a body', 204, undefined],
    ['invalid_response', '200 with null', 200, null],
    ['invalid_response', '200 with a list', 200, []],
    ['invalid_response', '200 with a string', 200, 'ok'],
    ['invalid_response', '200 with an empty object', 200, {}],
    ['invalid_response', '200 with data null', 200, { data: null }],
    ['invalid_response', '200 with data of another field', 200, { data: { viewer: [] } }],
    ['invalid_response', '200 with the list null', 200, { data: { viewPersonalAccessTokens: null } }],
    ['invalid_response', '200 with an object instead of the list', 200, { data: { viewPersonalAccessTokens: {} } }],
    ['invalid_response', '200 with errors that are not a list', 200, { ...LIST, errors: 'none' }],
    ['invalid_response', '200 with a compressed body', 200, undefined, { 'content-encoding': 'gzip' }],
  ])('%s: %s', async (reason, _what, status, json, headers) => {
    expect(await reasonFor(status, json, headers)).toBe(reason);
  });
});

describe('a response from something between the exporter and the API', () => {
  it.each<[number, BodyKind]>([
    [401, 'html'],
    [403, 'html'],
    [403, 'other'],
    [404, 'html'],
    [500, 'html'],
    [502, 'html'],
    [511, 'html'],
  ])('is http with a hint: %d with %s', async (status, kind) => {
    const outcome = await interpretResponse(withoutJson(status, kind), classifyStatus);
    const detail = expect.stringContaining('something between the exporter and the API responded');
    expect(outcome).toEqual({ ok: false, failure: { reason: 'http', detail } });
  });

  it('is invalid_response with the same hint if its status is 200', async () => {
    const outcome = await interpretResponse(withoutJson(200, 'html'), classifyStatus);
    const detail = expect.stringContaining('something between the exporter and the API responded');
    expect(outcome).toEqual({ ok: false, failure: { reason: 'invalid_response', detail } });
  });

  it('is rate_limited if it has Retry-After', async () => {
    const outcome = await interpretResponse(withoutJson(403, 'html', { 'retry-after': '5' }), classifyStatus);
    expect(outcome).toMatchObject({ failure: { reason: 'rate_limited' } });
  });

  it.each([404, 502])('is not assumed for plain text with %d', async (status) => {
    expect(await interpretResponse(withoutJson(status, 'other'), classifyStatus)).toEqual({
      ok: false,
      failure: { reason: 'http', detail: `HTTP ${status}` },
    });
  });
});

describe('bodyKind', () => {
  it.each<[BodyKind, string]>([
    ['html', '<html><body>Forbidden</body></html>'],
    ['html', '\ufeff\r\n <!DOCTYPE html>'],
    ['html', '<!-- blocked --><h1>403</h1>'],
    ['html', '<?xml version="1.0"?><html/>'],
    ['other', 'Forbidden'],
    ['other', '< 3'],
    ['other', '{"data":'],
    ['empty', ''],
    ['empty', ' \r\n'],
  ])('is %s for %j', (kind, text) => {
    expect(bodyKind(text, undefined)).toBe(kind);
  });

  it('is json for every JSON value', () => {
    for (const json of [{}, [], null, '<html>', 0, false]) expect(bodyKind(JSON.stringify(json), json)).toBe('json');
  });
});

describe('needsBody', () => {
  it.each<[boolean, number, Record<string, string>, string?]>([
    [true, 200, {}],
    [true, 400, {}],
    [true, 403, {}],
    [true, 502, { 'retry-after': '0' }],
    [false, 502, { 'retry-after': '5' }],
    [true, 401, {}, 'text/html; charset=utf-8'],
    [true, 401, {}, 'Application/XHTML+XML'],
    [false, 401, {}],
    [false, 401, {}, 'application/json; charset=utf-8'],
    [false, 403, { 'retry-after': '5' }],
    [false, 429, {}, 'text/html'],
    [false, 503, { 'retry-after': '5' }],
    [false, 302, {}],
  ])('is %s for %d with %j and the content type %s', (expected, status, headers, contentType) => {
    expect(needsBody(head(status, headers), contentType)).toBe(expected);
  });
});

it.each([
  [true, [403, 429, 500, 502, 503, 504, 599]],
  [false, [200, 301, 400, 401, 404, 407, 418]],
])('a response can ask for a pause: %s for %j', (expected, statuses) => {
  for (const status of statuses) expect(head(status, { 'retry-after': '5' }).pauseMs).toBe(expected ? 5_000 : 0);
});

it('a 403 with a Retry-After in the past, by the local clock, is not rate limited', () => {
  const date = 'Thu, 26 Nov 2026 12:00:00 GMT';
  expect(isRateLimited(head(403, { 'retry-after': date }, Date.parse(date) - 1_000))).toBe(true);
  expect(isRateLimited(head(403, { 'retry-after': date }, Date.parse(date) + 1_000))).toBe(false);
});

describe('the detail of a failure', () => {
  const detail = async (status: number, json: unknown): Promise<string> => {
    const outcome = await interpretResponse(response(status, json), classifyStatus);
    return outcome.ok ? '' : outcome.failure.detail;
  };

  it.each([
    [200, errors(SECRET)],
    [200, { errors: [{ message: SECRET, extensions: { code: { toString: SECRET } } }] }],
    [400, { errors: [{ message: SECRET, path: [SECRET] }] }],
    [401, { errors: [{ message: SECRET }] }],
    [403, SECRET],
    [500, { message: SECRET }],
    [200, { data: SECRET }],
    [200, { data: { viewPersonalAccessTokens: SECRET } }],
    [200, { errors: SECRET }],
  ])('contains no upstream text: %s %j', async (status, json) => {
    expect(await detail(status, json)).not.toBe('');
    expect(await detail(status, json)).not.toContain(SECRET);
  });

  it('names an outage as a possible cause of a failed authentication', async () => {
    const text =
      "the API could not authenticate the request; the credential is wrong, expired or revoked, or the API's " +
      'authentication has an outage';
    expect(await detail(401, undefined)).toBe(`HTTP 401: ${text}`);
    expect(await detail(200, errors('UNAUTHENTICATED'))).toBe(`HTTP 200: ${text}`);
  });

  it('contains each code of Apollo Server once', async () => {
    const { errors: one } = errors('GRAPHQL_VALIDATION_FAILED');
    const text = await detail(400, { errors: [...one, ...one] });
    expect(text.match(/GRAPHQL_VALIDATION_FAILED/g)).toHaveLength(1);
  });

  it.each([301, 404, 500])('contains the status %s', async (status) => {
    expect(await detail(status, undefined)).toContain(String(status));
  });
});

describe('isRateLimited', () => {
  it.each<[boolean, number, Record<string, string>]>([
    [true, 429, {}],
    [true, 429, { 'retry-after': '1' }],
    [true, 503, { 'retry-after': '1' }],
    [true, 403, { 'retry-after': '1' }],
    [false, 403, { 'retry-after': '0' }],
    [false, 403, { 'retry-after': 'soon' }],
    [false, 403, {}],
    [false, 502, { 'retry-after': '1' }],
    [false, 503, {}],
    [false, 500, { 'retry-after': '1' }],
    [false, 200, { 'retry-after': '1' }],
  ])('is %s for %s with %j', (expected, status, headers) => {
    expect(isRateLimited(head(status, headers))).toBe(expected);
  });
});
