import { connect } from 'node:net';
import { type Exposition, parseExposition } from '../test/support/exposition.ts';
import { DISCONNECTING, FAULTY, STEADY } from './accounts.ts';
import { pause } from './fault-injection.ts';

const SCRAPE_TIMEOUT_SECONDS = 10;

export type Samples = Exposition['samples'];

/** Counts scrapes by result. All counts except the first must stay 0. */
export class ScrapeStatistics {
  succeeded = 0;
  /** Scrapes without a complete response of status 200 before the deadline. */
  failed = 0;
  malformed = 0;
  /** Scrapes in which the account without faults is down. */
  steadyDown = 0;
  /** The errors, each distinct message once. */
  readonly errors = new Set<string>();

  /** Scrapes like Prometheus. Returns undefined if there is no response or a malformed one. */
  async scrape(url: string): Promise<Samples | undefined> {
    let text: string;
    try {
      const response = await fetch(url, {
        headers: { 'X-Prometheus-Scrape-Timeout-Seconds': String(SCRAPE_TIMEOUT_SECONDS) },
        signal: AbortSignal.timeout(SCRAPE_TIMEOUT_SECONDS * 1000),
      });
      text = await response.text();
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    } catch (error) {
      this.failed += 1;
      this.errors.add(`no response: ${describe(error)}`);
      return undefined;
    }
    this.succeeded += 1;
    try {
      const { samples } = parseExposition(text);
      if (samples.some(isSteadyDown)) this.steadyDown += 1;
      return samples;
    } catch (error) {
      this.malformed += 1;
      this.errors.add(`malformed: ${describe(error)}`);
      return undefined;
    }
  }
}

function isSteadyDown({ name, labels, value }: Samples[number]): boolean {
  return name === 'pointone_up' && labels['account'] === STEADY && value !== 1;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Scrapes like two Prometheus servers that scrape all accounts, and one that probes single accounts. */
export async function scrapeAll(url: string, scrapes: ScrapeStatistics, signal: AbortSignal): Promise<void> {
  const repeat = async (paths: readonly string[], everyMs: number): Promise<void> => {
    while (!signal.aborted) {
      await Promise.all([...paths.map((path) => scrapes.scrape(url + path)), pause(everyMs, signal)]);
    }
  };
  await Promise.all([
    repeat(['/metrics'], 1_000),
    repeat(['/metrics'], 700),
    repeat(['/metrics?collect[]=exporter', ...FAULTY.map((account) => `/probe?account=${account}`)], 300),
  ]);
}

const HEADERS = { Host: 'exporter', Connection: 'close' };

/** Runs misbehaving clients: some disconnect early, some never read, and some never complete their request. */
export async function runBadClients(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  const request = (path: string, end = '\r\n\r\n'): string =>
    `GET ${path} HTTP/1.1\r\n${Object.entries(HEADERS)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}${end}`;
  const client = async (text: string, lifetimeMs: number): Promise<void> => {
    while (!signal.aborted) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(text);
      await pause(lifetimeMs, signal);
      socket.destroy();
    }
  };
  await Promise.all([
    client(request(`/probe?account=${DISCONNECTING}`), 5),
    client(request('/metrics?collect[]=exporter'), 3_000),
    client(request('/metrics', '\r\nX-Unfinished: '), 3_000),
    client('not HTTP at all\r\n\r\n', 500),
    client('', 2_000),
  ]);
}
