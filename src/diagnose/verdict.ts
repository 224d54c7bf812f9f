import type { AccountDiagnosis } from './account-diagnosis.ts';
import { credentialFindings } from './credential-analysis.ts';
import { exchangeFindings, isClockWrong } from './exchange-findings.ts';
import { type Finding, understood } from './findings.ts';
import { listFindings } from './list-findings.ts';
import { ownTokenFindings } from './own-token-findings.ts';
import { schemaFindings } from './schema-findings.ts';
import { type StatusSettings, statusFindings } from './status-findings.ts';
import { unknownStatuses } from './status-suggestion.ts';

/** Collects what the diagnosis of an account means: what works, what does not, what to set and what to report. */
export function verdict(diagnosis: AccountDiagnosis, settings: StatusSettings): Finding[] {
  const { at, credential, list, schema } = diagnosis;
  const analysis = schema.state === 'read' ? schema.analysis : undefined;
  return [
    ...exchangeFindings(diagnosis),
    ...(list === undefined ? [] : [...listFindings(list), ...ownTokenFindings(list, settings)]),
    ...(analysis === undefined ? [] : schemaFindings(analysis)),
    ...statusFindings(unknownStatuses(list, analysis), settings, { isClockWrong: isClockWrong(diagnosis) }),
    ...(credential === undefined ? [] : credentialFindings(credential, list?.own, at)),
    ...(list === undefined ? [] : introspectionFindings(diagnosis)),
  ];
}

/** Reports whether the list was read and everything in it, and in the schema, is understood. */
export function isUnderstood(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.understood);
}

function introspectionFindings({ schema }: AccountDiagnosis): Finding[] {
  if (schema.state === 'read') return [];
  const text = schema.state === 'closed' ? 'The API does not allow introspection' : 'The schema was not read';
  return [understood('note', `${text} (${schema.text}). Statuses that no listed token has are therefore unknown.`)];
}
