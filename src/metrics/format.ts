/** One of the two ways in which Prometheus reads metrics. */
export interface Format {
  readonly contentType: string;
  readonly openMetrics: boolean;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const TEXT: Format = { contentType: 'text/plain; version=0.0.4; charset=utf-8', openMetrics: false };

/** https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md */
export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  openMetrics: true,
};
