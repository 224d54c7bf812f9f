import { onTestFinished } from 'vitest';
import { commandsMatching, TESTED_ELSEWHERE } from './documented-commands.ts';
import { prometheusConfiguration, scaledRules } from './shipped-configuration.ts';
import { hasFlag, startPrometheus, startVictoriaMetrics, startVmalert } from './stack.ts';

/**
 * Milliseconds of a minute. Scrapes, evaluations and lookback have the intervals of the shipped configuration and the
 * defaults of the programs, in such minutes. Three times are not scaled and are longer here than in production: the
 * timeout of a scrape is a whole minute, and VictoriaMetrics finds new samples and series a second after a flush. Without
 * flushes it finds new series after up to ten seconds, which would be five minutes here.
 */
const MINUTE = 2000;

const minutes = (count: number): string => `${Math.round(count * MINUTE)}ms`;

/** A program that evaluates the rules. */
export interface Engine {
  readonly name: 'Prometheus' | 'vmalert';
  /** Returns the firing alerts as `NAME SEVERITY ACCOUNT TOKEN`, sorted. */
  firing(): Promise<string[]>;
  /** Returns how often the rules were evaluated. */
  evaluations(): Promise<number>;
}

/** Starts Prometheus, and VictoriaMetrics with vmalert. Both scrape the exporter and evaluate the shipped rules. */
export async function startEngines(exporter: string): Promise<readonly [Engine, Engine]> {
  const [configuration, rules] = await Promise.all([
    prometheusConfiguration(exporter, undefined, minutes(1)),
    scaledRules(MINUTE),
  ]);
  return Promise.all([prometheusEngine(configuration, rules), vmalertEngine(configuration, rules)]);
}

async function prometheusEngine(configuration: string, rules: string): Promise<Engine> {
  const lookback = `--query.lookback-delta=${minutes(5)}`;
  const { url, stop } = await startPrometheus(configuration, { 'alerts/rules.yml': rules }, [lookback]);
  onTestFinished(stop);
  return engineOf('Prometheus', url, 'prometheus_rule_group_iterations_total');
}

/** The flags that the documentation does not give have their defaults, in scaled minutes. */
async function vmalertEngine(configuration: string, rules: string): Promise<Engine> {
  const storage = await startVictoriaMetrics(configuration, [`-search.latencyOffset=${minutes(0.5)}`]);
  onTestFinished(storage.stop);
  const flushes = setInterval(() => fetch(`${storage.url}/internal/force_flush`).catch(() => {}), MINUTE / 6);
  onTestFinished(() => clearInterval(flushes));
  const { url, stop } = await startVmalert(rules, [
    ...documentedFlags(storage.url),
    `-datasource.queryStep=${minutes(5)}`,
    `-remoteWrite.flushInterval=${minutes(5 / 60)}`,
    ...(hasFlag('vmalert', '-rule.evalDelay') ? [`-rule.evalDelay=${minutes(0.5)}`] : []),
  ]);
  onTestFinished(stop);
  return engineOf('vmalert', url, 'vmalert_iteration_total');
}

/** Returns the flags of vmalert in docs/scaling.md, with other addresses and a short interval. */
function documentedFlags(storage: string): string[] {
  const [, command] = commandsMatching(TESTED_ELSEWHERE.vmalert.commands)[0] ?? [];
  if (command === undefined) throw new Error('the documentation does not start vmalert');
  return command
    .split(/[\s\\]+/)
    .filter((word) => word.startsWith('-'))
    .map((flag) =>
      flag
        .replace('http://localhost:8428', storage)
        // Nothing listens there.
        .replace('http://localhost:9093', 'http://127.0.0.1:9')
        .replace('-evaluationInterval=1m', `-evaluationInterval=${minutes(1)}`),
    );
}

/** vmalert has the same API for alerts as Prometheus. */
function engineOf(name: Engine['name'], url: string, iterations: string): Engine {
  const counter = new RegExp(`^${iterations}\\{[^}]*\\} (\\S+)$`, 'm');
  return {
    name,
    async firing() {
      const response = await fetch(`${url}/api/v1/alerts`);
      type Alert = { state: string; labels: Record<string, string> };
      const { data } = (await response.json()) as { data: { alerts: Alert[] | null } };
      return (data.alerts ?? [])
        .filter(({ state }) => state === 'firing')
        .map(({ labels }) => describeAlert(labels))
        .sort();
    },
    async evaluations() {
      return Number(counter.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    },
  };
}

function describeAlert({ alertname = '', severity, account, name }: Record<string, string>): string {
  return [alertname.replace(/^PointOne/, ''), severity, account, name].filter((part) => part !== undefined).join(' ');
}
