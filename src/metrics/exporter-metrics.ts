import { collectDefaultMetrics, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import type { Instant } from '../model/instant.ts';
import type { BuildInfo } from '../runtime/build-info.ts';
import { createGroup, type FamilyGroup, type Format } from './exposition.ts';
import { encodeFamilies, type Family, labelPairs, type Row } from './family.ts';

/** What prom-client calls a counter by its name and collects as a gauge; `promtool check metrics` rightly objects. */
const MISNAMED_METRICS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The files that are read anew while the exporter runs: `--config.file` and `--web.config.file`. */
export type ConfigurationPart = 'accounts' | 'web';

/** The exporter's metrics about itself. They live as long as the process, which is what prom-client is for. */
export class ExporterMetrics {
  readonly #exporter = new Registry();
  readonly #process = new Registry();
  readonly #reloadSuccessful: Gauge;
  readonly #reloadSuccessAt: Gauge;
  /** The parts of the configuration that could not be put in force as they are now. */
  readonly #failedParts = new Set<ConfigurationPart>();

  /**
   * @param withProcess whether `process_*` and `nodejs_*` are wanted
   * @param startedAt when the configuration was read and put in force for the first time
   */
  constructor({ version, revision, nodeVersion }: BuildInfo, withProcess: boolean, startedAt: Instant) {
    new Gauge({
      name: 'pointone_exporter_build_info',
      help: 'The version, source revision and Node version of the exporter, always 1.',
      labelNames: ['version', 'revision', 'node_version'],
      registers: [this.#exporter],
    }).set({ version, revision, node_version: nodeVersion }, 1);
    this.#reloadSuccessful = new Gauge({
      name: 'pointone_exporter_config_last_reload_successful',
      help: 'Whether the configuration files, as last read, are in force (1) or an earlier state of them (0).',
      registers: [this.#exporter],
    });
    this.#reloadSuccessAt = new Gauge({
      name: 'pointone_exporter_config_last_reload_success_timestamp_seconds',
      help: 'When all configuration files were last read and put in force, in Unix seconds.',
      registers: [this.#exporter],
    });
    this.#updateReloadGauges(startedAt);
    if (!withProcess) return;
    collectDefaultMetrics({ register: this.#process });
    for (const name of MISNAMED_METRICS) this.#process.removeSingleMetric(name);
  }

  /** Notes that a part of the configuration was read anew, and whether it is in force as it is now. */
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
 * A registry's metrics for the one writer. prom-client's own printing is not used: its OpenMetrics form renames a
 * registry's counters for good.
 */
async function registryGroups(registry: Registry): Promise<FamilyGroup[]> {
  const metrics: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON();
  return metrics.map(
    (metric) => (text, at, format) =>
      createGroup(encodeFamilies([familyOf(metric)]), rowsOf(metric, format))(text, at, format),
  );
}

function familyOf({ name, help, type }: MetricObjectWithValues<MetricValue<string>>): Family<number> {
  // At run time prom-client gives the type by its name, as printed; its types say a numeric enum.
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

/** OpenMetrics asks for the canonical form of a bucket's bound: `1.0`, not `1`. */
function bucketBound(value: string | number | undefined, { openMetrics }: Format): string {
  return openMetrics && Number.isInteger(value) ? `${value}.0` : String(value);
}
