import type { Instant } from '../model/instant.ts';
import { failedOutcome, type Outcome } from '../model/report.ts';
import { type ApiAccess, sendApiRequest } from './api-request.ts';
import {
  CredentialError,
  type CredentialSource,
  credentialExpiry,
  readCredential,
  withCredentialExpiry,
} from './credential.ts';
import { withEndpointHint } from './endpoint-hint.ts';
import { parseHttpDate } from './headers.ts';
import { describeProxy, networkFailure } from './network-failure.ts';
import { interpretResponse } from './response.ts';
import { VIEW_TOKENS_QUERY } from './token-parser.ts';
import { InvalidResponseError } from './transport.ts';

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

export interface ClientOptions extends ApiAccess {
  readonly credential: CredentialSource;
}

/** Creates a client of Point One's GraphQL API for one account. */
export function createClient({ credential: source, ...access }: ClientOptions): Upstream {
  const { endpoint, dispatcher, classifyStatus } = access;

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
        const response = await sendApiRequest({
          ...access,
          query: VIEW_TOKENS_QUERY,
          credential,
          signal,
          onPause: (ms) => {
            pauseMs = ms;
          },
        });
        const date = parseHttpDate(response.headers.get('date'));
        const outcome = withEndpointHint(await interpretResponse(response, classifyStatus), response, endpoint);
        return {
          outcome: viaProxy(withCredentialExpiry(outcome, credentialExpiresAt, date ?? response.receivedAt)),
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
