import { expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../../src/pointone/connections.ts';
import { NoProxy } from '../../../src/pointone/proxy-bypass.ts';

it('Connections has a direct dispatcher for loopback and one proxied dispatcher for each scheme', () => {
  const proxy = 'http://proxy.example:3128/';
  const connections = new Connections({ https: proxy, http: proxy, noProxy: NoProxy.parse('').noProxy });
  onTestFinished(() => connections.close());
  const dispatcherFor = (url: string): unknown => connections.dispatcherFor(new URL(url));

  const direct = dispatcherFor('http://localhost:4000/');
  for (const url of ['https://127.0.0.1/', 'http://[::1]/']) expect(dispatcherFor(url)).toBe(direct);
  const https = dispatcherFor('https://api.example/graphql');
  const http = dispatcherFor('http://api.example/graphql');
  expect(new Set([direct, https, http])).toHaveLength(3);
  expect(dispatcherFor('https://other.example/')).toBe(https);
  expect(dispatcherFor('http://other.example/')).toBe(http);
});
