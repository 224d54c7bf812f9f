import type { Finding } from '../health/findings.ts';
import { formatCount, formatDuration, formatNumber, formatTimeLeft } from '../health/formats.ts';
import {
  countByState,
  type EvaluatedToken,
  nextToExpire,
  STATE_SEVERITY,
  severityRank,
  worstSeverity,
} from '../health/token-health.ts';
import type { Instant } from '../model/instant.ts';
import { TOKEN_STATES, type TokenState } from '../model/state.ts';
import { hasUnknownStatus } from '../model/token.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import { truncateToColumns } from '../runtime/terminal.ts';
import type { CheckResult } from './result.ts';

/** Maximum number of tokens, and of findings, named in the summary. Further ones are only counted. */
const MAX_NAMES = 3;

/** Maximum columns of a name in the summary, which must fit into a notification. */
const MAX_NAME_COLUMNS = 40;

/** Maximum columns of a finding in the summary. Findings may contain names. */
const MAX_FINDING_COLUMNS = 240;

/** Formats the result as one sentence. It never contains a line break or a vertical bar, even if names do. */
export function formatSummary(result: CheckResult): string {
  const tokens = formatTokens(result);
  const clauses = [
    ...(tokens === undefined ? [] : [tokens]),
    ...result.findings
      .slice(0, MAX_NAMES)
      .map((finding) => ({ text: formatFinding(finding), severity: finding.severity })),
  ].toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const more = result.findings.length - MAX_NAMES;
  return [...clauses.map(({ text }) => text), ...(more > 0 ? [`and ${formatNumber(more)} more`] : [])].join('; ');
}

/** Summarizes the tokens. Returns undefined if there are none: a finding then reports the reason. */
function formatTokens(result: CheckResult): { text: string; severity: CheckResult['severity'] } | undefined {
  const { tokens, at, reports } = result;
  const hasSeveralAccounts = reports.length > 1;
  if (tokens.length === 0) return undefined;
  const all = formatCount(tokens.length, 'token');
  const urgent = tokens.filter(({ state }) => STATE_SEVERITY[state] !== 'ok');
  const severity = worstSeverity(urgent.map(({ state }) => STATE_SEVERITY[state]));
  if (urgent.length > 0) {
    const named = urgent
      .slice(0, MAX_NAMES)
      .map((evaluated) => `${tokenLabel(evaluated, hasSeveralAccounts)} ${describeToken(evaluated, at)}`);
    const more = urgent.length > MAX_NAMES ? `, and ${formatNumber(urgent.length - MAX_NAMES)} more` : '';
    const text = `${formatNumber(urgent.length)} of ${all} ${urgent.length === 1 ? 'needs' : 'need'} action: ${named.join(', ')}${more}`;
    return { text, severity };
  }
  const next = nextToExpire(result.tokens);
  const nextClause =
    next === undefined
      ? ''
      : `, next to expire: ${tokenLabel(next, hasSeveralAccounts)} in ${formatDuration(next.expiresAt - at)}`;
  return { text: `${all}, none needs action${unknownStatusClause(tokens)}${nextClause}`, severity };
}

/** Returns, for example, `, 3 have an unknown status (PAUSED, HELD)`. Empty if every status is known. */
function unknownStatusClause(tokens: readonly EvaluatedToken[]): string {
  const unknown = tokens.filter(({ token }) => hasUnknownStatus(token)).map(({ token }) => token.status);
  if (unknown.length === 0) return '';
  const statuses = [...new Set(unknown)].toSorted();
  const named = statuses
    .slice(0, MAX_NAMES)
    .map((status) => truncateToColumns(escapeInvisible(status), MAX_NAME_COLUMNS));
  const more = statuses.length > MAX_NAMES ? `, and ${formatNumber(statuses.length - MAX_NAMES)} more` : '';
  return `, ${formatNumber(unknown.length)} ${unknown.length === 1 ? 'has' : 'have'} an unknown status (${named.join(', ')}${more})`;
}

function tokenLabel({ token, account }: EvaluatedToken, withAccount: boolean): string {
  const name = token.name === '' ? '(no name)' : truncateToColumns(escapeInvisible(token.name), MAX_NAME_COLUMNS);
  return withAccount ? `${name} of ${truncateToColumns(escapeInvisible(account), MAX_NAME_COLUMNS)}` : name;
}

function describeToken({ token: { expiresAt, statusClass }, state }: EvaluatedToken, at: Instant): string {
  switch (state) {
    case 'unknown':
      return 'has no known expiry';
    case 'doubtful':
      return 'has only successors of unknown status';
    default:
      return expiresAt === undefined || (statusClass === 'EXPIRED' && expiresAt > at)
        ? 'has expired'
        : formatTimeLeft(expiresAt, at);
  }
}

function formatFinding({ account, text }: Finding): string {
  const clause = truncateToColumns(escapeInvisible(text), MAX_FINDING_COLUMNS);
  return account === undefined ? clause : `${truncateToColumns(escapeInvisible(account), MAX_NAME_COLUMNS)}: ${clause}`;
}

/** A range in the syntax of monitoring plugins: alert unless the value is 0. */
const ALERT_UNLESS_ZERO = '0';

/** The value of monitoring plugins for data that does not exist. */
const UNDETERMINED = 'U';

/** The `warning;critical` ranges of the states that need action. */
const RANGES: Partial<Record<TokenState, string>> = {
  expired: `;${ALERT_UNLESS_ZERO}`,
  critical: `;${ALERT_UNLESS_ZERO}`,
  warning: `${ALERT_UNLESS_ZERO};`,
  doubtful: `${ALERT_UNLESS_ZERO};`,
  unknown: `${ALERT_UNLESS_ZERO};`,
};

/**
 * Formats performance data as `'label'=value;warning;critical;minimum;maximum`. The labels never depend on the tokens,
 * because monitoring systems store graphs by label.
 */
export function formatPerformanceData(result: CheckResult): string {
  const { tokens, reports, at } = result;
  const counts = countByState(tokens);
  const unread = reports.filter(({ outcome }) => !outcome.ok).length;
  const next = nextToExpire(result.tokens);
  return [
    `'tokens'=${tokens.length};;;0`,
    ...TOKEN_STATES.map((state) => `'${state}'=${counts[state]};${RANGES[state] ?? ';'};0`),
    `'unread_accounts'=${unread};;;0;${reports.length}`,
    // No range: urgency depends on the lifetime of each token, which the counts above already reflect.
    `'next_expiry'=${next === undefined ? UNDETERMINED : `${Math.floor((next.expiresAt - at) / 1000)}s`}`,
  ].join(' ');
}

/**
 * Formats the output for invalid settings: one line, because monitoring systems read only standard output.
 *
 * @param problems at least one, each with its location
 */
export function formatConfigError(problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `POINTONE UNKNOWN - invalid settings: ${escapeInvisible(first)}${more}\n`;
}
