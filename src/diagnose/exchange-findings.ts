import { MAX_CLOCK_SKEW_MS } from '../health/findings.ts';
import { formatCount, formatDuration } from '../health/formats.ts';
import type { AccountDiagnosis } from './account-diagnosis.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import { limitHeaders } from './response-headers.ts';
import { stepAdvice } from './step-advice.ts';
import { failedStep, routeOf } from './steps.ts';

/** States what the responses mean, apart from the list and the schema in them. */
export function exchangeFindings(diagnosis: AccountDiagnosis): Finding[] {
  return [
    ...failureFindings(diagnosis),
    ...clockFindings(diagnosis),
    ...limitFindings(diagnosis),
    ...intermediaryFindings(diagnosis),
  ];
}

/** Reports whether the clocks of this machine and the API differ by more than the tolerance. */
export function isClockWrong({ result: { clockSkewMs } }: Pick<AccountDiagnosis, 'result'>): boolean {
  return clockSkewMs !== undefined && Math.abs(clockSkewMs) > MAX_CLOCK_SKEW_MS;
}

function failureFindings(diagnosis: AccountDiagnosis): Finding[] {
  const { trace, result, endpoint, proxy, errorCodes, maxResponseSize } = diagnosis;
  const { outcome } = result;
  const step = failedStep({ trace, outcome, endpoint, proxy });
  if (!outcome.ok && step !== undefined) {
    const { reason, detail } = outcome.failure;
    const route = routeOf(endpoint, proxy);
    const advice = stepAdvice({ step, reason, route, host: endpoint.hostname, trace, maxResponseSize });
    return [
      notUnderstood(
        'problem',
        `The step "${step}" failed, so no token is monitored (reason ${reason}): ${detail}. ${advice}`,
      ),
    ];
  }
  if (errorCodes.length === 0) return [];
  const codes = [...new Set(errorCodes)].join(', ');
  return [
    notUnderstood(
      'report',
      `The response has errors beside the list (${codes}). The fields that they concern are unreadable.`,
    ),
  ];
}

function clockFindings(diagnosis: AccountDiagnosis): Finding[] {
  const { clockSkewMs = 0 } = diagnosis.result;
  if (!isClockWrong(diagnosis)) return [];
  const direction = clockSkewMs > 0 ? 'ahead of' : 'behind';
  return [
    notUnderstood(
      'problem',
      `The clock of this machine is ${formatDuration(Math.abs(clockSkewMs))} ${direction} that of the API. Correct it: all remaining times depend on it.`,
    ),
  ];
}

/** The advice for a failed step covers a limit on the first request. */
function limitFindings({ trace, result: { outcome }, schema }: AccountDiagnosis): Finding[] {
  const { known, others } = limitHeaders(trace.headers);
  const isLimited = schema.state === 'limited';
  if (
    (known.length === 0 && others === 0 && !isLimited) ||
    (!outcome.ok && outcome.failure.reason === 'rate_limited')
  ) {
    return [];
  }
  const names = [...known, ...(others > 0 ? [formatCount(others, 'other header')] : [])].join(', ');
  const seen = [
    ...(names === '' ? [] : [`its response has ${names}`]),
    ...(isLimited ? [`it refused the second request, right after the first${describePause(schema.pauseMs)}`] : []),
  ].join(', and ');
  return [
    understood(
      'report',
      `The API limits requests: ${seen}. Each scrape sends one request per account, so Prometheus must not scrape more often than the limit allows. Other programs with the same token may count too. After a refusal, the exporter waits for the time in Retry-After. Report this.`,
    ),
  ];
}

function describePause(pauseMs: number): string {
  return pauseMs > 0 ? ` (Retry-After asks for ${formatDuration(pauseMs)})` : ' (without Retry-After)';
}

function intermediaryFindings({ trace, schema }: AccountDiagnosis): Finding[] {
  const signs = [
    ...(trace.headers['cf-ray'] === undefined ? [] : ['the header cf-ray is from Cloudflare']),
    ...(/html/i.test(trace.headers['content-type'] ?? '') ? ['the response is an HTML page'] : []),
    ...(schema.state === 'web page' ? ['the second response is an HTML page'] : []),
  ];
  if (signs.length === 0) return [];
  return [
    understood(
      'note',
      `Something in front of the API, such as a firewall, handles the requests: ${signs.join(', and ')}. It may refuse requests that the API would accept.`,
    ),
  ];
}
