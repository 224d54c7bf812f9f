import { isIP } from 'node:net';
import { formatCount, formatNumber } from '../health/formats.ts';
import { formatInstant } from '../model/instant.ts';
import type { Outcome } from '../model/report.ts';
import type { ExchangeTrace } from './exchange-trace.ts';
import type { Masking } from './masking.ts';

/** The steps of an exchange, in order. */
export type StepName = 'credential' | 'proxy' | 'resolve' | 'connect' | 'TLS' | 'response' | 'body' | 'list';

/** How far one step got. */
export interface Step {
  readonly name: StepName;
  readonly state: 'ok' | 'failed' | 'not reached';
  readonly text: string;
  /** Milliseconds that the step took; undefined if it has no duration of its own. */
  readonly ms: number | undefined;
}

/** How a request reaches the endpoint. A tunnel carries TLS to the endpoint; otherwise the proxy itself gets the request. */
export type Route = 'direct' | 'tunnel' | 'forwarding proxy';

export interface StepOptions {
  readonly trace: ExchangeTrace;
  readonly outcome: Outcome;
  readonly endpoint: URL;
  readonly proxy: string | undefined;
  readonly masking: Masking;
  /** Where the credential comes from. */
  readonly credentialLocation: string;
}

export function routeOf(endpoint: URL, proxy: string | undefined): Route {
  if (proxy === undefined) return 'direct';
  return endpoint.protocol === 'https:' ? 'tunnel' : 'forwarding proxy';
}

/** Returns the steps of the route. */
function stepsOf(endpoint: URL, route: Route): StepName[] {
  const connection: StepName[] = route === 'tunnel' ? ['proxy'] : ['resolve', 'connect'];
  const tls: StepName[] = endpoint.protocol === 'https:' ? ['TLS'] : [];
  return ['credential', ...connection, ...tls, 'response', 'body', 'list'];
}

/** Returns the step that failed, or undefined if the list was read. */
export function failedStep({
  trace,
  outcome,
  endpoint,
  proxy,
}: Pick<StepOptions, 'trace' | 'outcome' | 'endpoint' | 'proxy'>): StepName | undefined {
  if (outcome.ok) return undefined;
  const { reason } = outcome.failure;
  if (reason === 'credential') return 'credential';
  if (trace.status === undefined) return stepWithoutResponse(trace, endpoint, routeOf(endpoint, proxy));
  if (reason === 'invalid_response') return 'list';
  return reason === 'network' || reason === 'timeout' ? 'body' : 'response';
}

function stepWithoutResponse(trace: ExchangeTrace, endpoint: URL, route: Route): StepName {
  if (route === 'tunnel') {
    if (!trace.hasSocket) return 'proxy';
  } else if (trace.peer === undefined) {
    const isAddress = route === 'direct' && isIP(endpoint.hostname.replace(/^\[|\]$/g, '')) !== 0;
    return trace.addresses.length === 0 && trace.failedAttempts.length === 0 && !isAddress ? 'resolve' : 'connect';
  }
  return endpoint.protocol === 'https:' && !trace.isSecured ? 'TLS' : 'response';
}

/** Describes each step of an exchange. The text of the failed step is the failure's own. */
export function describeSteps(options: StepOptions): Step[] {
  const { outcome, endpoint, proxy } = options;
  const failed = failedStep(options);
  const names = stepsOf(endpoint, routeOf(endpoint, proxy));
  const failedIndex = failed === undefined ? names.length : names.indexOf(failed);
  return names.map((name, index): Step => {
    if (index > failedIndex) return { name, state: 'not reached', text: '', ms: undefined };
    const { text, ms } = describeStep(name, options);
    if (index < failedIndex || outcome.ok) return { name, state: 'ok', text, ms };
    return {
      name,
      state: 'failed',
      text: joinSentences(outcome.failure.detail, seenSoFar(name, options)),
      ms: undefined,
    };
  });
}

function describeStep(
  name: StepName,
  { trace, outcome, endpoint, proxy, masking, credentialLocation }: StepOptions,
): { readonly text: string; readonly ms: number | undefined } {
  const { sent, resolved = sent, connected = resolved, secured = connected, responded, lastByte } = trace.moments;
  const server = routeOf(endpoint, proxy) === 'direct' ? '' : ` of the proxy ${proxy}`;
  switch (name) {
    case 'credential':
      return { text: `read from ${credentialLocation}`, ms: undefined };
    case 'resolve':
      return trace.addresses.length === 0
        ? { text: `not needed for an address${server}`, ms: undefined }
        : {
            text: `${trace.addresses.length === 1 ? '1 address' : `${formatNumber(trace.addresses.length)} addresses`}${server}: ${trace.addresses.join(', ')}`,
            ms: resolved - sent,
          };
    case 'connect':
      return { text: `${trace.peer}${server}${describeAttempts(trace)}`, ms: connected - resolved };
    case 'proxy':
      return { text: `tunnel through ${proxy}`, ms: connected - sent };
    case 'TLS':
      return { text: describeTls(trace, masking), ms: secured - connected };
    case 'response':
      return { text: `HTTP ${trace.status}`, ms: responded === undefined ? undefined : responded - secured };
    case 'body':
      return {
        text: formatCount(trace.bodyBytes, 'byte'),
        ms: responded === undefined || lastByte === undefined ? undefined : lastByte - responded,
      };
    case 'list':
      return { text: outcome.ok ? formatCount(outcome.tokens.length, 'token') : '', ms: undefined };
  }
}

/** Adds what is known of a failed step. */
function seenSoFar(name: StepName, { trace, masking }: StepOptions): string {
  switch (name) {
    case 'connect': {
      const failed = trace.failedAttempts.map(({ address, code }) => `${address} (${code})`);
      return failed.length === 0 ? '' : `Attempts: ${failed.join(', ')}.`;
    }
    case 'TLS':
      return trace.tls === undefined ? '' : `The server sent: ${describeTls(trace, masking)}.`;
    case 'body':
      return `${formatNumber(trace.bodyBytes)} bytes arrived after HTTP ${trace.status}.`;
    default:
      return '';
  }
}

function describeAttempts({ failedAttempts }: ExchangeTrace): string {
  if (failedAttempts.length === 0) return '';
  return `, after ${failedAttempts.map(({ address, code }) => `${address} (${code})`).join(', ')}`;
}

function describeTls({ tls }: ExchangeTrace, masking: Masking): string {
  if (tls === undefined) return 'TLS';
  const { protocol = 'TLS', subject, issuer, validTo } = tls;
  const expiry = Date.parse(validTo);
  const until = Number.isNaN(expiry) ? 'an unknown date' : formatInstant(expiry).slice(0, 10);
  return `${protocol}, certificate of ${masking.text(subject)}, issued by ${masking.text(issuer)}, valid until ${until}`;
}

function joinSentences(...sentences: readonly string[]): string {
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => (sentence.endsWith('.') ? sentence : `${sentence}.`))
    .join(' ');
}
