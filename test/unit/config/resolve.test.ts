import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../src/config/resolve.ts';
import type { SettingName } from '../../../src/config/settings.ts';

const NO_FLAGS = new Map<SettingName, string>();

function flags(values: Partial<Record<SettingName, string>>): Map<SettingName, string> {
  return new Map(Object.entries(values) as [SettingName, string][]);
}

describe('a setting', () => {
  it('has its default when it is not set', () => {
    const { settings, origins, problems } = resolveSettings(NO_FLAGS, {});
    expect(problems).toEqual([]);
    expect(origins.size).toBe(0);
    expect(settings).toMatchObject({
      configFile: undefined,
      configCheck: false,
      apiEndpoint: new URL('https://graphql.pointonenav.com/graphql'),
      apiTokenFile: undefined,
      apiAccount: 'default',
      apiTimeout: 10_000,
      apiAllowHttp: false,
      apiMaxConcurrency: 32,
      apiMaxResponseSize: 8 * 1024 * 1024,
      scrapeTimeoutOffset: 500,
      webListenAddress: { host: undefined, port: 10_210 },
      webTelemetryPath: '/metrics',
      webDisableExporterMetrics: false,
      logLevel: 'info',
      logFormat: 'json',
    });
  });

  it('comes from its variable', () => {
    const { settings, origins } = resolveSettings(NO_FLAGS, { POINTONE_API_TIMEOUT: '5s' });
    expect(settings.apiTimeout).toBe(5000);
    expect([...origins]).toEqual([['apiTimeout', 'POINTONE_API_TIMEOUT']]);
  });

  it('comes from its flag, which takes precedence over its variable', () => {
    const { settings, origins, problems } = resolveSettings(flags({ apiTimeout: '3s' }), {
      POINTONE_API_TIMEOUT: 'nonsense',
    });
    expect(problems).toEqual([]);
    expect(settings.apiTimeout).toBe(3000);
    expect([...origins]).toEqual([['apiTimeout', '--api.timeout']]);
  });

  it('has its default when its variable is empty', () => {
    const { settings, origins, problems } = resolveSettings(NO_FLAGS, {
      POINTONE_API_TIMEOUT: '',
      POINTONE_LOG_LEVEL: '',
    });
    expect(problems).toEqual([]);
    expect(origins.size).toBe(0);
    expect(settings).toMatchObject({ apiTimeout: 10_000, logLevel: 'info' });
  });

  it('is invalid when its flag is empty', () => {
    expect(resolveSettings(flags({ apiTimeout: '' }), { POINTONE_API_TIMEOUT: '5s' }).problems).toEqual([
      { location: '--api.timeout', message: expect.any(String) },
    ]);
  });

  it('that has only a flag ignores the environment', () => {
    expect(resolveSettings(NO_FLAGS, { POINTONE_CONFIG_CHECK: 'true' }).settings.configCheck).toBe(false);
  });
});

it('all invalid values are reported together, with their flag or variable and the accepted values', () => {
  const { problems } = resolveSettings(flags({ apiTimeout: '10', logLevel: 'loud', webListenAddress: '10210' }), {
    POINTONE_LOG_LEVEL: 'info',
    POINTONE_LOG_FORMAT: 'xml',
    POINTONE_API_MAX_CONCURRENCY: '0',
    POINTONE_API_ALLOW_HTTP: 'yes',
    POINTONE_API_MAX_RESPONSE_SIZE: '8MB',
    POINTONE_API_ENDPOINT: 'https://user:hunter2@api.example/',
  });
  expect(problems).toHaveLength(8);
  expect(Object.fromEntries(problems.map(({ location, message }) => [location, message]))).toEqual({
    '--api.timeout': expect.stringContaining('10s'),
    '--log.level': expect.stringContaining('debug, info, warn or error'),
    '--web.listen-address': expect.stringContaining('host:port'),
    POINTONE_LOG_FORMAT: expect.stringContaining('json or text'),
    POINTONE_API_MAX_CONCURRENCY: expect.stringContaining('from 1'),
    POINTONE_API_ALLOW_HTTP: expect.stringContaining('true or false'),
    POINTONE_API_MAX_RESPONSE_SIZE: expect.stringContaining('MiB'),
    POINTONE_API_ENDPOINT: expect.not.stringContaining('hunter2'),
  });
});
