import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY, repositoryFiles } from '../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');
const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

/** The hours of a duration as Prometheus writes it, of one unit. */
function hours(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([hdw])$/.exec(duration) ?? [];
  return Number(count) * (HOURS[unit] ?? Number.NaN);
}

const repeats = [...read('alertmanager.yml').matchAll(/^ *repeat_interval: (\S+)$/gm)].map(([, text = '']) =>
  hours(text),
);

/** Else Alertmanager warns at its start, and tells things again sooner than it should. */
describe('Alertmanager remembers what it told until it is told again', () => {
  const said = repositoryFiles(/^(README\.md|alertmanager\.yml|compose\.yaml)$|^docs\/.*\.md$/)
    .map((file) => ({
      file,
      retentions: [...read(file).matchAll(/--data\.retention=(\w+)/g)].map(([, text = '']) => text),
    }))
    .filter(({ retentions }) => retentions.length > 0);

  it.each(said)('by what $file says', ({ retentions }) => {
    expect(repeats.length).toBeGreaterThan(1);
    for (const retention of retentions) expect(hours(retention)).toBeGreaterThan(Math.max(...repeats));
  });

  it('where compose.yaml starts it, with the configuration that is mounted', () => {
    const { command, volumes } = parse(read('compose.yaml')).services.alertmanager;
    expect(said.map(({ file }) => file)).toEqual(expect.arrayContaining(['README.md', 'compose.yaml']));
    const file = command.find((flag: string) => flag.startsWith('--config.file='))?.split('=')[1];
    const data = command.find((flag: string) => flag.startsWith('--storage.path='))?.split('=')[1];
    expect(volumes).toEqual([`./alertmanager.yml:${file}:ro`, `alertmanager:${data}`]);
  });
});
