import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Dialect } from '../../../simulator/dialects.ts';
import { alertsWithoutLife, compare, type Problem } from './comparison.ts';
import { asListedIn } from './dialects.ts';
import { type Life, MINUTE } from './life.ts';
import { ALERT_GROUPS } from './oracle.ts';
import { evaluate } from './promtool.ts';

/** Alerts about the exporter itself. None of them may fire while the exporter is healthy. */
const EXPORTER_ALERTS = [
  'PointOneExporterDown',
  'PointOneScrapeFailing',
  'PointOneCredentialRejected',
  'PointOneClockSkew',
];

/**
 * The number of lives to evaluate together. Each evaluation has a fixed cost, so fewer lives per run take longer. With
 * more lives, rules with long ranges exceed promtool's limit of 10,000 samples per query.
 */
const LIVES_PER_RUN = { minute: 5, hour: 20 } as const;

/**
 * Runs the exporters of the lives, with an API of the given dialect, evaluates the rules over their series, and returns
 * all differences from the oracle.
 */
export async function runRules(
  lives: readonly Life[],
  rulesFile: string,
  dialect: Dialect = 'documented',
): Promise<Problem[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pointone-lives-'));
  try {
    const limit = pLimit(availableParallelism());
    const listed = lives.map((life) => asListedIn(dialect, life));
    const problems = batches(listed).map((batch, index) =>
      limit(async () => {
        const healthy = batch[0]?.step === MINUTE && batch.every(isHealthy);
        const alerts = [...Object.values(ALERT_GROUPS).flat(), ...(healthy ? EXPORTER_ALERTS : [])];
        const firings = await evaluate(batch, dialect, rulesFile, alerts, join(folder, `${index}.json`));
        return [...alertsWithoutLife(batch, firings), ...batch.flatMap((life) => compare(life, firings))];
      }),
    );
    return (await Promise.all(problems)).flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Groups lives by step, health and similar length, the longest first. */
function batches(lives: readonly Life[]): Life[][] {
  const sorted = [...lives].sort(
    (a, b) => b.steps * b.step - a.steps * a.step || Number(isHealthy(b)) - Number(isHealthy(a)),
  );
  const found: Life[][] = [];
  for (const kind of ['minute', 'hour'] as const) {
    const sameStep = sorted.filter((life) => (life.step === MINUTE) === (kind === 'minute'));
    for (let start = 0; start < sameStep.length; start += LIVES_PER_RUN[kind]) {
      found.push(sameStep.slice(start, start + LIVES_PER_RUN[kind]));
    }
  }
  return found;
}

/** Reports whether all exporters are always up and every fetch succeeds. */
function isHealthy(life: Life): boolean {
  return life.deployments.every(
    ({ accounts, replicas }) =>
      accounts.every(
        ({ unreadable, configured }) => unreadable.length === 0 && configured.to === Number.POSITIVE_INFINITY,
      ) &&
      replicas.every(({ exists, down }) => down.length === 0 && exists.to - exists.from === Number.POSITIVE_INFINITY),
  );
}
