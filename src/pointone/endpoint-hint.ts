import { failedOutcome, type Outcome } from '../model/report.ts';
import type { ApiResponse } from './response.ts';

/** The path of the API, see the default of `--api.endpoint`. */
const USUAL_PATH = '/graphql';

/** The statuses of a server that has no API at the path: a redirect, or an unknown path or method. */
const IS_ELSEWHERE = new Set([301, 302, 303, 307, 308, 404, 405, 410]);

/** Names the endpoint in a failure that a wrong endpoint may have caused. The query is omitted: it may contain a key. */
export function withEndpointHint(
  outcome: Outcome,
  { status, json }: Pick<ApiResponse, 'status' | 'json'>,
  { origin, pathname, search }: URL,
): Outcome {
  const isWebPage = status === 200 && json === undefined;
  if (outcome.ok || !(IS_ELSEWHERE.has(status) || isWebPage)) return outcome;
  const url = `${origin}${pathname}${search === '' ? '' : '?…'}`;
  const usual = pathname === USUAL_PATH ? '' : `; its path is usually ${USUAL_PATH}`;
  return failedOutcome(outcome.failure.reason, `${outcome.failure.detail}; check the endpoint ${url}${usual}`);
}
