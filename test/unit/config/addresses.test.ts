import { describe, expect, it } from 'vitest';
import { endpointUrl, externalUrl, listenAddress, plaintextProblem, urlPath } from '../../../src/config/addresses.ts';

describe('an endpoint', () => {
  it.each([
    'https://graphql.pointonenav.com/graphql',
    'https://api.example:8443/graphql?tenant=1',
    'http://localhost:4000/',
    'http://[::1]:4000/graphql',
    'HTTPS://API.EXAMPLE/',
  ])('may be %s', (text) => {
    expect(endpointUrl.parse(text)).toEqual({ value: new URL(text) });
  });

  it.each([
    ['', /not an address/],
    ['graphql.pointonenav.com', /not an address/],
    ['/graphql', /not an address/],
    ['https://', /not an address/],
    ['https://api.example:99999/', /not an address/],
    ['ftp://api.example/', /https:\/\//],
    ['localhost:4000', /https:\/\//],
    ['file:///etc/passwd', /https:\/\//],
    ['https://user@api.example/', /user name or password/],
    ['https://:hunter2@api.example/', /user name or password/],
    ['https://user:hunter2@api.example/', /user name or password/],
    ['https://api.example/#hunter2', /fragment/],
    ['user:hunter2@api.example', /https:\/\//],
    ['https://user:hunter2@', /not an address/],
  ])('may not be %j, and nothing of it is repeated', (text, problem) => {
    expect(endpointUrl.parse(text)).toEqual({ problem: expect.stringMatching(problem) });
    expect(endpointUrl.parse(text)).toEqual({ problem: expect.not.stringContaining('hunter2') });
  });
});

describe('an external address', () => {
  it.each(['https://metrics.example.com', 'http://metrics.example.com:8080/pointone/', 'http://[::1]:10210'])(
    'may be %s',
    (text) => {
      expect(externalUrl.parse(text)).toEqual({ value: new URL(text) });
    },
  );

  it.each([
    ['metrics.example.com', /not an address/],
    ['ftp://metrics.example.com', /https:\/\//],
    ['metrics:10210', /https:\/\//],
    ['https://user:hunter2@metrics.example.com', /published/],
    ['https://metrics.example.com/?hunter2', /query/],
    ['https://metrics.example.com/#hunter2', /fragment/],
    ['https://metrics.example.com/eyJhbGciOiJIUzI1NiJ9', /token/],
  ])('may not be %j, and nothing of it is repeated', (text, problem) => {
    expect(externalUrl.parse(text)).toEqual({ problem: expect.stringMatching(problem) });
    expect(externalUrl.parse(text)).toEqual({ problem: expect.not.stringMatching(/hunter2|eyJ/) });
  });
});

describe('a credential is sent in clear', () => {
  it.each(['http://api.example/', 'http://192.168.0.1/', 'http://127.0.0.1.example.com/', 'http://0.0.0.0/'])(
    'to %s, and the flag that allows it is told',
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
  ])('not to %s', (url) => {
    expect(plaintextProblem(new URL(url))).toBeUndefined();
  });
});

describe('an address to listen at', () => {
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
  ])('may be %s', (text, host, port) => {
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
  ])('may not be %j, and what is accepted is told', (text) => {
    expect(listenAddress.parse(text)).toEqual({ problem: expect.stringContaining(listenAddress.accepts) });
  });
});

describe('a path of our own', () => {
  it.each(['/metrics', '/', '/a/b', '/metrics/', '/pointone/v1.0_~x-y', '/probes', '/sdx', '/...'])(
    'may be %s',
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
  ])('may not be %j, and what is accepted is told', (text) => {
    expect(urlPath.parse(text)).toEqual({ problem: expect.stringContaining(urlPath.accepts) });
  });

  it.each(['/probe', '/sd', '/-/healthy', '/-/ready', '/-/reload', '/-/'])('may not be %s, which is taken', (text) => {
    expect(urlPath.parse(text)).toEqual({ problem: expect.stringContaining('taken') });
  });
});
