import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type KubernetesObject, schemaProblems } from '../../support/kubernetes-schemas.ts';
import { build, filesInFolder, KUSTOMIZATIONS, kustomizationFolder } from '../../support/kustomization.ts';

const base = kustomizationFolder('base');
const text = (file: string): string => readFileSync(base + file, 'utf8');

describe.each(KUSTOMIZATIONS)('deploy/kubernetes/%s', (name) => {
  it.each(build(kustomizationFolder(name)).map((object) => [object.kind, object] as const))(
    'has a %s that is valid according to its schema',
    (_kind, object) => {
      expect(schemaProblems(object)).toEqual([]);
      // Kubernetes treats an empty field as absent. Here it is a mistake.
      expect(JSON.stringify(object)).not.toContain(':null');
    },
  );

  it('has only objects that fit in the last-applied annotation of kubectl (256 KiB)', () => {
    for (const object of build(kustomizationFolder(name)))
      expect(JSON.stringify(object).length, object.kind).toBeLessThan(200 * 1024);
  });
});

it.each(filesInFolder(base))('%s has the same content in YAML 1.1 (used by Kubernetes) and YAML 1.2', (file) => {
  expect(parse(text(file), { version: '1.1' })).toEqual(parse(text(file), { version: '1.2' }));
});

describe('the schemas report a mistake', () => {
  it.each([
    ['deployment.yaml', 'image:', 'imagee:', '/spec/template/spec/containers/0/imagee is unknown'],
    ['deployment.yaml', 'replicas: 1', 'replicas: one', 'data/spec/replicas must be integer'],
    [
      'deployment.yaml',
      '- name: exporter',
      '- tty: true',
      'data/spec/template/spec/containers/0 must have required property name',
    ],
    ['deployment.yaml', 'drop: [ALL]', 'drops: [ALL]', '/securityContext/capabilities/drops is unknown'],
    ['deployment.yaml', 'cpu: "1"', 'cpu: true', 'resources/limits/cpu must be number'],
    ['deployment.yaml', 'apps/v1', 'apps/v9', 'no schema for apps/v9 Deployment'],
    ['service.yaml', 'port: 10210', 'portt: 10210', '/spec/ports/0/portt is unknown'],
    ['service-account.yaml', 'automount', 'autoMount', '/autoMountServiceAccountToken is unknown'],
    ['network-policy.yaml', 'cidr: ::/0', 'cidrs: ::/0', '/spec/egress/1/to/1/ipBlock/cidrs is unknown'],
    ['service-monitor.yaml', 'scrapeTimeout', 'scrape_timeout', '/spec/endpoints/0/scrape_timeout is unknown'],
    ['service-monitor.yaml', 'scheme: http', 'scheme: ftp', 'must be equal to one of the allowed values'],
    ['prometheus-rule.yaml', 'for: 15m', 'four: 15m', '/four is unknown'],
    ['dashboard.yaml', '\ndata:', '\ndate:', '/date is unknown'],
  ])('in %s: %s as %s', (file, right, wrong, problem) => {
    expect(text(file)).toContain(right);
    const object: KubernetesObject = parse(text(file).replace(right, wrong));
    expect(schemaProblems(object).join('\n')).toContain(problem);
  });
});
