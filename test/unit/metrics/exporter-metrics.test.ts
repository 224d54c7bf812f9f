import { beforeAll, describe, expect, it } from 'vitest';
import { ExporterMetrics } from '../../../src/metrics/exporter-metrics.ts';
import { writeExposition } from '../../../src/metrics/exposition.ts';
import { OPEN_METRICS, TEXT } from '../../../src/metrics/family.ts';
import { parseExposition } from '../../support/exposition.ts';

const BUILD = { version: '1.2.3', revision: 'abc "def"', nodeVersion: 'v24.0.0', homepage: undefined };
const BUILD_INFO = {
  name: 'pointone_exporter_build_info',
  labels: { version: '1.2.3', revision: 'abc "def"', node_version: 'v24.0.0' },
  value: 1,
};

async function print(metrics: ExporterMetrics, format = TEXT): Promise<string> {
  return [...writeExposition(await metrics.groups(), 0, format)].join('');
}

const STARTED = 1_700_000_000_000;

/** The expected samples of the configuration reload metrics. */
function reloadSamples(successful: number, at: number) {
  return [
    { name: 'pointone_exporter_config_last_reload_successful', labels: {}, value: successful },
    { name: 'pointone_exporter_config_last_reload_success_timestamp_seconds', labels: {}, value: at },
  ];
}

describe('the configuration reload metrics', () => {
  const samplesOf = async (metrics: ExporterMetrics) =>
    parseExposition(await print(metrics)).samples.filter(({ name }) => name.startsWith('pointone_exporter_config_'));

  it('report a success at startup', async () => {
    expect(await samplesOf(new ExporterMetrics(BUILD, false, STARTED))).toEqual(reloadSamples(1, 1_700_000_000));
  });

  it('report a failure while the last reload of one file failed, and keep the last success', async () => {
    const metrics = new ExporterMetrics(BUILD, false, STARTED);
    metrics.recordReload('accounts', false, STARTED + 1000);
    expect(await samplesOf(metrics)).toEqual(reloadSamples(0, 1_700_000_000));
    metrics.recordReload('web', true, STARTED + 2000);
    expect(await samplesOf(metrics)).toEqual(reloadSamples(0, 1_700_000_000));
    metrics.recordReload('accounts', true, STARTED + 3000);
    expect(await samplesOf(metrics)).toEqual(reloadSamples(1, 1_700_000_003));
    metrics.recordReload('web', false, STARTED + 4000);
    expect(await samplesOf(metrics)).toEqual(reloadSamples(0, 1_700_000_003));
  });
});

describe('the process metrics', () => {
  // Shared by all tests, because prom-client never stops observing the process.
  let metrics: ExporterMetrics;
  beforeAll(() => {
    metrics = new ExporterMetrics(BUILD, true, STARTED);
  });

  it.each([
    ['text', TEXT],
    ['OpenMetrics', OPEN_METRICS],
  ])('are well-formed %s, together with the build info', async (_name, format) => {
    const { samples, types } = parseExposition(await print(metrics, format));
    expect(samples).toContainEqual(BUILD_INFO);
    expect([...types.keys()].filter((name) => !/^(process|nodejs|pointone_exporter)_/.test(name))).toEqual([]);
    expect(samples.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'process_start_time_seconds',
        'nodejs_eventloop_lag_seconds',
        'nodejs_version_info',
      ]),
    );
  });

  it('do not include the gauges that are named like counters', async () => {
    const { types } = parseExposition(await print(metrics));
    expect([...types].filter(([name, type]) => name.endsWith('_total') && type !== 'counter')).toEqual([]);
    expect([...types.keys()].filter((name) => /^nodejs_active_\w+_total$/.test(name))).toEqual([]);
    expect(types.get('nodejs_active_resources')).toBe('gauge');
  });

  it('keep their names in one format after a scrape in the other', async () => {
    const names = async (): Promise<string[]> => {
      const { types } = parseExposition(await print(metrics));
      return [...types.keys()];
    };
    const namesBefore = await names();
    expect(parseExposition(await print(metrics, OPEN_METRICS)).types.get('process_cpu_seconds')).toBe('counter');
    expect(await names()).toEqual(namesBefore);
    expect(namesBefore).toContain('process_cpu_seconds_total');
  });

  it('include histograms with buckets, sums and counts, and canonical bounds in OpenMetrics', async () => {
    // A histogram has no samples before its first observation, here a garbage collection.
    await expect
      .poll(
        async () => {
          collectGarbage();
          return (await print(metrics)).includes('nodejs_gc_duration_seconds_count');
        },
        { timeout: 4000 },
      )
      .toBe(true);
    for (const [format, bound] of [
      [TEXT, '1'],
      [OPEN_METRICS, '1.0'],
    ] as const) {
      const { samples, types } = parseExposition(await print(metrics, format));
      expect(types.get('nodejs_gc_duration_seconds')).toBe('histogram');
      const gc = samples.filter(({ name }) => name.startsWith('nodejs_gc_duration_seconds'));
      const bounds = new Set(gc.map(({ labels }) => labels['le']));
      expect(bounds).toContain(bound);
      expect(bounds).toContain('+Inf');
      expect(new Set(gc.map(({ name }) => name))).toEqual(
        new Set(['_bucket', '_sum', '_count'].map((part) => `nodejs_gc_duration_seconds${part}`)),
      );
    }
  });
});

describe('without the process metrics', () => {
  it('only the build info and the configuration reload metrics are exported', async () => {
    expect(parseExposition(await print(new ExporterMetrics(BUILD, false, STARTED))).samples).toEqual([
      BUILD_INFO,
      ...reloadSamples(1, 1_700_000_000),
    ]);
  });
});

/** Allocates enough objects to trigger a garbage collection. */
function collectGarbage(): void {
  for (let round = 0; round < 50; round += 1) Array.from({ length: 50_000 }, () => ({ round }));
}
