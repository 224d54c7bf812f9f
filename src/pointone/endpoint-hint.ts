import { failedOutcome, type Outcome } from '../model/report.ts';
import type { ApiResponse } from './response.ts';

/** The path of the API, see the default of `--api.endpoint`. */
const USUAL_PATH = '/graphql';

/** The statuses of a server that has no API at the path: a redirect, an invalid request, or an unknown path or method. */
const IS_ELSEWHERE = new Set([301, 302, 303, 307, 308, 400, 404, 405, 410]);

/** Names the endpoint in a failure that a wrong endpoint may have caused. The query is omitted: it may contain a key. */
export function withEndpointHint(
  outcome: Outcome,
  { status, json }: Pick<ApiResponse, 'status' | 'json'>,
  { origin, pathname, search }: URL,
): Outcome {
  if (outcome.ok) return outcome;
  // Any other reason than `http` means that the API itself responded.
  const isElsewhere = IS_ELSEWHERE.has(status) && outcome.failure.reason === 'http';
  const isWebPage = status === 200 && json === undefined;
  if (!isElsewhere && !isWebPage) return outcome;
  const url = `${origin}${pathname}${search === '' ? '' : '?…'}`;
  const usual = pathname === USUAL_PATH ? '' : `; its path is usually ${USUAL_PATH}`;
  return failedOutcome(outcome.failure.reason, `${outcome.failure.detail}; check the endpoint ${url}${usual}`);
}
