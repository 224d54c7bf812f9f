import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

/** The fields of every Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const MODELS = [ConfigMap, Deployment, NetworkPolicy, PrometheusRule, Service, ServiceAccount, ServiceMonitor];

/**
 * Returns the schema violations of an object, as strictly as `kubectl apply --validate=strict`.
 *
 * The published schemas are compiled validators that accept unknown fields. A validator reads every field that it knows
 * and no other. Fields that it does not read are therefore unknown.
 */
export function schemaProblems(object: KubernetesObject): string[] {
  const model = MODELS.find(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  if (model === undefined) return [`no schema for ${object.apiVersion} ${object.kind}`];
  const unread = new Set<string>();
  const problems: string[] = [];
  try {
    model.prototype.validate.call(trackReads(object, '', unread));
  } catch (error) {
    problems.push((error as Error).message);
  }
  return [...problems, ...[...unread].map((path) => `${path} is unknown`)];
}

/** Returns a proxy that removes the path of a field from `unread` when the field is read. */
function trackReads(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = new Map(Object.keys(value).map((key) => [key, `${path}/${key}`]));
  for (const field of fields.values()) unread.add(field);
  const children = new Map<string, unknown>();
  return new Proxy(value, {
    get(target, key) {
      const field = typeof key === 'string' ? fields.get(key) : undefined;
      if (typeof key !== 'string' || field === undefined) return Reflect.get(target, key);
      unread.delete(field);
      // A field can be read several times, but its children are added to `unread` only once.
      if (!children.has(key)) children.set(key, trackReads(Reflect.get(target, key), field, unread));
      return children.get(key);
    },
  });
}
