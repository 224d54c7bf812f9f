import { formatDuration, formatTimeLeft } from '../health/durations.ts';
import type { Finding } from '../health/findings.ts';
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
import { escapeInvisible } from '../runtime/display-text.ts';
import { truncateToColumns } from '../runtime/terminal.ts';
import type { CheckResult } from './result.ts';

/** So many tokens, and so many other findings, are named in the summary; the rest is counted. */
const MAX_NAMES = 3;

/** Columns of a name in the summary, which has to fit into a notification. */
const MAX_NAME_COLUMNS = 40;

/** Likewise of a finding, which may hold names. */
const MAX_FINDING_COLUMNS = 240;

/** The whole in one sentence, without a line break or a vertical bar, whatever the tokens are called. */
export function formatSummary(result: CheckResult): string {
  const tokens = formatTokens(result);
  const clauses = [
    ...(tokens === undefined ? [] : [tokens]),
    ...result.findings
      .slice(0, MAX_NAMES)
      .map((finding) => ({ text: formatFinding(finding), severity: finding.severity })),
  ].toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const more = result.findings.length - MAX_NAMES;
  return [...clauses.map(({ text }) => text), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Undefined without a token: a finding says why there is none. */
function formatTokens(result: CheckResult): { text: string; severity: CheckResult['severity'] } | undefined {
  const { tokens, at, reports } = result;
  const isSeveral = reports.length > 1;
  if (tokens.length === 0) return undefined;
  const all = tokens.length === 1 ? '1 token' : `${tokens.length} tokens`;
  const urgent = tokens.filter(({ state }) => STATE_SEVERITY[state] !== 'ok');
  const severity = worstSeverity(urgent.map(({ state }) => STATE_SEVERITY[state]));
  if (urgent.length > 0) {
    const named = urgent
      .slice(0, MAX_NAMES)
      .map((evaluated) => `${tokenLabel(evaluated, isSeveral)} ${describeToken(evaluated, at)}`);
    const more = urgent.length > MAX_NAMES ? `, and ${urgent.length - MAX_NAMES} more` : '';
    const text = `${urgent.length} of ${all} ${urgent.length === 1 ? 'needs' : 'need'} action: ${named.join(', ')}${more}`;
    return { text, severity };
  }
  const next = nextToExpire(result.tokens);
  const first =
    next === undefined
      ? ''
      : `, the first to expire is ${tokenLabel(next, isSeveral)} in ${formatDuration(next.expiresAt - at)}`;
  return { text: `${all}, none needs action${first}`, severity };
}

function tokenLabel({ token, account }: EvaluatedToken, isSeveral: boolean): string {
  const name = token.name === '' ? '(no name)' : truncateToColumns(escapeInvisible(token.name), MAX_NAME_COLUMNS);
  return isSeveral ? `${name} of ${truncateToColumns(escapeInvisible(account), MAX_NAME_COLUMNS)}` : name;
}

function describeToken({ token: { expiresAt, status }, state }: EvaluatedToken, at: Instant): string {
  switch (state) {
    case 'unknown':
      return 'has no known expiry';
    case 'doubtful':
      return 'is replaced by one of unknown status alone';
    default:
      return expiresAt === undefined || (status === 'EXPIRED' && expiresAt > at)
        ? 'has expired'
        : formatTimeLeft(expiresAt, at);
  }
}

function formatFinding({ account, text }: Finding): string {
  const clause = truncateToColumns(escapeInvisible(text), MAX_FINDING_COLUMNS);
  return account === undefined ? clause : `${truncateToColumns(escapeInvisible(account), MAX_NAME_COLUMNS)}: ${clause}`;
}

/** A range of the plugins' convention: alert unless 0. */
const NONE = '0';

/** What the convention has in place of a value that there is none of. */
const UNDETERMINED = 'U';

/** Standings of which there should be none, with the column of their range: that of warnings, or of critical ones. */
const RANGES: Partial<Record<TokenState, string>> = {
  expired: `;${NONE}`,
  critical: `;${NONE}`,
  warning: `${NONE};`,
  doubtful: `${NONE};`,
  unknown: `${NONE};`,
};

/**
 * What a monitoring system draws, as `'label'=value;warning;critical;minimum;maximum`. The labels are always the same,
 * whatever the tokens are called: graphs are kept by label.
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
    // Without a range: how soon is too soon depends on each token's life, which the counts above have taken in.
    `'next_expiry'=${next === undefined ? UNDETERMINED : `${Math.floor((next.expiresAt - at) / 1000)}s`}`,
  ].join(' ');
}

/**
 * What a monitoring system shows where the settings are wrong and nothing can be checked: one line, as it reads nothing
 * else and would say otherwise that the plugin printed nothing.
 *
 * @param problems each with its place, one at least
 */
export function formatConfigError(problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `POINTONE UNKNOWN - the settings are wrong: ${escapeInvisible(first)}${more}\n`;
}
