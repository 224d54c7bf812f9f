import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { stackTest } from '../support/stack.ts';
import { formatProblem, type Problem } from './lives/comparison.ts';
import { countEvents, type EventKind } from './lives/coverage.ts';
import { describeLife } from './lives/describe-life.ts';
import { lives } from './lives/generate.ts';
import { runRules } from './lives/run-rules.ts';

// Evaluating the rules over all series takes a minute on two idle cores.
vi.setConfig({ testTimeout: 1_200_000 });

/** LIVES_SEED generates other lives. LIVES_ONLY, for example `h17,m3`, selects some of them. */
const SEED = process.env['LIVES_SEED'] ?? '1';
const ONLY = process.env['LIVES_ONLY']?.split(',');
const LIVES = lives(SEED).filter(({ id }) => ONLY?.includes(id) ?? true);

const RULES_FILE = fileURLToPath(new URL('../../alerts/rules.yml', import.meta.url));

/** The minimum number of accounts to which each kind of event must happen with any seed, for a meaningful test. */
const MIN_COUNTS: Readonly<Record<EventKind, number>> = {
  rotation: 100,
  overlap: 300,
  'vanishing at expiry': 150,
  'deletion long before expiry': 50,
  revocation: 50,
  'createdAt missing': 10,
  'createdAt after expiresAt': 20,
  'createdAt in the future': 20,
  'unknown status': 30,
  'EXPIRED without a date': 25,
  'EXPIRED before its date': 80,
  'no expiry': 70,
  'API outage across an expiry': 25,
  'exporter down across an expiry': 6,
  'target gone across an expiry': 4,
  'outage of more than a week': 5,
  flapping: 50,
  'exporter restart': 60,
  'pod replaced by another': 60,
  'concurrent replicas': 180,
  'one replica cannot read': 80,
  'two environments with the same account name': 100,
  'target labels with the names of metric labels': 80,
  'account removed': 40,
  'account removed while no exporter answered': 2,
  'one list without the successor': 50,
  'successor lost': 100,
  'expected token missing': 80,
  'expired two weeks ago': 40,
  'expired four weeks ago': 5,
};

function report(problems: readonly Problem[]): string {
  const byLife = new Map<string, Problem[]>();
  for (const problem of problems) byLife.set(problem.life, [...(byLife.get(problem.life) ?? []), problem]);
  const reported = [...byLife].slice(0, ONLY === undefined ? 5 : Number.POSITIVE_INFINITY);
  return [
    `The rules are wrong in ${byLife.size} of ${LIVES.length} lives (seed ${SEED}).`,
    ...reported.flatMap(([id, found]) => [
      ...LIVES.filter((life) => life.id === id).map(describeLife),
      ...found
        .slice(0, ONLY === undefined ? 3 : Number.POSITIVE_INFINITY)
        .map((problem) => `  ${formatProblem(problem)}`),
      `  run only this life: LIVES_SEED=${SEED} LIVES_ONLY=${id} npx vitest run test/stack/lives.test.ts`,
    ]),
  ].join('\n');
}

describe('the rules over generated lives', () => {
  it.skipIf(ONLY !== undefined)('cover enough events of every kind', () => {
    const counts = countEvents(LIVES);
    const kinds = Object.keys(MIN_COUNTS) as EventKind[];
    expect(kinds.filter((kind) => counts[kind] < MIN_COUNTS[kind]).map((kind) => `${kind}: ${counts[kind]}`)).toEqual(
      [],
    );
  });

  stackTest('miss no expiry, send no false page, and fire all other alerts as expected', ['promtool'], async () => {
    const problems = await runRules(LIVES, RULES_FILE);
    const count = (fault: Problem['kind']): number => problems.filter((problem) => problem.kind === fault).length;
    const counts = { missed: count('missed'), false: count('false'), wrong: count('wrong') };
    console.log(
      `lives: seed ${SEED}, ${LIVES.length} lives, ${counts.missed} pages missed, ${counts.false} false pages, ` +
        `${counts.wrong} other alerts wrong`,
    );
    expect(counts, report(problems)).toEqual({ missed: 0, false: 0, wrong: 0 });
  });
});
