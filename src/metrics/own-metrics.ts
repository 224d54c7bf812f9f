import { collectDefaultMetrics, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import type { Build } from '../build.ts';
import { type Group, group } from './exposition.ts';
import { type Family, labelPairs, type Row } from './family.ts';
import type { Format } from './format.ts';

/** What prom-client calls a counter by its name and collects as a gauge; `promtool check metrics` rightly objects. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** The exporter's metrics about itself. They live as long as the process, which is what prom-client is for. */
export class OwnMetrics {
  readonly #build = new Registry();
  readonly #process = new Registry();

  /** @param withProcess whether `process_*` and `nodejs_*` are wanted */
  constructor({ version, revision, nodeVersion }: Build, withProcess: boolean) {
    new Gauge({
      name: 'pointone_exporter_build_info',
      help: 'The version, source revision and Node version of the exporter, always 1.',
      labelNames: ['version', 'revision', 'node_version'],
      registers: [this.#build],
    }).set({ version, revision, node_version: nodeVersion }, 1);
    if (!withProcess) return;
    collectDefaultMetrics({ register: this.#process });
    for (const name of MISNAMED) this.#process.removeSingleMetric(name);
  }

  /** The `pointone_*` part alone. */
  buildGroups(): Promise<Group[]> {
    return registryGroups(this.#build);
  }

  async groups(): Promise<Group[]> {
    return [...(await this.buildGroups()), ...(await registryGroups(this.#process))];
  }
}

/**
 * A registry's metrics for the one writer. prom-client's own printing is not used: its OpenMetrics form renames a
 * registry's counters for good.
 */
async function registryGroups(registry: Registry): Promise<Group[]> {
  const metrics: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON();
  return metrics.map((metric) => (at, format) => group([familyOf(metric)], rowsOf(metric, format))(at, format));
}

function familyOf({ name, help, type }: MetricObjectWithValues<MetricValue<string>>): Family<number> {
  // At run time prom-client gives the type by its name, as printed; its types say a numeric enum.
  return {
    name,
    help,
    type: type as unknown as Family<number>['type'],
    labels: [],
    each: (value, _at, emit) => emit(value),
  };
}

function rowsOf(metric: MetricObjectWithValues<MetricValue<string>>, format: Format): Row<number>[] {
  return metric.values.map(({ value, labels, ...rest }) => {
    const metricName = 'metricName' in rest ? String(rest.metricName) : metric.name;
    const values = Object.entries(labels).map(([name, label]) =>
      name === 'le' ? bound(label, format) : String(label),
    );
    return {
      subject: value,
      labels: labelPairs(Object.keys(labels), values),
      suffix: metricName.slice(metric.name.length),
    };
  });
}

/** OpenMetrics asks for the canonical form of a bucket's bound: `1.0`, not `1`. */
function bound(value: string | number | undefined, { openMetrics }: Format): string {
  return openMetrics && Number.isInteger(value) ? `${value}.0` : String(value);
}
