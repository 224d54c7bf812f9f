import { GraphQLClient } from 'graphql-request';
import type { Instant } from '../model/instant.ts';
import { failedOutcome, type Outcome } from '../model/report.ts';
import type { ClassifyStatus } from '../model/status.ts';
import type { Clock } from '../runtime/clock.ts';
import { parseJson } from '../runtime/json.ts';
import { CredentialError, type CredentialSource, credentialExpiry, readCredential } from './credential.ts';
import { withEndpointHint } from './endpoint-hint.ts';
import { parseHttpDate } from './headers.ts';
import { describeProxy, networkFailure } from './network-failure.ts';
import { type ApiResponse, type BodyKind, bodyKind, interpretResponse, requestedPauseMs } from './response.ts';
import { StreamingResponse } from './streaming-response.ts';
import { VIEW_TOKENS_QUERY } from './token-parser.ts';
import { createTransport, InvalidResponseError, type TransportOptions } from './transport.ts';

/** The result of one request to the API. */
export interface FetchResult {
  readonly outcome: Outcome;
  /** Milliseconds to wait before the next request; 0 if the API did not ask for a pause. */
  readonly pauseMs: number;
  readonly clockSkewMs: number | undefined;
  readonly credentialExpiresAt: Instant | undefined;
}

/** Fetches the tokens of one user. */
export interface Upstream {
  /** The `host:port` of the proxy that the requests use; undefined for a direct connection. */
  readonly proxy?: string | undefined;
  /** Sends one request. Never rejects: every error is an outcome, including an aborted signal (`timeout`). */
  fetchTokens(signal: AbortSignal): Promise<FetchResult>;
}

export interface ClientOptions extends Omit<TransportOptions, 'onResponse' | 'streamingResponse'> {
  readonly endpoint: URL;
  readonly credential: CredentialSource;
  /** Classifies the statuses of the tokens. */
  readonly classifyStatus: ClassifyStatus;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** Creates a client of Point One's GraphQL API for one account. */
export function createClient({
  endpoint,
  credential: source,
  classifyStatus,
  userAgent,
  clock,
  dispatcher,
  maxResponseSize,
}: ClientOptions): Upstream {
  const sendQuery = async (
    credential: string,
    signal: AbortSignal,
    onPause: (pauseMs: number) => void,
  ): Promise<ApiResponse & { readonly receivedAt: Instant }> => {
    let receivedAt = Number.NaN;
    let pauseMs = 0;
    const streamingResponse = new StreamingResponse(classifyStatus);
    const onResponse: TransportOptions['onResponse'] = (response) => {
      receivedAt = clock.now();
      pauseMs = requestedPauseMs(response, receivedAt);
      onPause(pauseMs);
      return pauseMs;
    };
    const client = new GraphQLClient(endpoint.href, {
      fetch: createTransport({ dispatcher, maxResponseSize, onResponse, streamingResponse }),
      headers: { 'user-agent': userAgent },
      jsonSerializer: { stringify: JSON.stringify, parse: wrapEnvelope },
    });
    const { status, headers, data } = await client.rawRequest<Envelope>({
      query: VIEW_TOKENS_QUERY,
      requestHeaders: { authorization: `Bearer ${credential}` },
      signal,
    });
    return { status, headers, pauseMs, tokens: streamingResponse.tokens, ...data, receivedAt };
  };

  /** Names the proxy in a failure, because the response may be one of the proxy. */
  const viaProxy = (outcome: Outcome): Outcome =>
    outcome.ok || dispatcher.proxy === undefined
      ? outcome
      : failedOutcome(outcome.failure.reason, `${outcome.failure.detail} (received${describeProxy(dispatcher.proxy)})`);

  return {
    proxy: dispatcher.proxy,
    async fetchTokens(signal) {
      let credentialExpiresAt: Instant | undefined;
      // Known before the body, which may be broken or too large.
      let pauseMs = 0;
      const failed = (outcome: Outcome): FetchResult => ({
        outcome,
        pauseMs,
        clockSkewMs: undefined,
        credentialExpiresAt,
      });
      try {
        const credential = await readCredential(source);
        credentialExpiresAt = credentialExpiry(credential);
        const response = await sendQuery(credential, signal, (ms) => {
          pauseMs = ms;
        });
        const date = parseHttpDate(response.headers.get('date'));
        return {
          outcome: viaProxy(withEndpointHint(await interpretResponse(response, classifyStatus), response, endpoint)),
          pauseMs,
          // Date is set when the response starts. Compare it with the arrival of the headers: a slow body is not skew.
          clockSkewMs: date === undefined ? undefined : response.receivedAt - date,
          credentialExpiresAt,
        };
      } catch (error) {
        if (error instanceof CredentialError) return failed(failedOutcome('credential', error.message));
        if (error instanceof InvalidResponseError)
          return failed(viaProxy(failedOutcome('invalid_response', error.message)));
        if (signal.aborted) return failed(failedOutcome('timeout', 'the request was aborted'));
        return failed(networkFailure(error, endpoint, dispatcher.proxy));
      }
    },
  };
}

interface Envelope {
  readonly json: unknown;
  readonly bodyKind: BodyKind;
}

/**
 * Wraps a response body so that graphql-request accepts it unchanged. graphql-request rejects `"errors": null` and accepts
 * a body of `[]`, so `interpretResponse` checks the envelope instead. A body that is not JSON becomes undefined.
 */
function wrapEnvelope(text: string): { data: Envelope } {
  const json = parseJson(text);
  return { data: { json, bodyKind: bodyKind(text, json) } };
}
