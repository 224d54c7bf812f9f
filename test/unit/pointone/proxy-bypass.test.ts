import { describe, expect, it } from 'vitest';
import { bypassesProxy, isLoopback } from '../../../src/pointone/proxy-bypass.ts';

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
])('%s bypasses the proxy with NO_PROXY=%j', (endpoint, noProxy) => {
  expect(bypassesProxy(new URL(endpoint), noProxy)).toBe(true);
});

it.each([
  ['https://api.example/graphql', ''],
  ['https://api.example/graphql', ' , '],
  ['https://api.example/graphql', 'pi.example'],
  ['https://api.example/graphql', 'api.example.org'],
  ['https://api.example/graphql', 'v2.api.example'],
  ['https://api.example/graphql', 'api.example:8443'],
  ['https://api.example:8443/graphql', 'api.example:443'],
  ['https://api.example/graphql', 'api.*'],
  ['https://10.0.0.1/graphql', '10.0.0.10'],
  ['https://10.0.0.1/graphql', '0.0.1'],
  ['https://10.0.0.1/graphql', '10.0.0.0/8'],
  ['https://[2001:db8::12]/graphql', '2001:db8::1'],
])('%s does not bypass the proxy with NO_PROXY=%j', (endpoint, noProxy) => {
  expect(bypassesProxy(new URL(endpoint), noProxy)).toBe(false);
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
