import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { alertsWithoutLife, compare, type Problem } from './comparison.ts';
import { type Life, MINUTE } from './life.ts';
import { ALERT_GROUPS } from './oracle.ts';
import { evaluate } from './promtool.ts';

/** Alerts about the exporter itself, none of which may fire while nothing is wrong with it. */
const EXPORTER_ALERTS = [
  'PointOneExporterDown',
  'PointOneScrapeFailing',
  'PointOneCredentialRejected',
  'PointOneClockSkew',
];

/**
 * How many lives share a Prometheus. Fewer costs time, as each evaluation has its price whatever it finds; more, and
 * the rules that look far back meet promtool's limit of 10,000 samples a query.
 */
const LIVES_PER_RUN = { minute: 5, hour: 20 } as const;

/** What the rules got wrong, over all these lives. */
export async function runRules(lives: readonly Life[], rulesFile: string): Promise<Problem[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pointone-lives-'));
  try {
    const limit = pLimit(availableParallelism());
    const problems = batches(lives).map((batch, index) =>
      limit(async () => {
        const calm = batch[0]?.step === MINUTE && batch.every(isHealthy);
        const alerts = [...Object.values(ALERT_GROUPS).flat(), ...(calm ? EXPORTER_ALERTS : [])];
        const firings = await evaluate(batch, rulesFile, alerts, join(folder, `${index}.json`));
        return [...alertsWithoutLife(batch, firings), ...batch.flatMap((life) => compare(life, firings))];
      }),
    );
    return (await Promise.all(problems)).flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Lives of one step and of about the same length, the longest first; the healthy ones among themselves. */
function batches(lives: readonly Life[]): Life[][] {
  const sorted = [...lives].sort(
    (a, b) => b.steps * b.step - a.steps * a.step || Number(isHealthy(b)) - Number(isHealthy(a)),
  );
  const found: Life[][] = [];
  for (const kind of ['minute', 'hour'] as const) {
    const alike = sorted.filter((life) => (life.step === MINUTE) === (kind === 'minute'));
    for (let start = 0; start < alike.length; start += LIVES_PER_RUN[kind]) {
      found.push(alike.slice(start, start + LIVES_PER_RUN[kind]));
    }
  }
  return found;
}

/** Whether all exporters are there all the time, and read every account. */
function isHealthy(life: Life): boolean {
  return life.deployments.every(
    ({ accounts, replicas }) =>
      accounts.every(
        ({ unreadable: unread, configured }) => unread.length === 0 && configured.to === Number.POSITIVE_INFINITY,
      ) &&
      replicas.every(({ exists, down }) => down.length === 0 && exists.to - exists.from === Number.POSITIVE_INFINITY),
  );
}
