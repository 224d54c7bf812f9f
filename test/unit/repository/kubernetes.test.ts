import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../support/kubernetes-schemas.ts';
import {
  build,
  filesInFolder,
  KUSTOMIZATIONS,
  kustomizationFolder,
  ofKind,
  readKustomization,
  referencedFiles,
} from '../../support/kustomization.ts';

/** Returns the only object of a kind. */
function theOnly<Kind>(objects: readonly KubernetesObject[], model: { is(object: unknown): object is Kind }): Kind {
  const [found, ...more] = ofKind(objects, model);
  if (found === undefined || more.length > 0) throw new Error('expected exactly one object');
  return found;
}

/** Returns the parts of the Deployment that the tests use. */
function parts(objects: readonly KubernetesObject[]) {
  const { spec } = theOnly(objects, Deployment);
  const pod = spec?.template.spec;
  const [container, ...others] = pod?.containers ?? [];
  if (spec === undefined || pod === undefined || container === undefined || others.length > 0)
    throw new Error('expected exactly one container');
  return { deployment: spec, pod, container, podLabels: spec.template.metadata?.labels ?? {} };
}

describe.each(KUSTOMIZATIONS)('deploy/kubernetes/%s', (name) => {
  const folder = kustomizationFolder(name);
  const objects = build(folder);
  const { deployment, pod, container, podLabels } = parts(objects);
  const service = theOnly(objects, Service);

  it('refers to exactly the files of its folder', () => {
    expect(referencedFiles(readKustomization(folder)).toSorted()).toEqual(filesInFolder(folder).toSorted());
  });

  it('puts every object into one namespace', () => {
    // Overlays must repeat the namespace for their own objects.
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['pointone']));
  });

  it('selects the pods by their labels', () => {
    const policy = theOnly(objects, NetworkPolicy);
    const selectors = [
      deployment.selector.matchLabels,
      service.spec?.selector,
      policy.spec?.podSelector.matchLabels,
      ...(pod.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector?.matchLabels),
    ];
    expect(selectors).toHaveLength(5);
    for (const selector of selectors) expect(selector).toEqual(podLabels);
  });

  it('uses one name for the port everywhere', () => {
    const policy = theOnly(objects, NetworkPolicy);
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    expect(container.ports?.map(({ name: port }) => port)).toEqual(['metrics']);
    expect([
      ...(service.spec?.ports ?? []).map(({ targetPort }) => targetPort),
      ...(policy.spec?.ingress ?? []).flatMap(({ ports }) => ports?.map(({ port }) => port)),
      ...probes.map((probe) => probe?.httpGet?.port),
    ]).toEqual(Array(5).fill('metrics'));
  });

  it('mounts every volume once, read-only and as a folder', () => {
    const mounts = container.volumeMounts ?? [];
    expect(mounts.map((mount) => mount.name).toSorted()).toEqual(pod.volumes?.map((volume) => volume.name).toSorted());
    expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
    for (const { readOnly, subPath } of mounts) expect({ readOnly, subPath }).toEqual({ readOnly: true });
  });

  it('contains the ConfigMaps and the ServiceAccount that it refers to', () => {
    const maps = ofKind(objects, ConfigMap).map(({ metadata }) => metadata?.name);
    for (const { configMap } of pod.volumes ?? []) if (configMap) expect(maps).toContain(configMap.name);
    expect(theOnly(objects, ServiceAccount).metadata?.name).toBe(pod.serviceAccountName);
  });

  it('meets the Pod Security Standard "restricted" and has minimal privileges', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).not.toHaveProperty('hostNetwork');
    for (const { name: volume, ...source } of pod.volumes ?? [])
      expect([['secret'], ['configMap'], ['projected']], volume).toContainEqual(Object.keys(source));
    for (const port of container.ports ?? []) expect(port).not.toHaveProperty('hostPort');
    for (const amounts of [container.resources?.requests, container.resources?.limits])
      expect(Object.keys(amounts ?? {})).toEqual(['cpu', 'memory']);
  });

  it('makes the Secrets readable only by the group of the pod', () => {
    expect(pod.securityContext?.fsGroup).toBe(1000);
    const modes = (pod.volumes ?? [])
      .map(({ secret, projected }) => (secret ?? projected)?.defaultMode)
      .filter((mode) => mode !== undefined);
    expect(modes.length).toBeGreaterThan(0);
    for (const mode of modes) expect(mode).toBe(0o440);
  });

  it('has a grace period longer than the 5 s that a shutdown can take', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(5);
  });

  it('has a headless Service, so that every replica is scraped', () => {
    expect(service.spec?.clusterIP).toBe('None');
  });

  it('is scraped through the Service, with the scheme of the probes', () => {
    const monitors = ofKind(objects, ServiceMonitor);
    expect(monitors).toHaveLength(name.endsWith('without-operator') ? 0 : 1);
    for (const { spec } of monitors) {
      expect(service.metadata?.labels).toMatchObject(spec.selector.matchLabels ?? {});
      expect(Object.keys(service.metadata?.labels ?? {})).toContain(spec.jobLabel);
      const [endpoint, ...others] = spec.endpoints;
      expect(others).toEqual([]);
      expect(service.spec?.ports?.map(({ name: port }) => port)).toContain(endpoint?.port);
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
        expect(probe?.httpGet?.scheme?.toLowerCase() ?? 'http').toBe(endpoint?.scheme);
    }
  });
});

it('the overlay without the operator lacks only the kinds of the operator', () => {
  const kinds = (name: string): string[] => build(kustomizationFolder(name)).map(({ kind }) => kind);
  expect([...kinds('overlays/without-operator'), PrometheusRule.kind, ServiceMonitor.kind].toSorted()).toEqual(
    kinds('base').toSorted(),
  );
});
