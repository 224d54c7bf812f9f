import { formatCount, formatDuration } from '../health/formats.ts';
import { formatInstant } from '../model/instant.ts';
import type { AccountDiagnosis } from './account-diagnosis.ts';
import { endpointText } from './endpoint-text.ts';
import type { Finding } from './findings.ts';
import { describeHeaders } from './response-headers.ts';
import { describeSteps, type Step } from './steps.ts';
import { formatPairs, wrap } from './text-layout.ts';
import { formatCredential, formatFindings, formatList, formatSchema } from './text-output.ts';

/** Formats the beginning of the report, before the accounts. */
export function formatIntroduction(program: string, at: number, showNames: boolean): string {
  const contents = showNames
    ? 'This report contains names and descriptions of tokens, and names of accounts. Do not publish it.'
    : 'This report contains no token, and no name or description of a token or an account. It does contain host names, addresses, the path of the endpoint, statuses and roles. Read it before you publish it.';
  return toText([...wrap(program), `Diagnosis of ${formatInstant(at)}`, '', ...wrap(contents)]);
}

/**
 * Formats the diagnosis of one account.
 *
 * @param title identifies the account without naming it, unless names are shown
 */
export function formatDiagnosis(diagnosis: AccountDiagnosis, findings: readonly Finding[], title: string): string {
  const { masking, credential, list, schema, at } = diagnosis;
  const sections = [
    [`${title}`, '-'.repeat(title.length)],
    formatExchange(diagnosis),
    ...(diagnosis.trace.status === undefined ? [] : [formatResponse(diagnosis)]),
    ...(credential === undefined ? [] : [formatCredential(credential, at, masking)]),
    ...(list === undefined ? [] : [formatList(list, masking)]),
    schema.state === 'read'
      ? formatSchema(schema.analysis, masking)
      : ['Schema', ...formatPairs([[schema.state === 'closed' ? 'introspection closed' : 'not read', schema.text]])],
    ['Verdict', ...formatFindings(findings, masking)],
  ];
  return toText(sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])).map(masking.redact));
}

function formatExchange(diagnosis: AccountDiagnosis): string[] {
  const { endpoint, proxy, trace, result, masking, credentialLocation } = diagnosis;
  const steps = describeSteps({ trace, outcome: result.outcome, endpoint, proxy, masking, credentialLocation });
  return [
    'Request',
    ...formatPairs([
      ['endpoint', endpointText(endpoint)],
      ['proxy', proxy ?? 'none'],
    ]),
    '',
    ...steps.flatMap(formatStep),
  ];
}

const STEP_WIDTH = 'credential'.length;
const STATE_WIDTH = 'not reached'.length;

function formatStep({ name, state, text, ms }: Step): string[] {
  const duration = ms === undefined ? '' : `${Math.round(ms)} ms`;
  const prefix = `  ${name.padEnd(STEP_WIDTH)}  ${(state === 'failed' ? 'FAILED' : state).padEnd(STATE_WIDTH)}  ${duration.padStart(8)}  `;
  return text === '' ? [prefix.trimEnd()] : wrap(text, prefix);
}

function formatResponse({ trace, result, masking, errorCodes }: AccountDiagnosis): string[] {
  const { present, absent } = describeHeaders(trace.headers, masking);
  const { clockSkewMs } = result;
  return [
    'Response',
    ...formatPairs([
      ['status', `HTTP ${trace.status}`],
      ['body', formatCount(trace.bodyBytes, 'byte')],
      ...present,
      ['absent', absent.join(', ') || 'none'],
      ['GraphQL errors', errorCodes.length === 0 ? 'none' : countCodes(errorCodes)],
      ...(clockSkewMs === undefined ? [] : ([['clock', describeSkew(clockSkewMs)]] as const)),
    ]),
  ];
}

/** `UNAUTHENTICATED (1), INTERNAL_SERVER_ERROR (3)`. */
function countCodes(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Array.from(counts, ([code, count]) => `${code} (${count})`)
    .slice(0, 10)
    .join(', ');
}

/** The API's clock shows whole seconds. */
function describeSkew(ms: number): string {
  const size = Math.abs(ms);
  if (size < 2000) return "agrees with the API's clock";
  return `${formatDuration(size)} ${ms > 0 ? 'ahead of' : 'behind'} the API's clock`;
}

/** Formats the end of the report. */
export function formatResult(understood: number, accounts: number): string {
  return toText(wrap(describeResult(understood, accounts)));
}

function describeResult(understood: number, accounts: number): string {
  if (accounts === 0) return 'Result: no account is configured.';
  if (accounts > 1) return `Result: ${understood} of ${accounts} accounts are read and understood.`;
  return understood === 1
    ? 'Result: the list was read, and everything in it is understood.'
    : 'Result: not everything works or is understood; see the verdict.';
}

function toText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
