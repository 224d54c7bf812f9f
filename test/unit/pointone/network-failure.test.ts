import { describe, expect, it } from 'vitest';
import { networkFailure } from '../../../src/pointone/network-failure.ts';
import { TunnelRefusedError } from '../../../src/pointone/proxy.ts';

const SECRET = 'eyJhbGciOiJub25lIn0.c2VjcmV0.c2ln';

function coded(code: unknown, options?: ErrorOptions): Error {
  return Object.assign(new Error(`Bearer ${SECRET}`, options), { code });
}

function failure(error: unknown): { reason: string; detail: string } {
  const outcome = networkFailure(error, { host: 'api.example:8443' }, undefined);
  if (outcome.ok) throw new Error('a failure cannot be a success');
  return outcome.failure;
}

describe('the reason is', () => {
  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'CERT_HAS_EXPIRED', 'HPE_INVALID_CONSTANT', 'EODD'])(
    'network for %s',
    (code) => {
      expect(failure(coded(code)).reason).toBe('network');
    },
  );

  it('timeout for a connection that was late', () => {
    expect(failure(coded('ETIMEDOUT')).reason).toBe('timeout');
  });

  it.each([new Error('odd'), 'a text', undefined, null, { code: 'ENOTFOUND' }, coded(20)])(
    'network for %s, which has no code',
    (error) => {
      expect(failure(error)).toMatchObject({ reason: 'network', detail: expect.stringContaining('no code') });
    },
  );
});

describe('the detail', () => {
  it.each([
    ['ENOTFOUND', /does not resolve/],
    ['ECONNREFUSED', /connection refused/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['HPE_INVALID_CONSTANT', /not HTTP/],
    ['HPE_HEADER_OVERFLOW', /response headers are too large/],
  ])('says what %s means, and names it', (code, meaning) => {
    const { detail } = failure(coded(code));
    expect(detail).toMatch(meaning);
    expect(detail).toContain(code);
  });

  it('says where the call went, and through which proxy', () => {
    expect(failure(coded('ECONNREFUSED')).detail).toBe('connection refused (ECONNREFUSED at api.example:8443)');
    const outcome = networkFailure(coded('ENOTFOUND'), { host: 'api.example' }, 'proxy.example:3128');
    expect(outcome).toMatchObject({
      failure: {
        detail: 'the host name does not resolve (ENOTFOUND at api.example through the proxy proxy.example:3128)',
      },
    });
  });

  it.each([
    [403, /HTTP 403 at api\.example through the proxy proxy:3128\)$/],
    [407, /HTTP 407 .*; set the user and password/],
  ])('of a tunnel refused with %d says what the proxy wants', (status, wanted) => {
    const outcome = networkFailure(new TunnelRefusedError(status), { host: 'api.example' }, 'proxy:3128');
    expect(outcome).toMatchObject({ failure: { reason: 'network', detail: expect.stringMatching(wanted) } });
  });

  it('goes by the code behind an exception without one', () => {
    const cause = new Error('outer', { cause: new Error('middle', { cause: coded('ECONNREFUSED') }) });
    expect(failure(cause).detail).toContain('ECONNREFUSED');
  });

  it('goes by the code of several addresses that all failed', () => {
    const all = Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), {
      code: 'ECONNREFUSED',
    });
    expect(failure(all).detail).toContain('connection refused');
  });

  it('comes to an end when causes go in a circle', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(failure(circle).reason).toBe('network');
  });

  it.each([coded('ECONNRESET'), coded('EODD'), coded(SECRET), coded(`E${SECRET}`), coded(undefined), SECRET])(
    'never holds the message, or a code that is none',
    (error) => {
      expect(failure(error).detail).not.toContain(SECRET);
    },
  );
});
