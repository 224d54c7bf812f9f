import { describe, expect, it } from 'vitest';
import { endpointUrl, externalUrl, listenAddress, plaintextProblem, urlPath } from '../../../src/config/addresses.ts';

describe('the endpoint URL', () => {
  it.each([
    'https://graphql.pointonenav.com/graphql',
    'https://api.example:8443/graphql?tenant=1',
    'http://localhost:4000/',
    'http://[::1]:4000/graphql',
    'HTTPS://API.EXAMPLE/',
  ])('accepts %s', (text) => {
    expect(endpointUrl.parse(text)).toEqual({ value: new URL(text) });
  });

  it.each([
    ['', /not a valid URL/],
    ['graphql.pointonenav.com', /not a valid URL/],
    ['/graphql', /not a valid URL/],
    ['https://', /not a valid URL/],
    ['https://api.example:99999/', /not a valid URL/],
    ['ftp://api.example/', /https:\/\//],
    ['localhost:4000', /https:\/\//],
    ['file:///etc/passwd', /https:\/\//],
    ['https://user@api.example/', /user name or password/],
    ['https://:hunter2@api.example/', /user name or password/],
    ['https://user:hunter2@api.example/', /user name or password/],
    ['https://api.example/#hunter2', /fragment/],
    ['user:hunter2@api.example', /https:\/\//],
    ['https://user:hunter2@', /not a valid URL/],
  ])('rejects %j without quoting it', (text, problem) => {
    expect(endpointUrl.parse(text)).toEqual({ problem: expect.stringMatching(problem) });
    expect(endpointUrl.parse(text)).toEqual({ problem: expect.not.stringContaining('hunter2') });
  });
});

describe('the external URL', () => {
  it.each(['https://metrics.example.com', 'http://metrics.example.com:8080/pointone/', 'http://[::1]:10210'])(
    'accepts %s',
    (text) => {
      expect(externalUrl.parse(text)).toEqual({ value: new URL(text) });
    },
  );

  it.each([
    ['metrics.example.com', /not a valid URL/],
    ['ftp://metrics.example.com', /https:\/\//],
    ['metrics:10210', /https:\/\//],
    ['https://user:hunter2@metrics.example.com', /publishes/],
    ['https://metrics.example.com/?hunter2', /query/],
    ['https://metrics.example.com/#hunter2', /fragment/],
    ['https://metrics.example.com/eyJhbGciOiJIUzI1NiJ9', /token/],
  ])('rejects %j without quoting it', (text, problem) => {
    expect(externalUrl.parse(text)).toEqual({ problem: expect.stringMatching(problem) });
    expect(externalUrl.parse(text)).toEqual({ problem: expect.not.stringMatching(/hunter2|eyJ/) });
  });
});

describe('plaintextProblem', () => {
  it.each(['http://api.example/', 'http://192.168.0.1/', 'http://127.0.0.1.example.com/', 'http://0.0.0.0/'])(
    'reports %s and names the flag that allows it',
    (url) => {
      expect(plaintextProblem(new URL(url))).toContain('--api.allow-http');
    },
  );

  it.each([
    'https://api.example/',
    'http://localhost:4000/',
    'http://127.0.0.1/',
    'http://[::1]/',
    'https://localhost/',
  ])('accepts %s', (url) => {
    expect(plaintextProblem(new URL(url))).toBeUndefined();
  });
});

describe('the listen address', () => {
  it.each([
    [':10210', undefined, 10_210],
    [':0', undefined, 0],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['localhost:65535', 'localhost', 65_535],
    ['exporter.example:9000', 'exporter.example', 9000],
    ['[::]:10210', '::', 10_210],
    ['[::1]:1', '::1', 1],
    ['[fe80::1%eth0]:1', 'fe80::1%eth0', 1],
    ['[::ffff:127.0.0.1]:1', '::ffff:127.0.0.1', 1],
  ])('accepts %s', (text, host, port) => {
    expect(listenAddress.parse(text)).toEqual({ value: { host, port } });
  });

  it.each([
    '',
    '10210',
    ':',
    'localhost',
    'localhost:',
    ':65536',
    ':-1',
    ':http',
    '::1:80',
    '[::1]',
    '[]:80',
    '[localhost]:80',
    '[dead]:80',
    '[1:2]:80',
    'http://localhost:80',
    ' :80',
    ':80 ',
    ':80\n',
    ':000080',
  ])('rejects %j and reports the accepted values', (text) => {
    expect(listenAddress.parse(text)).toEqual({ problem: expect.stringContaining(listenAddress.accepts) });
  });
});

describe('a URL path', () => {
  it.each(['/metrics', '/', '/a/b', '/metrics/', '/pointone/v1.0_~x-y', '/probes', '/sdx', '/...'])(
    'accepts %s',
    (text) => {
      expect(urlPath.parse(text)).toEqual({ value: text });
    },
  );

  it.each([
    '',
    'metrics',
    '//',
    '/a//b',
    '/a b',
    '/ä',
    '/a?b',
    '/a#b',
    '/a%20b',
    '/:name',
    '/*all',
    '/{a}',
    '/a/../b',
    '/.',
    '/..',
    '/./a',
    '/a\n',
  ])('rejects %j and reports the accepted values', (text) => {
    expect(urlPath.parse(text)).toEqual({ problem: expect.stringContaining(urlPath.accepts) });
  });

  it.each([
    '/probe',
    '/sd',
    '/runbooks',
    '/runbooks/PointOneTokenExpired',
    '/-/healthy',
    '/-/ready',
    '/-/reload',
    '/-/',
  ])('rejects %s, which is the path of another endpoint', (text) => {
    expect(urlPath.parse(text)).toEqual({ problem: expect.stringContaining('is used by another endpoint') });
  });
});
