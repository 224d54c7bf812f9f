import { collectDefaultMetrics, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import type { Instant } from '../model/instant.ts';
import type { BuildInfo } from '../runtime/build-info.ts';
import { createGroup, type FamilyGroup } from './exposition.ts';
import { encodeFamilies, type Family, type Format, labelPairs, type Row } from './family.ts';

/** Gauges of prom-client with the suffix of a counter, which `promtool check metrics` rejects. */
const MISNAMED_METRICS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The configuration files that can be reloaded: `--config.file` and `--web.config.file`. */
export type ConfigurationPart = 'accounts' | 'web';

/** The metrics of the exporter itself. They live as long as the process, so they use prom-client. */
export class ExporterMetrics {
  readonly #exporter = new Registry();
  readonly #process = new Registry();
  readonly #reloadSuccessful: Gauge;
  readonly #reloadSuccessAt: Gauge;
  /** The parts of the configuration whose last reload failed. */
  readonly #failedParts = new Set<ConfigurationPart>();

  /**
   * @param withProcess whether to include `process_*` and `nodejs_*`
   * @param startedAt when the configuration was first read and applied
   */
  constructor({ version, revision, nodeVersion }: BuildInfo, withProcess: boolean, startedAt: Instant) {
    new Gauge({
      name: 'pointone_exporter_build_info',
      help: "A metric with a constant '1' value labeled by version, source revision and Node.js version of the exporter.",
      labelNames: ['version', 'revision', 'node_version'],
      registers: [this.#exporter],
    }).set({ version, revision, node_version: nodeVersion }, 1);
    this.#reloadSuccessful = new Gauge({
      name: 'pointone_exporter_config_last_reload_successful',
      help: 'Whether the last reload of all configuration files succeeded (1) or an earlier version of one is in use (0).',
      registers: [this.#exporter],
    });
    this.#reloadSuccessAt = new Gauge({
      name: 'pointone_exporter_config_last_reload_success_timestamp_seconds',
      help: 'Unix timestamp of the last configuration reload after which all files were applied.',
      registers: [this.#exporter],
    });
    this.#updateReloadGauges(startedAt);
    if (!withProcess) return;
    collectDefaultMetrics({ register: this.#process });
    for (const name of MISNAMED_METRICS) this.#process.removeSingleMetric(name);
  }

  /** Records a reload of one part of the configuration and whether it was applied. */
  recordReload(part: ConfigurationPart, ok: boolean, at: Instant): void {
    if (ok) this.#failedParts.delete(part);
    else this.#failedParts.add(part);
    this.#updateReloadGauges(at);
  }

  #updateReloadGauges(at: Instant): void {
    const ok = this.#failedParts.size === 0;
    this.#reloadSuccessful.set(ok ? 1 : 0);
    if (ok) this.#reloadSuccessAt.set(at / 1000);
  }

  async groups(): Promise<FamilyGroup[]> {
    return [...(await registryGroups(this.#exporter)), ...(await registryGroups(this.#process))];
  }
}

/**
 * Converts the metrics of a registry to groups for `writeExposition`. prom-client's own OpenMetrics output is not used,
 * because it permanently renames the counters of the registry.
 */
async function registryGroups(registry: Registry): Promise<FamilyGroup[]> {
  const metrics: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON();
  return metrics.map(
    (metric) => (output, at, format) =>
      createGroup(encodeFamilies([familyOf(metric)]), rowsOf(metric, format))(output, at, format),
  );
}

function familyOf({ name, help, type }: MetricObjectWithValues<MetricValue<string>>): Family<number> {
  // At run time, prom-client's type is a string such as "gauge", although its TypeScript types declare a numeric enum.
  return {
    name,
    help,
    type: type as unknown as Family<number>['type'],
    labels: [],
    collect: (value, _at, emit) => emit(value),
  };
}

function rowsOf(metric: MetricObjectWithValues<MetricValue<string>>, format: Format): Row<number>[] {
  return metric.values.map(({ value, labels, ...rest }) => {
    const metricName = 'metricName' in rest ? String(rest.metricName) : metric.name;
    const values = Object.entries(labels).map(([name, label]) =>
      name === 'le' ? bucketBound(label, format) : String(label),
    );
    return {
      subject: value,
      labels: labelPairs(Object.keys(labels), values),
      suffix: metricName.slice(metric.name.length),
    };
  });
}

/** Formats the bound of a bucket. OpenMetrics requires the canonical form: `1.0`, not `1`. */
function bucketBound(value: string | number | undefined, { openMetrics }: Format): string {
  return openMetrics && Number.isInteger(value) ? `${value}.0` : String(value);
}
