import { GraphQLClient } from 'graphql-request';
import type { Instant } from '../model/instant.ts';
import { failedOutcome, type Outcome } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';
import { parseJson } from '../runtime/json.ts';
import { CredentialError, type CredentialSource, credentialExpiry, readCredential } from './credential.ts';
import { parseHttpDate, parseRetryAfter } from './headers.ts';
import { networkFailure } from './network-failure.ts';
import { type ApiResponse, interpretResponse, isRateLimited } from './response.ts';
import { StreamingResponse } from './streaming-response.ts';
import { VIEW_TOKENS_QUERY } from './token-parser.ts';
import { createTransport, InvalidResponseError, type TransportOptions } from './transport.ts';

/** What one call came to. */
export interface FetchResult {
  readonly outcome: Outcome;
  /** Do not call again before so many milliseconds have passed; 0 when the API asks for no pause. */
  readonly pauseMs: number;
  readonly clockSkewMs: number | undefined;
  readonly credentialExpiresAt: Instant | undefined;
}

/** The tokens of one user. */
export interface Upstream {
  /** Makes one call and never throws: whatever goes wrong, an aborted signal (`timeout`) included, is an outcome. */
  fetchTokens(signal: AbortSignal): Promise<FetchResult>;
}

export interface ClientOptions extends Omit<TransportOptions, 'onResponse' | 'streamingResponse'> {
  readonly endpoint: URL;
  readonly credential: CredentialSource;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** Point One's GraphQL API as one account sees it. */
export function createClient({
  endpoint,
  credential: source,
  userAgent,
  clock,
  dispatcher: way,
  maxResponseSize,
}: ClientOptions): Upstream {
  const call = async (
    credential: string,
    signal: AbortSignal,
  ): Promise<ApiResponse & { readonly receivedAt: Instant }> => {
    let receivedAt = Number.NaN;
    const streamingResponse = new StreamingResponse();
    const onAnswer = (): void => {
      receivedAt = clock.now();
    };
    const client = new GraphQLClient(endpoint.href, {
      fetch: createTransport({ dispatcher: way, maxResponseSize, onResponse: onAnswer, streamingResponse }),
      headers: { 'user-agent': userAgent },
      jsonSerializer: { stringify: JSON.stringify, parse: wrapEnvelope },
    });
    const { status, headers, data } = await client.rawRequest<{ json: unknown }>({
      query: VIEW_TOKENS_QUERY,
      requestHeaders: { authorization: `Bearer ${credential}` },
      signal,
    });
    return { status, headers, tokens: streamingResponse.tokens, json: data.json, receivedAt };
  };

  return {
    async fetchTokens(signal) {
      let credentialExpiresAt: Instant | undefined;
      const without = (outcome: Outcome): FetchResult => ({
        outcome,
        pauseMs: 0,
        clockSkewMs: undefined,
        credentialExpiresAt,
      });
      try {
        const credential = await readCredential(source);
        credentialExpiresAt = credentialExpiry(credential);
        const answer = await call(credential, signal);
        const date = parseHttpDate(answer.headers.get('date'));
        return {
          outcome: await interpretResponse(answer),
          pauseMs: isRateLimited(answer) ? parseRetryAfter(answer.headers, clock.now()) : 0,
          // The date is that of the answer's beginning: a body that is slow must not look like a clock that is wrong.
          clockSkewMs: date === undefined ? undefined : answer.receivedAt - date,
          credentialExpiresAt,
        };
      } catch (error) {
        if (error instanceof CredentialError) return without(failedOutcome('credential', error.message));
        if (error instanceof InvalidResponseError) return without(failedOutcome('invalid_response', error.message));
        if (signal.aborted) return without(failedOutcome('timeout', 'the call was cut off'));
        return without(networkFailure(error, endpoint, way.proxy));
      }
    },
  };
}

/**
 * graphql-request looks at the envelope of an answer in its own way: it refuses `"errors": null` and lets a body of
 * `[]` pass. Wrapped whole, every answer reaches our own reading as it came; what is not JSON arrives as undefined.
 */
function wrapEnvelope(text: string): { data: { json: unknown } } {
  return { data: { json: parseJson(text) } };
}
