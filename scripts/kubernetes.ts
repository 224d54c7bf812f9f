/** What deploy/kubernetes/ has from other files of this repository. */
import { readFileSync } from 'node:fs';

/** Each file that is made, whole or in part, and its text as it has to be. */
export const KUBERNETES_FILES = [
  { file: 'deploy/kubernetes/base/prometheus-rule.yaml', text: prometheusRule },
  { file: 'deploy/kubernetes/base/dashboard.yaml', text: dashboard },
  { file: 'deploy/kubernetes/base/deployment.yaml', text: deployment },
] as const;

/** The operator takes the groups of a rule file as they are. Indented and not parsed, they keep their comments. */
function prometheusRule(): string {
  return `# Made of alerts/rules.yml by \`npm run kubernetes\`: change that file, not this one.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: pointone-token-exporter
  labels:
    app.kubernetes.io/name: pointone-token-exporter
spec:
${indent(2, read('alerts/rules.yml'))}`;
}

/** A literal block keeps the JSON to the letter, so that it can be compared and read. */
function dashboard(): string {
  return `# Made of grafana/dashboards/pointone-tokens.json by \`npm run kubernetes\`: change its source, not this file.
apiVersion: v1
kind: ConfigMap
metadata:
  name: pointone-token-exporter-dashboard
  labels:
    app.kubernetes.io/name: pointone-token-exporter
    # What the sidecar of Grafana's Helm chart looks for.
    grafana_dashboard: "1"
data:
  pointone-tokens.json: |
${indent(4, read('grafana/dashboards/pointone-tokens.json'))}`;
}

/** Written by hand, but for the version of its image. */
function deployment(): string {
  const { version }: { version: string } = JSON.parse(read('package.json'));
  const written = read('deploy/kubernetes/base/deployment.yaml');
  return written.replace(/(image: pointone-token-exporter):\S+/, (_match, image: string) => `${image}:${version}`);
}

/** Empty lines stay empty. */
function indent(width: number, text: string): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(width));
}

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
}
