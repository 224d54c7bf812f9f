/** Generates the files of deploy/kubernetes/ that depend on other files of this repository. */
import { readFileSync } from 'node:fs';

/** The generated files, with the function that returns the text of each. */
export const KUBERNETES_FILES = [
  { file: 'deploy/kubernetes/base/prometheus-rule.yaml', text: prometheusRule },
  { file: 'deploy/kubernetes/base/dashboard.yaml', text: dashboard },
  { file: 'deploy/kubernetes/base/deployment.yaml', text: deployment },
] as const;

/**
 * A PrometheusRule accepts the groups of a rule file as they are. They are indented but not parsed, to keep comments.
 */
function prometheusRule(): string {
  return `# Generated from alerts/rules.yml by \`npm run kubernetes\`. Do not edit.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: pointone-token-exporter
  labels:
    app.kubernetes.io/name: pointone-token-exporter
spec:
${indent(2, read('alerts/rules.yml'))}`;
}

/** A literal block keeps the JSON byte for byte, so that it can be compared. */
function dashboard(): string {
  return `# Generated from grafana/dashboards/pointone-tokens.json by \`npm run kubernetes\`. Do not edit.
apiVersion: v1
kind: ConfigMap
metadata:
  name: pointone-token-exporter-dashboard
  labels:
    app.kubernetes.io/name: pointone-token-exporter
    # The sidecar of Grafana's Helm chart finds dashboards by this label.
    grafana_dashboard: "1"
data:
  pointone-tokens.json: |
${indent(4, read('grafana/dashboards/pointone-tokens.json'))}`;
}

/** Only the version of the image is generated. The rest is written by hand. */
function deployment(): string {
  const { version }: { version: string } = JSON.parse(read('package.json'));
  const written = read('deploy/kubernetes/base/deployment.yaml');
  return written.replace(/(image: pointone-token-exporter):\S+/, (_match, image: string) => `${image}:${version}`);
}

/** Indents all lines except empty ones. */
function indent(width: number, text: string): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(width));
}

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
}
