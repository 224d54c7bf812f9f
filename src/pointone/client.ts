import { GraphQLClient } from 'graphql-request';
import type { Instant } from '../model/instant.ts';
import { failed, type Outcome } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';
import { parseJson } from '../runtime/json.ts';
import { CredentialError, type CredentialSource, credentialExpiry, readCredential } from './credential.ts';
import { httpDate, retryAfterMs } from './headers.ts';
import { networkFailure } from './network-failure.ts';
import { type Answer, isRateLimit, judge } from './response.ts';
import { ArrivingAnswer } from './streaming-response.ts';
import { VIEW_TOKENS } from './token-parser.ts';
import { createTransport, InvalidAnswerError, type TransportOptions } from './transport.ts';

/** What one call came to. */
export interface Fetched {
  readonly outcome: Outcome;
  /** Do not call again before so many milliseconds have passed; 0 when the API asks for no pause. */
  readonly pauseMs: number;
  readonly clockSkewMs: number | undefined;
  readonly credentialExpiresAt: Instant | undefined;
}

/** The tokens of one user. */
export interface Upstream {
  /** Makes one call and never throws: whatever goes wrong, an aborted signal (`timeout`) included, is an outcome. */
  fetchTokens(signal: AbortSignal): Promise<Fetched>;
}

export interface ClientOptions extends Omit<TransportOptions, 'onAnswer' | 'arriving'> {
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
  way,
  maxResponseSize,
}: ClientOptions): Upstream {
  const call = async (credential: string, signal: AbortSignal): Promise<Answer & { readonly beganAt: Instant }> => {
    let beganAt = Number.NaN;
    const arriving = new ArrivingAnswer();
    const onAnswer = (): void => {
      beganAt = clock.now();
    };
    const client = new GraphQLClient(endpoint.href, {
      fetch: createTransport({ way, maxResponseSize, onAnswer, arriving }),
      headers: { 'user-agent': userAgent },
      jsonSerializer: { stringify: JSON.stringify, parse: wrapped },
    });
    const { status, headers, data } = await client.rawRequest<{ json: unknown }>({
      query: VIEW_TOKENS,
      requestHeaders: { authorization: `Bearer ${credential}` },
      signal,
    });
    return { status, headers, tokens: arriving.tokens, json: data.json, beganAt };
  };

  return {
    async fetchTokens(signal) {
      let credentialExpiresAt: Instant | undefined;
      const without = (outcome: Outcome): Fetched => ({
        outcome,
        pauseMs: 0,
        clockSkewMs: undefined,
        credentialExpiresAt,
      });
      try {
        const credential = await readCredential(source);
        credentialExpiresAt = credentialExpiry(credential);
        const answer = await call(credential, signal);
        const date = httpDate(answer.headers.get('date'));
        return {
          outcome: await judge(answer),
          pauseMs: isRateLimit(answer) ? retryAfterMs(answer.headers, clock.now()) : 0,
          // The date is that of the answer's beginning: a body that is slow must not look like a clock that is wrong.
          clockSkewMs: date === undefined ? undefined : answer.beganAt - date,
          credentialExpiresAt,
        };
      } catch (error) {
        if (error instanceof CredentialError) return without(failed('credential', error.message));
        if (error instanceof InvalidAnswerError) return without(failed('invalid_response', error.message));
        if (signal.aborted) return without(failed('timeout', 'the call was cut off'));
        return without(networkFailure(error, endpoint, way.proxy));
      }
    },
  };
}

/**
 * graphql-request looks at the envelope of an answer in its own way: it refuses `"errors": null` and lets a body of
 * `[]` pass. Wrapped whole, every answer reaches our own reading as it came; what is not JSON arrives as undefined.
 */
function wrapped(text: string): { data: { json: unknown } } {
  return { data: { json: parseJson(text) } };
}
