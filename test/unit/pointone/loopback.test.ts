import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../src/pointone/loopback.ts';

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
  ])('holds of %s', (url) => {
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
  ])('does not hold of %s', (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(false);
  });
});
