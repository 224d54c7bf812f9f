import { describe, expect, it } from 'vitest';
import { isLoopback, NoProxy } from '../../../src/pointone/proxy-bypass.ts';

function parse(list: string): NoProxy {
  const { noProxy, invalid } = NoProxy.parse(list);
  expect(invalid).toEqual([]);
  return noProxy;
}

it.each([
  ['https://api.example/graphql', 'api.example'],
  ['https://API.example/graphql', 'Api.Example'],
  ['https://api.example/graphql', 'other.example, api.example'],
  ['https://api.example/graphql', 'other.example api.example'],
  ['https://api.example/graphql', 'example'],
  ['https://api.example/graphql', '.example'],
  ['https://api.example/graphql', '*.example'],
  ['https://api.example/graphql', '*'],
  ['https://api.example/graphql', 'api.example:443'],
  ['http://api.example/graphql', 'api.example:80'],
  ['http://api.example:8080/graphql', 'api.example:8080'],
  ['https://10.0.0.1/graphql', '10.0.0.1'],
  ['https://[fd00::1]/graphql', '[fd00::1]'],
  ['https://[fd00::1]/graphql', 'fd00::1'],
  ['https://[2001:db8::12]:8443/graphql', '2001:db8::12'],
  ['https://[fd00::1]:8443/graphql', '[fd00::1]:8443'],
  ['https://api.example./graphql', 'api.example'],
  ['https://api.example/graphql', 'api.example.'],
  ['https://bücher.example/graphql', 'Bücher.example'],
  ['https://api_v2.example/graphql', '_v2.example,api_v2.example'],
  ['https://10.0.0.1/graphql', '10.0.0.0/8'],
  ['https://10.255.0.1:8443/graphql', 'localhost, 10.1.2.3/8'],
  ['https://10.0.0.1/graphql', '10.0.0.1/32'],
  ['https://10.0.0.1/graphql', '0.0.0.0/0'],
  ['https://10.0.0.1:8443/graphql', '10.0.0.1:8443'],
  ['https://[::ffff:10.0.0.1]/graphql', '10.0.0.0/8'],
  ['https://[fd12::1]/graphql', 'fd00::/8'],
  ['https://[fd12::1]/graphql', 'FD00::/8'],
  ['https://[2001:db8::12]/graphql', '2001:DB8:0::12'],
])('%s bypasses the proxy with NO_PROXY=%j', (endpoint, noProxy) => {
  expect(parse(noProxy).includes(new URL(endpoint))).toBe(true);
});

it.each([
  ['https://api.example/graphql', ''],
  ['https://api.example/graphql', ' , '],
  ['https://api.example/graphql', 'pi.example'],
  ['https://api.example/graphql', 'api.example.org'],
  ['https://api.example/graphql', 'v2.api.example'],
  ['https://api.example/graphql', 'api.example:8443'],
  ['https://api.example:8443/graphql', 'api.example:443'],
  ['https://10.0.0.1/graphql', '10.0.0.10'],
  ['https://11.0.0.1/graphql', '10.0.0.0/8'],
  ['https://10.0.0.2/graphql', '10.0.0.1/32'],
  ['https://10.0.0.1:8443/graphql', '10.0.0.1:443'],
  ['https://[fe80::1]/graphql', 'fd00::/8'],
  ['https://[fd00::1]/graphql', '10.0.0.0/8'],
  ['https://10.0.0.1/graphql', '::/0'],
  ['https://10.example/graphql', '10.0.0.0/8'],
  ['https://[2001:db8::12]/graphql', '2001:db8::1'],
])('%s does not bypass the proxy with NO_PROXY=%j', (endpoint, noProxy) => {
  expect(parse(noProxy).includes(new URL(endpoint))).toBe(false);
});

it.each([
  '10.',
  '10.0.0',
  '192.168.*',
  '10.0.0.0/33',
  '10.0.0/8',
  'fd00::/129',
  '[fd00::]/8',
  '[10.0.0.1]',
  '10.0.0.1-10.0.0.9',
  '256.0.0.1',
  'fe80::1%eth0',
  'api.*',
  '*api.example',
  'a..example',
  '-api.example',
  'api.example:0',
  'api.example:65536',
  'api.example:https',
  'api.example/graphql',
  'http://api.example',
  '<local>',
  'a.example;b.example',
  '.',
  '*.',
  '"api.example"',
])('the entry %j cannot be understood', (entry) => {
  const { noProxy, invalid } = NoProxy.parse(`ok.example, ${entry}`);
  expect(invalid).toEqual([{ entry, position: 2 }]);
  expect(noProxy.includes(new URL('https://ok.example/'))).toBe(true);
});

describe('isLoopback', () => {
  it.each([
    'http://localhost:4000/graphql',
    'http://LOCALHOST/',
    'http://localhost./',
    'http://api.localhost/',
    'http://127.0.0.1/',
    'http://127.255.255.254/',
    'http://127.1/',
    'http://2130706433/',
    'http://[::1]:8080/',
    'http://[0:0:0:0:0:0:0:1]/',
  ])('is true for %s', (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(true);
  });

  it.each([
    'http://graphql.pointonenav.com/',
    'http://localhost.example.com/',
    'http://localhosts/',
    'http://notlocalhost/',
    'http://127.0.0.1.example.com/',
    'http://127.example.com/',
    'http://128.0.0.1/',
    'http://10.127.0.0.1.example/',
    'http://0.0.0.0/',
    'http://192.168.0.1/',
    'http://[::]/',
    'http://[::2]/',
    'http://[fe80::1]/',
  ])('is false for %s', (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(false);
  });
});
