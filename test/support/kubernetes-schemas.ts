import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

/** What every object of Kubernetes has. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const MODELS = [ConfigMap, Deployment, NetworkPolicy, PrometheusRule, Service, ServiceAccount, ServiceMonitor];

/**
 * What is wrong with an object by its published schema, as strictly as `kubectl apply --validate=strict` judges.
 *
 * The published schemas let fields pass that they do not know, and come as compiled code that nobody can close. But that
 * code looks at every field that it knows, and at no other: what it did not look at is unknown.
 */
export function schemaProblems(object: KubernetesObject): string[] {
  const model = MODELS.find(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  if (model === undefined) return [`there is no schema of ${object.apiVersion} ${object.kind}`];
  const unread = new Set<string>();
  const problems: string[] = [];
  try {
    model.prototype.validate.call(trackReads(object, '', unread));
  } catch (error) {
    problems.push((error as Error).message);
  }
  return [...problems, ...[...unread].map((path) => `${path} is unknown`)];
}

/** The value, which takes the path of a field off `unread` as soon as the field is read. */
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
      // A field is read several times, but what is below it begins as unread only once.
      if (!children.has(key)) children.set(key, trackReads(Reflect.get(target, key), field, unread));
      return children.get(key);
    },
  });
}
