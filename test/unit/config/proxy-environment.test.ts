import { describe, expect, it } from 'vitest';
import { readProxySettings } from '../../../src/config/proxy-environment.ts';
import type { Environment } from '../../../src/config/resolve.ts';

/** Returns those of the endpoints that are reached without a proxy. */
function bypassing(environment: Environment, ...endpoints: string[]): string[] {
  const { noProxy } = readProxySettings(environment).proxy;
  return endpoints.filter((endpoint) => noProxy.includes(new URL(endpoint)));
}

describe('the proxy settings', () => {
  it('are empty when no variable is set', () => {
    expect(readProxySettings({})).toMatchObject({ proxy: { https: '', http: '' }, problems: [] });
    expect(bypassing({}, 'https://c.example')).toEqual([]);
  });

  it('are empty when the variables are empty', () => {
    const environment = { HTTPS_PROXY: '', http_proxy: '', NO_PROXY: '' };
    expect(readProxySettings(environment)).toMatchObject({ proxy: { https: '', http: '' }, problems: [] });
    expect(bypassing(environment, 'https://c.example')).toEqual([]);
  });

  it('have separate proxies for HTTPS and HTTP', () => {
    const environment = { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'https://b:2', NO_PROXY: 'c.example,.d' };
    expect(readProxySettings(environment)).toMatchObject({
      proxy: { https: 'http://a:1/', http: 'https://b:2/' },
      problems: [],
    });
    const endpoints = ['https://c.example', 'https://d', 'https://e.d'];
    expect(bypassing(environment, ...endpoints, 'https://f.example')).toEqual(endpoints);
  });

  it('prefer the lower-case name', () => {
    const environment = {
      HTTPS_PROXY: 'http://upper:1',
      https_proxy: 'http://lower:1',
      NO_PROXY: 'upper',
      no_proxy: 'lower',
    };
    expect(readProxySettings(environment).proxy.https).toBe('http://lower:1/');
    expect(bypassing(environment, 'https://upper', 'https://lower')).toEqual(['https://lower']);
  });

  it('use the upper-case name when the lower-case variable is empty', () => {
    expect(readProxySettings({ HTTPS_PROXY: 'http://upper:1', https_proxy: '' }).proxy.https).toBe('http://upper:1/');
  });

  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['proxy.example', 'http://proxy.example/'],
    ['10.0.0.1:3128', 'http://10.0.0.1:3128/'],
    ['user:pass@proxy.example:3128', 'http://user:pass@proxy.example:3128/'],
    ['HTTP://proxy.example', 'http://proxy.example/'],
    ['http://user:p%40ss@proxy.example', 'http://user:p%40ss@proxy.example/'],
    ['http://user@proxy.example', 'http://user@proxy.example/'],
    [' http://proxy.example ', 'http://proxy.example/'],
  ])('read %j as %s', (value, href) => {
    expect(readProxySettings({ HTTPS_PROXY: value })).toMatchObject({ proxy: { https: href }, problems: [] });
  });
});

describe('an invalid proxy URL', () => {
  it.each([
    'socks5://user:hunter2@proxy.example',
    'http://user:hunter2@',
    'http://:hunter2@proxy.example',
    'http://user:hunter2%zz@proxy.example',
    'http://user:hunter2@proxy.example:99999',
    'http://hunter2 proxy',
    'file:///hunter2',
  ])('is a problem that does not quote it: %s', (value) => {
    const { proxy, problems } = readProxySettings({ http_proxy: value });
    expect(proxy.http).toBe('');
    expect(problems).toEqual([{ location: 'http_proxy', message: expect.stringContaining('http://host:port') }]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('is reported together with other invalid URLs', () => {
    const { problems } = readProxySettings({ HTTP_PROXY: 'ftp://a', HTTPS_PROXY: 'ftp://b' });
    expect(problems.map(({ location }) => location).sort()).toEqual(['HTTPS_PROXY', 'HTTP_PROXY']);
  });
});

describe('an entry of NO_PROXY that cannot be understood', () => {
  it('is a problem that gives its position, and its value if it consists of digits', () => {
    const { problems } = readProxySettings({ NO_PROXY: 'localhost,10.0.0.0/33 api.*' });
    expect(problems.map(({ location, message }) => [location, message.split(';')[0]])).toEqual([
      ['NO_PROXY', 'invalid entry 2 ("10.0.0.0/33")'],
      ['NO_PROXY', 'invalid entry 3'],
    ]);
    expect(problems[0]?.message).toContain('10.0.0.0/8');
  });

  it('is a problem of the variable that is used', () => {
    const { problems } = readProxySettings({ NO_PROXY: 'localhost', no_proxy: '10.' });
    expect(problems.map(({ location }) => location)).toEqual(['no_proxy']);
  });

  it.each(['http://user:hunter2@proxy.example', 'user:hunter2 @proxy.example', 'hunter2/x'])(
    'is not quoted if it may contain a password: %s',
    (value) => {
      const { problems } = readProxySettings({ NO_PROXY: value });
      expect(problems).not.toEqual([]);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    },
  );
});
