import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY, repositoryFiles } from '../../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');
const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

/** Converts a Prometheus duration with one unit to hours. */
function hours(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([hdw])$/.exec(duration) ?? [];
  return Number(count) * (HOURS[unit] ?? Number.NaN);
}

const repeats = [...read('alertmanager.yml').matchAll(/^ *repeat_interval: (\S+)$/gm)].map(([, text = '']) =>
  hours(text),
);

/** Otherwise Alertmanager logs a warning at startup and repeats notifications too early. */
describe("Alertmanager's data retention", () => {
  const documented = repositoryFiles(/^(README\.md|alertmanager\.yml|compose\.yaml)$|^docs\/.*\.md$/)
    .map((file) => ({
      file,
      retentions: [...read(file).matchAll(/--data\.retention=(\w+)/g)].map(([, text = '']) => text),
    }))
    .filter(({ retentions }) => retentions.length > 0);

  it.each(documented)('is longer than every repeat_interval in $file', ({ retentions }) => {
    expect(repeats.length).toBeGreaterThan(1);
    for (const retention of retentions) expect(hours(retention)).toBeGreaterThan(Math.max(...repeats));
  });

  it('is set in compose.yaml, where Alertmanager uses the mounted configuration and data volume', () => {
    const { command, volumes } = parse(read('compose.yaml')).services.alertmanager;
    expect(documented.map(({ file }) => file)).toEqual(expect.arrayContaining(['README.md', 'compose.yaml']));
    const file = command.find((flag: string) => flag.startsWith('--config.file='))?.split('=')[1];
    const data = command.find((flag: string) => flag.startsWith('--storage.path='))?.split('=')[1];
    expect(volumes).toEqual([`./alertmanager.yml:${file}:ro`, `alertmanager:${data}`]);
  });
});
