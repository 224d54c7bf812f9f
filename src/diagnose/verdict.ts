import { MAX_CLOCK_SKEW_MS } from '../health/findings.ts';
import { formatDuration } from '../health/formats.ts';
import type { AccountDiagnosis } from './account-diagnosis.ts';
import { credentialFindings } from './credential-analysis.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import { listFindings } from './list-findings.ts';
import { schemaFindings } from './schema-findings.ts';
import { type StatusSettings, statusFindings, suggestStatuses, unknownStatuses } from './status-suggestion.ts';
import { stepAdvice } from './step-advice.ts';
import { failedStep, routeOf } from './steps.ts';

/** Collects what the diagnosis of an account means: what works, what does not, what to set and what to report. */
export function verdict(diagnosis: AccountDiagnosis, settings: StatusSettings): Finding[] {
  const { at, credential, list, schema } = diagnosis;
  const analysis = schema.state === 'read' ? schema.analysis : undefined;
  const suggestions = suggestStatuses(unknownStatuses(list, analysis));
  return [
    ...exchangeFindings(diagnosis),
    ...(list === undefined ? [] : listFindings(list)),
    ...(analysis === undefined ? [] : schemaFindings(analysis)),
    ...statusFindings(suggestions, settings),
    ...(credential === undefined ? [] : credentialFindings(credential, list?.own, at)),
    ...(list === undefined ? [] : introspectionFindings(diagnosis)),
  ];
}

/** Reports whether the list was read and everything in it, and in the schema, is understood. */
export function isUnderstood(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.understood);
}

function exchangeFindings(diagnosis: AccountDiagnosis): Finding[] {
  const { trace, result, endpoint, proxy, errorCodes } = diagnosis;
  const { outcome, clockSkewMs } = result;
  const findings: Finding[] = [];
  const step = failedStep({ trace, outcome, endpoint, proxy });
  if (!outcome.ok && step !== undefined) {
    const { reason, detail } = outcome.failure;
    const advice = stepAdvice(step, reason, routeOf(endpoint, proxy), endpoint.hostname);
    findings.push(
      notUnderstood(
        'problem',
        `The step "${step}" failed, so no token is monitored (reason ${reason}): ${detail}. ${advice}`,
      ),
    );
  } else if (errorCodes.length > 0) {
    const codes = [...new Set(errorCodes)].join(', ');
    findings.push(
      notUnderstood(
        'report',
        `The response has errors beside the list (${codes}). The fields that they concern are unreadable.`,
      ),
    );
  }
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > MAX_CLOCK_SKEW_MS) {
    const direction = clockSkewMs > 0 ? 'ahead of' : 'behind';
    findings.push(
      understood(
        'problem',
        `The clock of this machine is ${formatDuration(Math.abs(clockSkewMs))} ${direction} that of the API. Correct it: all remaining times depend on it.`,
      ),
    );
  }
  return findings;
}

function introspectionFindings({ schema }: AccountDiagnosis): Finding[] {
  if (schema.state === 'read') return [];
  const text = schema.state === 'closed' ? 'The API does not allow introspection' : 'The schema was not read';
  return [understood('note', `${text} (${schema.text}). Statuses that no listed token has are therefore unknown.`)];
}
