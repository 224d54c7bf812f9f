import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SLOWEST } from '../../setup/slowest-first.ts';
import { REPOSITORY } from '../../support/repository.ts';

it('test/setup/slowest-first.ts lists files that exist', () => {
  expect(SLOWEST.filter((file) => !existsSync(new URL(file, REPOSITORY)))).toEqual([]);
});
