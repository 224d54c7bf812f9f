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

/** The parts of `/metrics` that `collect[]` can ask for. */
const PARTS = ['accounts', 'exporter'] as const;

export interface ScrapeRoutesOptions {
  readonly telemetryPath: string;
  readonly timeoutOffsetMs: number;
  /** Scrapes answered at once; 0 for no limit. */
  readonly maxScrapes: number;
  /** Asked anew for each scrape, so that the accounts can be replaced. */
  readonly collectors: () => Collectors;
  readonly exporterMetrics: ExporterMetrics;
  readonly clock: Clock;
}

/** Answers a request for one path, by GET or HEAD. A HEAD makes no call to the API: nobody would see what it says. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * What answers scrapes, by path: `/metrics`, every account and the exporter itself, and `/probe`, one account alone.
 * They do without Express, which takes as long over a request as it takes to write ten tokens.
 */
export function createScrapeRoutes(options: ScrapeRoutesOptions): ReadonlyMap<string, RouteHandler> {
  const { telemetryPath, timeoutOffsetMs, maxScrapes, collectors, exporterMetrics, clock } = options;

  /** Reads accounts on behalf of a request: by its deadline, and no longer than it is there. */
  const collectWithin = async <Result>(
    request: IncomingMessage,
    response: ServerResponse,
    collect: (deadline: number, left: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const left = new AbortController();
    // Each account listens for itself; more than ten are no leak.
    setMaxListeners(0, left.signal);
    const leave = (): void => left.abort();
    response.once('close', leave);
    if (response.closed) leave();
    try {
      const timeout = request.headers['x-prometheus-scrape-timeout-seconds']?.toString();
      return await collect(clock.monotonic() + scrapeTimeoutMs(timeout, timeoutOffsetMs), left.signal);
    } finally {
      response.off('close', leave);
    }
  };

  const metrics: RouteHandler = async (request, response) => {
    const wanted = parameters(request).getAll('collect[]');
    const unknown = wanted.find((part) => !PARTS.some((known) => known === part));
    if (unknown !== undefined) {
      sendText(response, 400, `collect[] is ${JSON.stringify(unknown)}; accepted: ${PARTS.join(', ')}`);
      return;
    }
    if (request.method === 'HEAD') return sendMetrics(request, response, [], clock.now());
    const wants = (part: (typeof PARTS)[number]): boolean => wanted.length === 0 || wanted.includes(part);
    const reports: Report[] = wants('accounts')
      ? await collectWithin(request, response, (deadline, left) => collectors().collect(deadline, left))
      : [];
    const own = wants('exporter') ? await exporterMetrics.groups() : [];
    await sendMetrics(request, response, [...reportGroups(reports), ...own], clock.now());
  };

  const probe: RouteHandler = async (request, response) => {
    const [name, ...more] = parameters(request).getAll('account');
    if (name === undefined || name === '' || more.length > 0) {
      sendText(response, 400, 'one parameter account is expected: /probe?account=NAME');
      return;
    }
    const account = collectors().collector(name);
    if (account === undefined) {
      sendText(response, 404, `no account is named ${JSON.stringify(name)} in the configuration`);
      return;
    }
    if (request.method === 'HEAD') return sendMetrics(request, response, [], clock.now());
    const report = await collectWithin(request, response, (deadline, left) => account.collect(deadline, left));
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

/** The query alone: a request target may be a whole address, and no valid one. */
function parameters({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/**
 * How long a scrape may take, by the header in which Prometheus says when it will give up.
 *
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`; anything but a positive number is ignored
 * @param offsetMs what to keep for rendering and the way back; half the header's time where it would leave nothing
 * @returns milliseconds, Infinity when the scraper names no deadline
 */
export function scrapeTimeoutMs(header: string | undefined, offsetMs: number): number {
  if (header === undefined || !/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(header.trim())) return Number.POSITIVE_INFINITY;
  const timeoutMs = Number(header) * 1000;
  if (timeoutMs === 0) return Number.POSITIVE_INFINITY;
  return timeoutMs > offsetMs ? timeoutMs - offsetMs : timeoutMs / 2;
}
