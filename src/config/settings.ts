import { DAY_MS } from '../model/instant.ts';
import { DEFAULT_THRESHOLDS } from '../model/urgency.ts';
import { endpointUrl, externalUrl, listenAddress, urlPath } from './addresses.ts';
import {
  boolean,
  duration,
  filePath,
  integer,
  nonEmptyString,
  oneOf,
  type Parser,
  size,
  statusList,
} from './parsers.ts';

/** Describes one setting. Its flag, its environment variable, the help and docs/settings.md are derived from it. */
export interface Setting<Value> {
  readonly flag: string;
  /** The environment variable; undefined if there is none. */
  readonly variable?: string;
  /** The default as an unparsed string; undefined if there is none. */
  readonly default?: string;
  /** The placeholder of the value in the help; undefined for a boolean flag. */
  readonly placeholder?: string;
  readonly parser: Parser<Value>;
  readonly help: string;
  /** The only command that accepts this setting; undefined if all commands accept it. */
  readonly command?: Command;
}

/** Parses the timeout of a fetch. The maximum is far above any practical scrape timeout. */
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
    help: 'YAML file that lists the accounts. Without it, the --api settings describe a single account.',
  },
  configCheck: {
    flag: 'config.check',
    default: 'false',
    parser: boolean,
    help: 'Validate all settings and files, including token files, print the result, and exit with status 0 or 1.',
  },
  configSkipTokenFiles: {
    flag: 'config.skip-token-files',
    default: 'false',
    parser: boolean,
    help: 'With --config.check, do not read token files, for example because they are mounted later.',
  },
  apiEndpoint: {
    flag: 'api.endpoint',
    variable: 'POINTONE_API_ENDPOINT',
    default: 'https://graphql.pointonenav.com/graphql',
    placeholder: 'URL',
    parser: endpointUrl,
    help: 'URL of the GraphQL API.',
  },
  apiTokenFile: {
    flag: 'api.token-file',
    variable: 'POINTONE_API_TOKEN_FILE',
    placeholder: 'FILE',
    parser: filePath,
    help: 'File that contains the personal access token. It is read before every API call. Alternatively, set the token itself in POINTONE_API_TOKEN; there is no flag for it, because secrets do not belong on a command line.',
  },
  apiAccount: {
    flag: 'api.account',
    variable: 'POINTONE_API_ACCOUNT',
    default: 'default',
    placeholder: 'NAME',
    parser: nonEmptyString,
    help: 'Value of the account label in a single-account setup. Exporters for different users need different values.',
  },
  apiTimeout: {
    flag: 'api.timeout',
    variable: 'POINTONE_API_TIMEOUT',
    default: '10s',
    placeholder: 'DURATION',
    parser: FETCH_TIMEOUT,
    help: 'Timeout of one fetch.',
  },
  apiAllowHttp: {
    flag: 'api.allow-http',
    variable: 'POINTONE_API_ALLOW_HTTP',
    default: 'false',
    parser: boolean,
    help: 'Allow http:// endpoints on hosts other than loopback. The token is then sent in plaintext.',
  },
  apiMaxConcurrency: {
    flag: 'api.max-concurrency',
    variable: 'POINTONE_API_MAX_CONCURRENCY',
    default: '32',
    placeholder: 'COUNT',
    parser: integer(1, 10_000),
    help: 'Maximum number of concurrent API calls across all accounts.',
  },
  apiMaxResponseSize: {
    flag: 'api.max-response-size',
    variable: 'POINTONE_API_MAX_RESPONSE_SIZE',
    default: '8MiB',
    placeholder: 'SIZE',
    parser: size('1KiB', '256MiB'),
    help: 'Maximum size of an API response body (8MiB is about 40,000 tokens).',
  },
  apiStatusActive: {
    flag: 'api.status.active',
    variable: 'POINTONE_API_STATUS_ACTIVE',
    placeholder: 'LIST',
    parser: statusList,
    help: 'More statuses of tokens that work, separated by commas. Case and the prefixes STATUS_, TOKEN_ and TOKEN_STATUS_ are ignored. ACTIVE, VALID and ENABLED are built in.',
  },
  apiStatusExpired: {
    flag: 'api.status.expired',
    variable: 'POINTONE_API_STATUS_EXPIRED',
    placeholder: 'LIST',
    parser: statusList,
    help: 'More statuses of tokens that have expired. EXPIRED is built in.',
  },
  apiStatusRevoked: {
    flag: 'api.status.revoked',
    variable: 'POINTONE_API_STATUS_REVOKED',
    placeholder: 'LIST',
    parser: statusList,
    help: 'More statuses of tokens that were revoked and no longer work. REVOKED is built in.',
  },
  scrapeTimeoutOffset: {
    flag: 'scrape.timeout-offset',
    variable: 'POINTONE_SCRAPE_TIMEOUT_OFFSET',
    default: '500ms',
    placeholder: 'DURATION',
    parser: duration('0', '10m'),
    help: 'Offset to subtract from the timeout of the Prometheus scrape, so that the response arrives in time.',
  },
  webListenAddress: {
    flag: 'web.listen-address',
    variable: 'POINTONE_WEB_LISTEN_ADDRESS',
    default: ':10210',
    placeholder: 'ADDRESS',
    parser: listenAddress,
    help: 'Address to listen on. Port 0 selects a free port, which is logged at startup.',
  },
  webTelemetryPath: {
    flag: 'web.telemetry-path',
    variable: 'POINTONE_WEB_TELEMETRY_PATH',
    default: '/metrics',
    placeholder: 'PATH',
    parser: urlPath,
    help: 'Path under which to expose metrics.',
  },
  webConfigFile: {
    flag: 'web.config.file',
    variable: 'POINTONE_WEB_CONFIG_FILE',
    placeholder: 'FILE',
    parser: filePath,
    help: "YAML file for TLS, basic authentication and response headers, in the format of Prometheus' exporter-toolkit. The file, its certificates and its keys are reloaded when they change.",
  },
  webExternalUrl: {
    flag: 'web.external-url',
    variable: 'POINTONE_WEB_EXTERNAL_URL',
    placeholder: 'URL',
    parser: externalUrl,
    help: 'URL under which the exporter is reachable from outside, for example through a reverse proxy. /sd and the links of the status page use it. Without it, they use the Host header of the request.',
  },
  webMaxRequests: {
    flag: 'web.max-requests',
    variable: 'POINTONE_WEB_MAX_REQUESTS',
    default: '40',
    placeholder: 'COUNT',
    parser: integer(0, 1_000_000),
    help: 'Maximum number of concurrent scrapes and, separately, of concurrent status page requests. Excess requests get 503. 0 disables the limit.',
  },
  webEnableLifecycle: {
    flag: 'web.enable-lifecycle',
    variable: 'POINTONE_WEB_ENABLE_LIFECYCLE',
    default: 'false',
    parser: boolean,
    help: 'Enable reloading the configuration file with a PUT or POST request to /-/reload, as with SIGHUP.',
  },
  webDisableExporterMetrics: {
    flag: 'web.disable-exporter-metrics',
    variable: 'POINTONE_WEB_DISABLE_EXPORTER_METRICS',
    default: 'false',
    parser: boolean,
    help: "Exclude the exporter's process_* and nodejs_* metrics.",
  },
  logLevel: {
    flag: 'log.level',
    variable: 'POINTONE_LOG_LEVEL',
    default: 'info',
    placeholder: 'LEVEL',
    parser: LOG_LEVELS,
    help: 'Only log messages with the given severity or above. Logs go to standard error.',
  },
  logFormat: {
    flag: 'log.format',
    variable: 'POINTONE_LOG_FORMAT',
    default: 'json',
    placeholder: 'FORMAT',
    parser: LOG_FORMATS,
    help: 'Output format of log messages.',
  },
  warning: {
    flag: 'warning',
    default: `${DEFAULT_THRESHOLDS.warning.leftMs / DAY_MS}d`,
    placeholder: 'DURATION',
    parser: TIME_LEFT,
    help: 'Report a warning for a token if less than this duration and less than a quarter of its lifetime remain.',
    command: 'check',
  },
  critical: {
    flag: 'critical',
    default: `${DEFAULT_THRESHOLDS.critical.leftMs / DAY_MS}d`,
    placeholder: 'DURATION',
    parser: TIME_LEFT,
    help: 'Report a token as critical if less than this duration and less than a tenth of its lifetime remain.',
    command: 'check',
  },
  output: {
    flag: 'output',
    default: 'table',
    placeholder: 'FORMAT',
    parser: OUTPUTS,
    help: 'Output format: table for people and monitoring systems, json for scripts.',
    command: 'check',
  },
  onlyProblems: {
    flag: 'only-problems',
    default: 'false',
    parser: boolean,
    help: 'Print only the tokens that need attention in the table. The summary, the exit status and JSON output still include all tokens.',
    command: 'check',
  },
  showNames: {
    flag: 'show-names',
    default: 'false',
    parser: boolean,
    help: 'Show names and descriptions of tokens and names of accounts. Without it, the output can be published.',
    command: 'diagnose',
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends { parser: Parser<infer Value> }
  ? S extends { default: string }
    ? Value
    : Value | undefined
  : never;

/** The values of all settings: durations in milliseconds, sizes in bytes. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

/** The environment variable that contains the personal access token in a single-account setup. */
export const TOKEN_VARIABLE = 'POINTONE_API_TOKEN';

export const COMMANDS = {
  serve: 'Run the exporter (the default).',
  check:
    'Fetch once and print the tokens, most urgent first. The exit status follows the monitoring plugins convention: 0 OK, 1 warning, 2 critical, 3 unknown.',
  metrics:
    "Fetch once and print the metrics of accounts and tokens, for node_exporter's textfile collector. Exit status 1 if no account could be read.",
  diagnose:
    'Look at the API once and print what differs from what the exporter expects, for the first day and for bug reports. Exit status 1 if something does not work or is not understood.',
} as const;
export type Command = keyof typeof COMMANDS;
