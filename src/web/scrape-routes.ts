import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Collectors } from '../accounts/collectors.ts';
import type { ExporterMetrics } from '../metrics/exporter-metrics.ts';
import { reportGroups } from '../metrics/report-groups.ts';
import type { Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';
import { sendText } from '../server/text-responses.ts';
import { sendMetrics } from './metrics-response.ts';
import { createRequestLimit } from './request-handling.ts';

/** Lists the values of `collect[]`, which select parts of `/metrics`. */
const PARTS = ['accounts', 'exporter'] as const;

export interface ScrapeRoutesOptions {
  readonly telemetryPath: string;
  readonly timeoutOffsetMs: number;
  /** Maximum number of concurrent scrapes; 0 for no limit. */
  readonly maxScrapes: number;
  /** Returns the current collectors. Called for each scrape, because a reload replaces them. */
  readonly collectors: () => Collectors;
  readonly exporterMetrics: ExporterMetrics;
  readonly clock: Clock;
}

/** Handles GET and HEAD requests for one path. HEAD sends no request to the API, because its response has no body. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Creates the handlers of scrapes, by path: `/metrics` (all accounts and the exporter) and `/probe` (one account). They
 * do not use Express, whose overhead per request is about the cost of writing ten tokens.
 */
export function createScrapeRoutes(options: ScrapeRoutesOptions): ReadonlyMap<string, RouteHandler> {
  const { telemetryPath, timeoutOffsetMs, maxScrapes, collectors, exporterMetrics, clock } = options;

  /** Collects accounts for a request until its deadline, or until the client disconnects. */
  const collectWithin = async <Result>(
    request: IncomingMessage,
    response: ServerResponse,
    collect: (deadline: number, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const disconnected = new AbortController();
    // Each account adds a listener, so exceeding ten, Node's threshold for a leak warning, is normal.
    setMaxListeners(0, disconnected.signal);
    const onClose = (): void => disconnected.abort();
    response.once('close', onClose);
    if (response.closed) onClose();
    try {
      const timeout = request.headers['x-prometheus-scrape-timeout-seconds']?.toString();
      return await collect(clock.monotonic() + scrapeTimeoutMs(timeout, timeoutOffsetMs), disconnected.signal);
    } finally {
      response.off('close', onClose);
    }
  };

  const metrics: RouteHandler = async (request, response) => {
    const requested = queryParameters(request).getAll('collect[]');
    const unknown = requested.find((part) => !PARTS.some((known) => known === part));
    if (unknown !== undefined) {
      sendText(response, 400, `unknown value of collect[]: ${JSON.stringify(unknown)}; expected ${PARTS.join(' or ')}`);
      return;
    }
    if (request.method === 'HEAD') return sendMetrics(request, response, [], clock.now());
    const isRequested = (part: (typeof PARTS)[number]): boolean => requested.length === 0 || requested.includes(part);
    const reports: Report[] = isRequested('accounts')
      ? await collectWithin(request, response, (deadline, signal) => collectors().collect(deadline, signal))
      : [];
    const exporterGroups = isRequested('exporter') ? await exporterMetrics.groups() : [];
    await sendMetrics(request, response, [...reportGroups(reports), ...exporterGroups], clock.now());
  };

  const probe: RouteHandler = async (request, response) => {
    const [name, ...others] = queryParameters(request).getAll('account');
    if (name === undefined || name === '' || others.length > 0) {
      sendText(response, 400, 'exactly one query parameter account is required: /probe?account=NAME');
      return;
    }
    const collector = collectors().collector(name);
    if (collector === undefined) {
      sendText(response, 404, `unknown account ${JSON.stringify(name)}; the configuration does not contain it`);
      return;
    }
    if (request.method === 'HEAD') return sendMetrics(request, response, [], clock.now());
    const report = await collectWithin(request, response, (deadline, signal) => collector.collect(deadline, signal));
    await sendMetrics(request, response, reportGroups([report]), clock.now());
  };

  const admit = createRequestLimit(maxScrapes);
  const limited =
    (route: RouteHandler): RouteHandler =>
    async (request, response) => {
      if (admit(response)) await route(request, response);
    };
  return new Map([
    ['/probe', limited(probe)],
    [telemetryPath, limited(metrics)],
  ]);
}

/** Parses the query of a request. Does not use `URL`, because the request target may be an invalid URL. */
function queryParameters({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/**
 * Returns the timeout of a scrape in milliseconds: the timeout that Prometheus sends, minus the offset.
 *
 * @param header value of `X-Prometheus-Scrape-Timeout-Seconds`; ignored unless it is a positive number
 * @param offsetMs time to reserve for writing and sending the response; if it is not less than the timeout, the result
 * is half of the timeout
 * @returns Infinity if the scraper sends no valid timeout
 */
export function scrapeTimeoutMs(header: string | undefined, offsetMs: number): number {
  if (header === undefined || !/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(header.trim())) return Number.POSITIVE_INFINITY;
  const timeoutMs = Number(header) * 1000;
  if (timeoutMs === 0) return Number.POSITIVE_INFINITY;
  return timeoutMs > offsetMs ? timeoutMs - offsetMs : timeoutMs / 2;
}
