import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stackTest } from '../support/stack.ts';
import { shortestLivesWith } from './lives/coverage.ts';
import { lives } from './lives/generate.ts';
import { ALERTS, MUTANTS, mutate, RULES } from './lives/mutants.ts';
import { runRules } from './lives/run-rules.ts';

vi.setConfig({ testTimeout: 1_200_000 });

const LIVES = lives('1');

/** The number of lives per window kind to run a mutant over. Few are enough. */
const LIVES_PER_MUTANT = { h: 10, m: 4, w: 6, l: 1 } as const;

describe('the mutants of the rules', () => {
  it('cover every requirement and every alert that the lives test', () => {
    const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
    expect([...RULES, ...ALERTS].filter((rule) => !broken.has(rule))).toEqual([]);
  });

  stackTest('are all detected', ['promtool'], async () => {
    const rules = await readFile(new URL('../../alerts/rules.yml', import.meta.url), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'pointone-mutants-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const limit = pLimit(availableParallelism());
    const mutants = MUTANTS.map((mutant, index) => ({ mutant, file: join(folder, `${index}.yml`) }));
    for (const { mutant, file } of mutants) await writeFile(file, mutate(rules, mutant));
    const outcomes = await Promise.all(
      mutants.map(({ mutant, file }) =>
        limit(async () => {
          const selected = shortestLivesWith(LIVES, mutant.event, mutant.window, LIVES_PER_MUTANT[mutant.window]);
          return { description: mutant.description, problems: (await runRules(selected, file)).length };
        }),
      ),
    );
    expect(outcomes.filter(({ problems }) => problems === 0).map(({ description }) => description)).toEqual([]);
  });
});
