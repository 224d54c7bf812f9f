import { describe, expect, it } from 'vitest';
import { networkFailure } from '../../../src/pointone/network-failure.ts';
import { TunnelRefusedError } from '../../../src/pointone/proxy.ts';

const SECRET = 'eyJhbGciOiJub25lIn0.c2VjcmV0.c2ln';

function errorWithCode(code: unknown, options?: ErrorOptions): Error {
  return Object.assign(new Error(`Bearer ${SECRET}`, options), { code });
}

function failure(error: unknown): { reason: string; detail: string } {
  const outcome = networkFailure(error, { host: 'api.example:8443' }, undefined);
  if (outcome.ok) throw new Error('expected a failure');
  return outcome.failure;
}

describe('the reason of a network failure is', () => {
  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'CERT_HAS_EXPIRED', 'HPE_INVALID_CONSTANT', 'EODD'])(
    'network for %s',
    (code) => {
      expect(failure(errorWithCode(code)).reason).toBe('network');
    },
  );

  it('timeout for a connection timeout', () => {
    expect(failure(errorWithCode('ETIMEDOUT')).reason).toBe('timeout');
  });

  it.each([new Error('odd'), 'a text', undefined, null, { code: 'ENOTFOUND' }, errorWithCode(20)])(
    'network for %s, which has no code',
    (error) => {
      expect(failure(error)).toMatchObject({ reason: 'network', detail: expect.stringContaining('no code') });
    },
  );
});

describe('the detail of a network failure', () => {
  it.each([
    ['ENOTFOUND', /does not resolve/],
    ['ECONNREFUSED', /connection refused/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['HPE_INVALID_CONSTANT', /not HTTP/],
    ['HPE_HEADER_OVERFLOW', /response headers are too large/],
  ])('describes %s and includes it', (code, meaning) => {
    const { detail } = failure(errorWithCode(code));
    expect(detail).toMatch(meaning);
    expect(detail).toContain(code);
  });

  it('names the endpoint and the proxy', () => {
    expect(failure(errorWithCode('ECONNREFUSED')).detail).toBe('connection refused (ECONNREFUSED at api.example:8443)');
    const outcome = networkFailure(errorWithCode('ENOTFOUND'), { host: 'api.example' }, 'proxy.example:3128');
    expect(outcome).toMatchObject({
      failure: {
        detail: 'the host name does not resolve (ENOTFOUND at api.example through the proxy proxy.example:3128)',
      },
    });
  });

  it.each([
    [403, /HTTP 403 at api\.example through the proxy proxy:3128\)$/],
    [407, /HTTP 407 .*; set the user and password/],
  ])('for a tunnel refused with %d includes the status and a hint', (status, detail) => {
    const outcome = networkFailure(new TunnelRefusedError(status), { host: 'api.example' }, 'proxy:3128');
    expect(outcome).toMatchObject({ failure: { reason: 'network', detail: expect.stringMatching(detail) } });
  });

  it('uses the code of the cause if the exception has none', () => {
    const cause = new Error('outer', { cause: new Error('middle', { cause: errorWithCode('ECONNREFUSED') }) });
    expect(failure(cause).detail).toContain('ECONNREFUSED');
  });

  it('uses the code of an AggregateError when all addresses of a host failed', () => {
    const all = Object.assign(new AggregateError([errorWithCode('ECONNREFUSED'), errorWithCode('ECONNREFUSED')]), {
      code: 'ECONNREFUSED',
    });
    expect(failure(all).detail).toContain('connection refused');
  });

  it('does not loop forever over circular causes', () => {
    const circular = new Error('circular');
    circular.cause = circular;
    expect(failure(circular).reason).toBe('network');
  });

  it.each([
    errorWithCode('ECONNRESET'),
    errorWithCode('EODD'),
    errorWithCode(SECRET),
    errorWithCode(`E${SECRET}`),
    errorWithCode(undefined),
    SECRET,
  ])('never contains the message of the exception or an invalid code', (error) => {
    expect(failure(error).detail).not.toContain(SECRET);
  });
});
