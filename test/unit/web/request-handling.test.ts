import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { createRequestLimit } from '../../../src/web/request-handling.ts';

it('a client that disconnects before its handler runs does not count towards the request limit', async () => {
  const app = express();
  let passed = 0;
  app.use((request, response, next) => {
    if (request.path !== '/leaves') {
      next();
      return;
    }
    response.once('close', () => {
      next();
      passed += 1;
    });
    request.socket.destroy();
  });
  const admit = createRequestLimit(1);
  app.get(['/leaves', '/stays'], (_request, response) => {
    if (admit(response)) response.end('here you are');
  });
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const disconnecting = get(`${url}/leaves`);
  await new Promise((resolve) => disconnecting.once('error', resolve));
  expect(passed).toBe(1);
  expect(await (await fetch(`${url}/stays`)).text()).toBe('here you are');
});
