import { GraphQLClient } from 'graphql-request';
import type { Instant } from '../model/instant.ts';
import type { ClassifyStatus } from '../model/status.ts';
import type { Clock } from '../runtime/clock.ts';
import { parseJson } from '../runtime/json.ts';
import { type ApiResponse, type BodyKind, bodyKind, requestedPauseMs } from './response.ts';
import { StreamingResponse } from './streaming-response.ts';
import { createTransport, type TransportOptions } from './transport.ts';

/** How to reach the API, the same for every request of one account. */
export interface ApiAccess extends Pick<TransportOptions, 'dispatcher' | 'maxResponseSize' | 'observer'> {
  readonly endpoint: URL;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Classifies the statuses of the tokens, if the response lists tokens. */
  readonly classifyStatus: ClassifyStatus;
}

/** One GraphQL request. */
export interface ApiRequest {
  /** A document with one named operation, whose name is sent as `operationName`. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly credential: string;
  readonly signal: AbortSignal;
  /**
   * Called with the pause that the response asks for, in milliseconds; 0 for none. The body, which may be broken or too
   * large, is read later.
   */
  readonly onPause?: (pauseMs: number) => void;
}

/**
 * Prefers the media type that every GraphQL server sends and that other clients of Point One's API request. The GraphQL
 * over HTTP specification recommends the opposite order, for status codes that tell more; the exporter reads the body
 * either way. Apollo Server sends the type with the higher weight.
 *
 * Apollo Server's CSRF prevention accepts the request because of the content type `application/json`, which
 * graphql-request sets. A header such as `apollo-require-preflight`, which other requests need, would have no effect.
 */
const ACCEPT = 'application/json, application/graphql-response+json;q=0.9';

/** A response, and the local time at which its headers arrived. */
export type ReceivedResponse = ApiResponse & { readonly receivedAt: Instant };

/**
 * Sends one GraphQL request and reads its response, whatever the response means: `interpretResponse` decides that.
 *
 * @throws InvalidResponseError if the body is too large
 * @throws Node's error if the network fails, or the signal's reason if it aborts
 */
export async function sendApiRequest({
  endpoint,
  dispatcher,
  maxResponseSize,
  observer,
  userAgent,
  clock,
  classifyStatus,
  query,
  variables,
  credential,
  signal,
  onPause,
}: ApiAccess & ApiRequest): Promise<ReceivedResponse> {
  let receivedAt = Number.NaN;
  let pauseMs = 0;
  const streamingResponse = new StreamingResponse(classifyStatus);
  const onResponse: TransportOptions['onResponse'] = (response) => {
    receivedAt = clock.now();
    pauseMs = requestedPauseMs(response, receivedAt);
    onPause?.(pauseMs);
    return pauseMs;
  };
  const client = new GraphQLClient(endpoint.href, {
    fetch: createTransport({ dispatcher, maxResponseSize, onResponse, streamingResponse, observer }),
    headers: { 'user-agent': userAgent, accept: ACCEPT },
    jsonSerializer: { stringify: JSON.stringify, parse: wrapEnvelope },
  });
  const { status, headers, data } = await client.rawRequest<Envelope, Record<string, unknown>>({
    query,
    ...(variables === undefined ? {} : { variables }),
    requestHeaders: { authorization: `Bearer ${credential}` },
    signal,
  });
  return { status, headers, pauseMs, tokens: streamingResponse.tokens, ...data, receivedAt };
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
