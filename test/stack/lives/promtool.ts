import { writeFile } from 'node:fs/promises';
import type { Dialect } from '../../../simulator/dialects.ts';
import { runWithInput } from '../../support/stack.ts';
import { HOUR, type Life, scrapeTimes } from './life.ts';
import { formatLabels, type InputSeries, seriesOf } from './series.ts';

/** The alerts that fire at one instant, each as its labels. */
export type FiringAlerts = readonly Readonly<Record<string, string>>[];

/**
 * Evaluates the rules with promtool over the series of several lives. Returns the firing alerts at each step of the longest life.
 *
 * promtool only compares results with expectations. Each test expects an impossible sample, so that promtool prints the
 * actual samples. This way, several outcomes can be accepted, and a failure can be attributed to a life.
 */
export async function evaluate(
  lives: readonly Life[],
  dialect: Dialect,
  rulesFile: string,
  alerts: readonly string[],
  testFile: string,
): Promise<FiringAlerts[]> {
  const [first] = lives;
  if (first === undefined) return [];
  const longest = lives.reduce((most, life) => (life.steps > most.steps ? life : most), first);
  const inputSeries: InputSeries[] = [];
  for (const life of lives) inputSeries.push(...(await seriesOf(life, life.step < HOUR, dialect)));
  const expr = `ALERTS{alertstate="firing",alertname=~"${alerts.join('|')}"}`;
  const test = {
    rule_files: [rulesFile],
    evaluation_interval: `${first.step}s`,
    tests: [
      {
        interval: `${first.step}s`,
        input_series: inputSeries,
        promql_expr_test: scrapeTimes(longest).map((at) => ({
          expr,
          eval_time: `${at}s`,
          exp_samples: [{ labels: '{}', value: -1 }],
        })),
      },
    ],
  };
  // YAML is a superset of JSON.
  await writeFile(testFile, JSON.stringify(test));
  return parseResults((await runWithInput('promtool', ['test', 'rules', testFile], '')).output, longest.steps);
}

const GOT = /^\s*got: ?(.*)$/gm;

function parseResults(printed: string, steps: number): FiringAlerts[] {
  const found = [...printed.matchAll(GOT)].map(([, samples = '']) => parseSamples(samples));
  // After an error in any rule, promtool prints no results.
  if (found.length !== steps)
    throw new Error(`promtool printed ${found.length} results instead of ${steps}: ${printed.slice(0, 3000)}`);
  return found;
}

const SAMPLE = /\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} \S+/g;
const LABEL = /(\w+)=("(?:[^"\\]|\\.)*")/g;

function parseSamples(samples: string): FiringAlerts {
  return [...samples.matchAll(SAMPLE)].map(([, labels = '']) =>
    Object.fromEntries([...labels.matchAll(LABEL)].map(([, name, value = '""']) => [name, JSON.parse(value)])),
  );
}

/** Returns the subject of an alert: its labels without those that identify the alert. */
export function subjectOf(labels: Readonly<Record<string, string>>): string {
  const { __name__, alertstate, alertname, severity, ...rest } = labels;
  return formatLabels(Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
}
