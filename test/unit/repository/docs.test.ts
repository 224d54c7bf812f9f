import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replaceTable, TABLES } from '../../../scripts/tables.ts';
import { FAILURE_REASONS } from '../../../src/model/report.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe('the documentation', () => {
  it.each(TABLES.map(({ file, name, text }) => [name, file, text] as const))(
    'has the generated table of %s (otherwise run npm run docs)',
    (name, file, text) => {
      expect(read(file)).toBe(replaceTable(read(file), name, text()));
    },
  );

  it('explains every failure reason', () => {
    const explained = [...read('docs/metrics.md').matchAll(/^\| `([a-z_]+)` +\| /gm)].map(([, reason]) => reason);
    expect(explained).toEqual(expect.arrayContaining([...FAILURE_REASONS]));
  });
});
