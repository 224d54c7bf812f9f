import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KUBERNETES_FILES } from '../../../scripts/kubernetes.ts';
import { readAccountsFile } from '../../../src/config/accounts-file.ts';
import { parseCommandLine } from '../../../src/config/command-line.ts';
import { resolveSettings } from '../../../src/config/resolve.ts';

import { createExporter, simulate } from '../../support/exporter.ts';
import { build, KUSTOMIZATIONS, kustomizationFolder, ofKind } from '../../support/kustomization.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

const base = build(kustomizationFolder('base'));
const readme = read('deploy/kubernetes/README.md');

function containerOf(name: string) {
  const [deployment] = ofKind(build(kustomizationFolder(name)), Deployment);
  const [container] = deployment?.spec?.template.spec?.containers ?? [];
  if (container === undefined) throw new Error('no container');
  return { container, volumes: deployment?.spec?.template.spec?.volumes ?? [] };
}

/** Returns the settings from the container's arguments. */
function settingsOf(name: string) {
  const { values, command, problems } = parseCommandLine(containerOf(name).container.args ?? []);
  const resolved = resolveSettings(values, {});
  return { command, settings: resolved.settings, problems: [...problems, ...resolved.problems] };
}

describe('generated content', () => {
  it.each(KUBERNETES_FILES.map(({ file, text }) => [file, text] as const))(
    '%s is up to date (otherwise run npm run kubernetes)',
    (file, text) => {
      expect(read(file)).toBe(text());
    },
  );

  it('the PrometheusRule has the groups of alerts/rules.yml', () => {
    expect(ofKind(base, PrometheusRule).map(({ spec }) => spec)).toEqual([parse(read('alerts/rules.yml'))]);
  });

  it('the ConfigMap has an exact copy of the dashboard, and the label for Grafana', () => {
    const file = 'pointone-tokens.json';
    expect(ofKind(base, ConfigMap)).toMatchObject([
      { metadata: { labels: { grafana_dashboard: '1' } }, data: { [file]: read(`grafana/dashboards/${file}`) } },
    ]);
  });

  it('the image has the version of package.json', () => {
    expect(containerOf('base').container.image).toBe(
      `pointone-token-exporter:${JSON.parse(read('package.json')).version}`,
    );
  });
});

describe('the arguments', () => {
  it.each(KUSTOMIZATIONS)('of %s are flags of the program, with the port of the container', (name) => {
    const { command, settings, problems } = settingsOf(name);
    expect({ command, problems }).toEqual({ command: 'serve', problems: [] });
    expect(containerOf(name).container.ports?.map(({ containerPort }) => containerPort)).toEqual([
      settings.webListenAddress.port,
    ]);
  });

  it('name the token file of the Secret in the README', () => {
    const { container, volumes } = containerOf('base');
    expect(settingsOf('base').settings.apiTokenFile).toBe(`${container.volumeMounts?.[0]?.mountPath}/token`);
    expect(readme).toContain(`create secret generic ${volumes[0]?.secret?.secretName} --from-file=token`);
  });

  it('name the mounted accounts file, and the command for the Secret has a token for each account', () => {
    const folder = kustomizationFolder('overlays/several-accounts');
    const { container, volumes } = containerOf('overlays/several-accounts');
    const mounted = (volume: string): string | undefined =>
      container.volumeMounts?.find(({ name }) => name === volume)?.mountPath;
    const { settings } = settingsOf('overlays/several-accounts');
    expect(settings.configFile).toBe(`${mounted('config')}/accounts.yml`);

    const defaults = { endpoint: settings.apiEndpoint, timeoutMs: settings.apiTimeout, allowHttp: false };
    const text = readFileSync(`${folder}accounts.yml`, 'utf8');
    const { accounts, problems } = readAccountsFile(settings.configFile ?? '', text, defaults, {});
    expect(problems).toEqual([]);
    expect(accounts.length).toBeGreaterThan(1);
    const command = readFileSync(`${folder}kustomization.yaml`, 'utf8').match(/create secret generic .*/)?.[0] ?? '';
    expect(command).toContain(` ${volumes.find(({ name }) => name === 'credentials')?.secret?.secretName} `);
    for (const { name, credential } of accounts) {
      if (credential.kind !== 'file') throw new Error('no token file');
      expect(dirname(credential.path)).toBe(mounted('credentials'));
      expect(credential.path).toBe(`${mounted('credentials')}/${name}`);
      expect(command).toContain(`--from-file=${name}`);
    }
  });

  it('name a web configuration from Secrets that the README creates, and the ServiceMonitor uses the same Secrets', () => {
    const { container, volumes } = containerOf('overlays/tls-and-password');
    const web = container.volumeMounts?.find(({ name }) => name === 'web')?.mountPath;
    expect(container.args).toContain(`--web.config.file=${web}/web.yml`);
    const [monitor] = ofKind(build(kustomizationFolder('overlays/tls-and-password')), ServiceMonitor);
    const [endpoint] = monitor?.spec.endpoints ?? [];
    const names = [
      ...volumes.flatMap(({ secret, projected }) => [
        secret?.secretName,
        ...(projected?.sources ?? []).map((source) => source.secret?.name),
      ]),
      endpoint?.basicAuth?.username?.name,
      endpoint?.basicAuth?.password?.name,
      endpoint?.tlsConfig?.ca?.secret?.name,
    ].filter((name) => name !== undefined);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(readme).toContain(`create secret generic ${name} `);
  });
});

describe('the scrape', () => {
  const [monitor] = ofKind(base, ServiceMonitor);
  const [endpoint] = monitor?.spec.endpoints ?? [];

  it('has the interval and timeout of prometheus.yml, in the ServiceMonitor and in the README', () => {
    const [job] = parse(read('prometheus.yml')).scrape_configs;
    const timing = { scrape_interval: job.scrape_interval, scrape_timeout: job.scrape_timeout };
    expect({ scrape_interval: endpoint?.interval, scrape_timeout: endpoint?.scrapeTimeout }).toEqual(timing);
    expect(parse(readme.match(/```yaml\n(scrape_configs:.*?)```/s)?.[1] ?? '').scrape_configs).toMatchObject([
      {
        ...timing,
        dns_sd_configs: [
          {
            names: ['pointone-token-exporter.pointone.svc'],
            port: settingsOf('base').settings.webListenAddress.port,
          },
        ],
      },
    ]);
  });

  it('adds only labels that the rules aggregate away', () => {
    const replicaLabels = new Set(
      [...read('alerts/rules.yml').matchAll(/without \(([^)]*)\)/g)].map(([, list]) => list),
    );
    const aggregated = 'instance, pod, container, node';
    expect(replicaLabels).toContain(aggregated);
    const added = endpoint?.relabelings?.map(({ targetLabel }) => targetLabel) ?? [];
    expect(added.length).toBeGreaterThan(0);
    for (const label of added) expect(aggregated.split(', ')).toContain(label);
  });

  it('and the probes use existing endpoints', async () => {
    const { simulator, user } = await simulate();
    const { app } = await createExporter(simulator, user);
    const { startupProbe, livenessProbe, readinessProbe } = containerOf('base').container;
    for (const path of [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path)) {
      expect(path).toMatch(/^\/-\//);
      expect((await request(app).get(path ?? '')).status, path).toBe(200);
    }
    expect((await request(app).get(endpoint?.path ?? '')).text).toContain('pointone_up{account="default"} 1\n');
  });
});
