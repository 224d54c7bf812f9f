import { describe, expect, it } from 'vitest';
import { readProxySettings } from '../../../src/config/proxy-environment.ts';

describe('the proxy settings', () => {
  it('are empty when no variable is set', () => {
    expect(readProxySettings({})).toEqual({ proxy: { https: '', http: '', noProxy: '' }, problems: [] });
  });

  it('are empty when the variables are empty', () => {
    expect(readProxySettings({ HTTPS_PROXY: '', http_proxy: '', NO_PROXY: '' })).toEqual({
      proxy: { https: '', http: '', noProxy: '' },
      problems: [],
    });
  });

  it('have separate proxies for HTTPS and HTTP', () => {
    const environment = { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'https://b:2', NO_PROXY: 'c.example,.d' };
    expect(readProxySettings(environment)).toEqual({
      proxy: { https: 'http://a:1/', http: 'https://b:2/', noProxy: 'c.example,.d' },
      problems: [],
    });
  });

  it('prefer the lower-case name', () => {
    const { proxy } = readProxySettings({
      HTTPS_PROXY: 'http://upper:1',
      https_proxy: 'http://lower:1',
      NO_PROXY: 'upper',
      no_proxy: 'lower',
    });
    expect(proxy).toMatchObject({ https: 'http://lower:1/', noProxy: 'lower' });
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
