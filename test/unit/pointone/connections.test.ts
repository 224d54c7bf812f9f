import { expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../../src/pointone/connections.ts';

it('connections go to loopback by a way of their own, which no proxy is on, and elsewhere by one way for each scheme', () => {
  const proxy = 'http://proxy.example:3128/';
  const connections = new Connections({ https: proxy, http: proxy, noProxy: '' });
  onTestFinished(() => connections.close());
  const to = (url: string): unknown => connections.dispatcherFor(new URL(url));

  const direct = to('http://localhost:4000/');
  for (const url of ['https://127.0.0.1/', 'http://[::1]/']) expect(to(url)).toBe(direct);
  const secure = to('https://api.example/graphql');
  const plain = to('http://api.example/graphql');
  expect(new Set([direct, secure, plain])).toHaveLength(3);
  expect(to('https://other.example/')).toBe(secure);
  expect(to('http://other.example/')).toBe(plain);
});
