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

vi.setConfig({ testTimeout: 600_000 });

const LIVES = lives('1');

/** How many lives of each kind of window a mutant is shown: as few as will do. */
const SHOWN = { h: 10, m: 4, w: 6, l: 1 } as const;

describe('rules with a mistake in them', () => {
  it('are there for every numbered rule and every alert that the lives judge', () => {
    const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
    expect([...RULES, ...ALERTS].filter((rule) => !broken.has(rule))).toEqual([]);
  });

  stackTest('are all found out', ['promtool'], async () => {
    const rules = await readFile(new URL('../../alerts/rules.yml', import.meta.url), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'pointone-mutants-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const limit = pLimit(availableParallelism());
    const tried = MUTANTS.map((mutant, index) => ({ mutant, file: join(folder, `${index}.yml`) }));
    for (const { mutant, file } of tried) await writeFile(file, mutate(rules, mutant));
    const outcomes = await Promise.all(
      tried.map(({ mutant, file }) =>
        limit(async () => {
          const shown = shortestLivesWith(LIVES, mutant.event, mutant.window, SHOWN[mutant.window]);
          return { wrong: mutant.description, problems: (await runRules(shown, file)).length };
        }),
      ),
    );
    expect(outcomes.filter(({ problems }) => problems === 0).map(({ wrong }) => wrong)).toEqual([]);
  });
});
