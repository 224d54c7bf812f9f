import { expect, it } from 'vitest';
import { createdAtLabel } from '../../../src/model/token.ts';
import { token } from '../support/make.ts';

it.each([
  [Date.UTC(2026, 2, 1, 9), '2026-03-01T09:00:00Z'],
  [Date.UTC(2026, 2, 1, 9) + 1, '2026-03-01T09:00:00.001Z'],
  [undefined, ''],
])('createdAt %s gives the label created_at %j', (createdAt, label) => {
  expect(createdAtLabel(token({ createdAt }))).toBe(label);
});
