import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { stackTest } from '../support/stack.ts';
import { formatProblem, type Problem } from './lives/comparison.ts';
import { countEvents, type EventKind } from './lives/coverage.ts';
import { describeLife } from './lives/describe-life.ts';
import { lives } from './lives/generate.ts';
import { runRules } from './lives/run-rules.ts';

// Evaluating so many rules over so many series takes a minute on two idle cores.
vi.setConfig({ testTimeout: 600_000 });

/** LIVES_SEED makes other lives; LIVES_ONLY, as in `h17,m3`, tries some of them alone. */
const SEED = process.env['LIVES_SEED'] ?? '1';
const ONLY = process.env['LIVES_ONLY']?.split(',');
const LIVES = lives(SEED).filter(({ id }) => ONLY?.includes(id) ?? true);

const RULES_FILE = fileURLToPath(new URL('../../alerts/rules.yml', import.meta.url));

/** How many accounts each kind of event must befall, whatever the seed, for the trial to mean anything. */
const LEAST: Readonly<Record<EventKind, number>> = {
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
  'replicas side by side': 180,
  'one replica blind': 80,
  'two environments with the same account name': 100,
  'account removed': 40,
  'account removed while no exporter answered': 2,
  'odd list without the successor': 50,
  'successor lost': 100,
  'expected token missing': 80,
  'expired two weeks ago': 40,
  'expired four weeks ago': 5,
};

function report(problems: readonly Problem[]): string {
  const wrong = new Map<string, Problem[]>();
  for (const problem of problems) wrong.set(problem.life, [...(wrong.get(problem.life) ?? []), problem]);
  const worst = [...wrong].slice(0, ONLY === undefined ? 5 : Number.POSITIVE_INFINITY);
  return [
    `${wrong.size} of ${LIVES.length} lives of seed ${SEED} are not told as they were.`,
    ...worst.flatMap(([id, found]) => [
      ...LIVES.filter((life) => life.id === id).map(describeLife),
      ...found
        .slice(0, ONLY === undefined ? 3 : Number.POSITIVE_INFINITY)
        .map((problem) => `  ${formatProblem(problem)}`),
      `  alone: LIVES_SEED=${SEED} LIVES_ONLY=${id} npx vitest run test/stack/lives.test.ts`,
    ]),
  ].join('\n');
}

describe('the rules over generated lives', () => {
  it.skipIf(ONLY !== undefined)('have enough of every kind of event to deal with', () => {
    const counts = countEvents(LIVES);
    const kinds = Object.keys(LEAST) as EventKind[];
    expect(kinds.filter((kind) => counts[kind] < LEAST[kind]).map((kind) => `${kind}: ${counts[kind]}`)).toEqual([]);
  });

  stackTest('miss no expiry, page for nothing, and are right about the rest', ['promtool'], async () => {
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
