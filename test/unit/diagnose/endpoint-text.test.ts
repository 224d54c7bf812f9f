import { describe, expect, it } from 'vitest';
import { endpointText, hideEndpointPath } from '../../../src/diagnose/endpoint-text.ts';

describe('the endpoint', () => {
  it.each([
    'https://graphql.pointonenav.com/graphql',
    'http://localhost:4000/',
    'https://gateway.invalid/api/v2/point-one/graphql',
  ])('with a path of words is shown: %s', (url) => {
    expect(endpointText(new URL(url))).toBe(url);
  });

  it.each(['0a1b2c', 'tenant_4711', 'a.b', 'abcdefghijklmnopqrstuvwxyz', 'a%20b', '~user'])(
    'with the part %s in its path is shown without the path',
    (part) => {
      const url = new URL(`https://gateway.invalid/${part}/graphql?key=secret`);
      expect(endpointText(url)).toBe('https://gateway.invalid/…?…');
      const detail = `HTTP 404; check the endpoint ${url.origin}${url.pathname}?…; its path is usually /graphql`;
      expect(hideEndpointPath(detail, url)).toBe(
        'HTTP 404; check the endpoint https://gateway.invalid/…?…; its path is usually /graphql',
      );
    },
  );

  it('with no path stays as it is in a text', () => {
    const text = 'check the endpoint https://gateway.invalid/; its path is usually /graphql';
    expect(hideEndpointPath(text, new URL('https://gateway.invalid'))).toBe(text);
  });
});
