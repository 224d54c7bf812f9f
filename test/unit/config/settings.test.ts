import { describe, expect, it } from 'vitest';
import { SETTINGS, type Setting } from '../../../src/config/settings.ts';

/** The flags, variables and defaults that users rely on. */
const DOCUMENTED: Readonly<Record<string, readonly [variable: string | undefined, fallback: string | undefined]>> = {
  'config.file': ['POINTONE_CONFIG_FILE', undefined],
  'config.check': [undefined, 'false'],
  'config.skip-token-files': [undefined, 'false'],
  'api.endpoint': ['POINTONE_API_ENDPOINT', 'https://graphql.pointonenav.com/graphql'],
  'api.token-file': ['POINTONE_API_TOKEN_FILE', undefined],
  'api.account': ['POINTONE_API_ACCOUNT', 'default'],
  'api.timeout': ['POINTONE_API_TIMEOUT', '10s'],
  'api.allow-http': ['POINTONE_API_ALLOW_HTTP', 'false'],
  'api.max-concurrency': ['POINTONE_API_MAX_CONCURRENCY', '32'],
  'api.max-response-size': ['POINTONE_API_MAX_RESPONSE_SIZE', '8MiB'],
  'api.status.active': ['POINTONE_API_STATUS_ACTIVE', undefined],
  'api.status.expired': ['POINTONE_API_STATUS_EXPIRED', undefined],
  'api.status.revoked': ['POINTONE_API_STATUS_REVOKED', undefined],
  'scrape.timeout-offset': ['POINTONE_SCRAPE_TIMEOUT_OFFSET', '500ms'],
  'web.listen-address': ['POINTONE_WEB_LISTEN_ADDRESS', ':10210'],
  'web.telemetry-path': ['POINTONE_WEB_TELEMETRY_PATH', '/metrics'],
  'web.config.file': ['POINTONE_WEB_CONFIG_FILE', undefined],
  'web.external-url': ['POINTONE_WEB_EXTERNAL_URL', undefined],
  'web.max-requests': ['POINTONE_WEB_MAX_REQUESTS', '40'],
  'web.enable-lifecycle': ['POINTONE_WEB_ENABLE_LIFECYCLE', 'false'],
  'web.disable-exporter-metrics': ['POINTONE_WEB_DISABLE_EXPORTER_METRICS', 'false'],
  'log.level': ['POINTONE_LOG_LEVEL', 'info'],
  'log.format': ['POINTONE_LOG_FORMAT', 'json'],
  // Only for the command `check`.
  warning: [undefined, '14d'],
  critical: [undefined, '3d'],
  output: [undefined, 'table'],
  'only-problems': [undefined, 'false'],
  'show-names': [undefined, 'false'],
};

describe.each(Object.values<Setting<unknown>>(SETTINGS))('--$flag', (setting) => {
  it('has the documented variable and default', () => {
    expect(DOCUMENTED).toHaveProperty([setting.flag]);
    expect([setting.variable, setting.default]).toEqual(DOCUMENTED[setting.flag]);
  });

  it('accepts its own default', () => {
    if (setting.default === undefined) return expect(setting.placeholder).toBeDefined();
    expect(setting.parser.parse(setting.default)).toHaveProperty('value');
  });

  it('takes a value unless it is boolean', () => {
    const isBoolean = setting.placeholder === undefined;
    expect(setting.parser.accepts === 'true or false').toBe(isBoolean);
  });
});

it('flags and variables are unique', () => {
  const all = Object.values<Setting<unknown>>(SETTINGS);
  const variables = all.flatMap(({ variable }) => variable ?? []);
  expect(new Set(all.map(({ flag }) => flag)).size).toBe(all.length);
  expect(new Set(variables).size).toBe(variables.length);
});
