import { expect, it } from 'vitest';
import { isExcepted } from '../../../src/pointone/proxy-bypass.ts';

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
])('%s is excepted by %j', (endpoint, noProxy) => {
  expect(isExcepted(new URL(endpoint), noProxy)).toBe(true);
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
])('%s is not excepted by %j', (endpoint, noProxy) => {
  expect(isExcepted(new URL(endpoint), noProxy)).toBe(false);
});
