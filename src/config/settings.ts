import { endpointUrl, externalUrl, listenAddress, urlPath } from './addresses.ts';
import { boolean, duration, filePath, integer, oneOf, type Parser, size, text } from './parsers.ts';

/** One setting; this description feeds the command line, the environment, the help and docs/settings.md. */
export interface Setting<Value> {
  readonly flag: string;
  /** Undefined where a variable would make no sense. */
  readonly variable?: string;
  /** As a person would write it; undefined where there is none. */
  readonly default?: string;
  /** The value's name in the help; undefined for a switch. */
  readonly placeholder?: string;
  readonly parser: Parser<Value>;
  readonly help: string;
  /** The one command that has it; every command does where this is undefined. */
  readonly command?: Command;
}

/** A fetch may take so long; anything longer would be no answer to a scrape. */
export const FETCH_TIMEOUT = duration('1ms', '10m');

const LOG_LEVELS = oneOf(['debug', 'info', 'warn', 'error']);
const LOG_FORMATS = oneOf(['json', 'text']);
const TIME_LEFT = duration('0', '10y', '14d or 1d12h');
const OUTPUTS = oneOf(['table', 'json']);

export const SETTINGS = {
  configFile: {
    flag: 'config.file',
    variable: 'POINTONE_CONFIG_FILE',
    placeholder: 'FILE',
    parser: filePath,
    help: 'YAML file of several accounts. Without one, a single account is described by the --api settings.',
  },
  configCheck: {
    flag: 'config.check',
    default: 'false',
    parser: boolean,
    help: 'Validate all settings and files, print the result and exit with 0 or 1.',
  },
  apiEndpoint: {
    flag: 'api.endpoint',
    variable: 'POINTONE_API_ENDPOINT',
    default: 'https://graphql.pointonenav.com/graphql',
    placeholder: 'URL',
    parser: endpointUrl,
    help: 'Address of the GraphQL API.',
  },
  apiTokenFile: {
    flag: 'api.token-file',
    variable: 'POINTONE_API_TOKEN_FILE',
    placeholder: 'FILE',
    parser: filePath,
    help: 'File that holds the personal access token; read anew for every call. The token itself can be given in the variable POINTONE_API_TOKEN instead; it has no flag, since secrets do not belong on a command line.',
  },
  apiAccount: {
    flag: 'api.account',
    variable: 'POINTONE_API_ACCOUNT',
    default: 'default',
    placeholder: 'NAME',
    parser: text,
    help: 'Value of the label account in the single-account set-up. Exporters for different users need different values.',
  },
  apiTimeout: {
    flag: 'api.timeout',
    variable: 'POINTONE_API_TIMEOUT',
    default: '10s',
    placeholder: 'DURATION',
    parser: FETCH_TIMEOUT,
    help: 'How long one fetch may take.',
  },
  apiAllowHttp: {
    flag: 'api.allow-http',
    variable: 'POINTONE_API_ALLOW_HTTP',
    default: 'false',
    parser: boolean,
    help: 'Accept plain http:// endpoints that are not on loopback, although the token is sent in clear.',
  },
  apiMaxConcurrency: {
    flag: 'api.max-concurrency',
    variable: 'POINTONE_API_MAX_CONCURRENCY',
    default: '32',
    placeholder: 'COUNT',
    parser: integer(1, 10_000),
    help: 'API calls in flight at once, over all accounts.',
  },
  apiMaxResponseSize: {
    flag: 'api.max-response-size',
    variable: 'POINTONE_API_MAX_RESPONSE_SIZE',
    default: '8MiB',
    placeholder: 'SIZE',
    parser: size('1KiB', '256MiB'),
    help: 'Largest answer of the API that is read; 8MiB are about 40,000 tokens.',
  },
  scrapeTimeoutOffset: {
    flag: 'scrape.timeout-offset',
    variable: 'POINTONE_SCRAPE_TIMEOUT_OFFSET',
    default: '500ms',
    placeholder: 'DURATION',
    parser: duration('0', '10m'),
    help: "Taken off the scrape's own timeout, so that an answer arrives before Prometheus gives up.",
  },
  webListenAddress: {
    flag: 'web.listen-address',
    variable: 'POINTONE_WEB_LISTEN_ADDRESS',
    default: ':10210',
    placeholder: 'ADDRESS',
    parser: listenAddress,
    help: 'Where to listen: host:port, [IPv6]:port or :port. Port 0 picks a free one, which the log names.',
  },
  webTelemetryPath: {
    flag: 'web.telemetry-path',
    variable: 'POINTONE_WEB_TELEMETRY_PATH',
    default: '/metrics',
    placeholder: 'PATH',
    parser: urlPath,
    help: 'Path of the metrics.',
  },
  webConfigFile: {
    flag: 'web.config.file',
    variable: 'POINTONE_WEB_CONFIG_FILE',
    placeholder: 'FILE',
    parser: filePath,
    help: "YAML file of TLS, passwords and headers, in the format of Prometheus' exporter-toolkit. It, its certificates and keys are read anew when they change.",
  },
  webExternalUrl: {
    flag: 'web.external-url',
    variable: 'POINTONE_WEB_EXTERNAL_URL',
    placeholder: 'URL',
    parser: externalUrl,
    help: 'Where the exporter is reached from outside, when that differs from what a request says of itself: behind a reverse proxy. /sd and the links of the page are made of it.',
  },
  webMaxRequests: {
    flag: 'web.max-requests',
    variable: 'POINTONE_WEB_MAX_REQUESTS',
    default: '40',
    placeholder: 'COUNT',
    parser: integer(0, 1_000_000),
    help: 'Scrapes answered at once, and as many status pages; more get 503; 0 for no limit.',
  },
  webEnableLifecycle: {
    flag: 'web.enable-lifecycle',
    variable: 'POINTONE_WEB_ENABLE_LIFECYCLE',
    default: 'false',
    parser: boolean,
    help: 'Let PUT and POST of /-/reload read the configuration file anew, as SIGHUP does.',
  },
  webDisableExporterMetrics: {
    flag: 'web.disable-exporter-metrics',
    variable: 'POINTONE_WEB_DISABLE_EXPORTER_METRICS',
    default: 'false',
    parser: boolean,
    help: "Leave out the exporter's process_* and nodejs_* metrics.",
  },
  logLevel: {
    flag: 'log.level',
    variable: 'POINTONE_LOG_LEVEL',
    default: 'info',
    placeholder: 'LEVEL',
    parser: LOG_LEVELS,
    help: 'Least severity to log. Logs go to standard error.',
  },
  logFormat: {
    flag: 'log.format',
    variable: 'POINTONE_LOG_FORMAT',
    default: 'json',
    placeholder: 'FORMAT',
    parser: LOG_FORMATS,
    help: 'How to log.',
  },
  warning: {
    flag: 'warning',
    default: '14d',
    placeholder: 'DURATION',
    parser: TIME_LEFT,
    help: 'A token with less time left, and less than a quarter of its life, is worth a warning.',
    command: 'check',
  },
  critical: {
    flag: 'critical',
    default: '3d',
    placeholder: 'DURATION',
    parser: TIME_LEFT,
    help: 'A token with less time left, and less than a tenth of its life, is critical.',
    command: 'check',
  },
  output: {
    flag: 'output',
    default: 'table',
    placeholder: 'FORMAT',
    parser: OUTPUTS,
    help: 'How to print: for people and monitoring systems, or for scripts.',
    command: 'check',
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends { parser: Parser<infer Value> }
  ? S extends { default: string }
    ? Value
    : Value | undefined
  : never;

/** The value of every setting: durations in milliseconds, sizes in bytes. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

/** The variable that holds the personal access token of the single-account set-up. */
export const TOKEN_VARIABLE = 'POINTONE_API_TOKEN';

export const COMMANDS = {
  serve: 'Run the exporter (the default).',
  check:
    'Fetch once and print the tokens, most urgent first. Exits by the convention of monitoring plugins: 0 OK, 1 warning, 2 critical, 3 could not tell.',
  metrics:
    "Fetch once and print the pointone_* metrics, for node_exporter's textfile collector. Exits 1 when no account could be read.",
} as const;
export type Command = keyof typeof COMMANDS;
