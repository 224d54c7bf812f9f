import { shortDuration, timeLeft } from '../health/durations.ts';
import type { Finding } from '../health/findings.ts';
import {
  countByStanding,
  type Judged,
  nextToExpire,
  STANDING_SEVERITY,
  weight,
  worst,
} from '../health/token-health.ts';
import type { Instant } from '../model/instant.ts';
import { STANDINGS, type Standing } from '../model/state.ts';
import { visible } from '../runtime/display-text.ts';
import { cutToColumns } from '../runtime/terminal.ts';
import type { Verdict } from './result.ts';

/** So many tokens, and so many other findings, are named in the summary; the rest is counted. */
const MOST_NAMED = 3;

/** Columns of a name in the summary, which has to fit into a notification. */
const LONGEST_NAME = 40;

/** Likewise of a finding, which may hold names. */
const LONGEST_FINDING = 240;

/** The whole in one sentence, without a line break or a vertical bar, whatever the tokens are called. */
export function summary(verdict: Verdict): string {
  const tokens = tokensClause(verdict);
  const clauses = [
    ...(tokens === undefined ? [] : [tokens]),
    ...verdict.findings.slice(0, MOST_NAMED).map((finding) => ({ text: told(finding), severity: finding.severity })),
  ].toSorted((a, b) => weight(b.severity) - weight(a.severity));
  const more = verdict.findings.length - MOST_NAMED;
  return [...clauses.map(({ text }) => text), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Undefined without a token: a finding says why there is none. */
function tokensClause(verdict: Verdict): { text: string; severity: Verdict['severity'] } | undefined {
  const { tokens, at, reports } = verdict;
  const isSeveral = reports.length > 1;
  if (tokens.length === 0) return undefined;
  const all = tokens.length === 1 ? '1 token' : `${tokens.length} tokens`;
  const urgent = tokens.filter(({ standing }) => STANDING_SEVERITY[standing] !== 'ok');
  const severity = worst(urgent.map(({ standing }) => STANDING_SEVERITY[standing]));
  if (urgent.length > 0) {
    const named = urgent.slice(0, MOST_NAMED).map((judged) => `${who(judged, isSeveral)} ${what(judged, at)}`);
    const more = urgent.length > MOST_NAMED ? `, and ${urgent.length - MOST_NAMED} more` : '';
    const text = `${urgent.length} of ${all} ${urgent.length === 1 ? 'needs' : 'need'} action: ${named.join(', ')}${more}`;
    return { text, severity };
  }
  const next = nextToExpire(verdict.tokens);
  const first =
    next === undefined
      ? ''
      : `, the first to expire is ${who(next, isSeveral)} in ${shortDuration(next.expiresAt - at)}`;
  return { text: `${all}, none needs action${first}`, severity };
}

function who({ token, account }: Judged, isSeveral: boolean): string {
  const name = token.name === '' ? '(no name)' : cutToColumns(visible(token.name), LONGEST_NAME);
  return isSeveral ? `${name} of ${cutToColumns(visible(account), LONGEST_NAME)}` : name;
}

function what({ token: { expiresAt, status }, standing }: Judged, at: Instant): string {
  switch (standing) {
    case 'unknown':
      return 'has no known expiry';
    case 'doubtful':
      return 'is replaced by one of unknown status alone';
    default:
      return expiresAt === undefined || (status === 'EXPIRED' && expiresAt > at)
        ? 'has expired'
        : timeLeft(expiresAt, at);
  }
}

function told({ account, text }: Finding): string {
  const clause = cutToColumns(visible(text), LONGEST_FINDING);
  return account === undefined ? clause : `${cutToColumns(visible(account), LONGEST_NAME)}: ${clause}`;
}

/** A range of the plugins' convention: alert unless 0. */
const NONE = '0';

/** What the convention has in place of a value that there is none of. */
const UNDETERMINED = 'U';

/** Standings of which there should be none, with the column of their range: that of warnings, or of critical ones. */
const RANGES: Partial<Record<Standing, string>> = {
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
export function performanceData(verdict: Verdict): string {
  const { tokens, reports, at } = verdict;
  const counts = countByStanding(tokens);
  const unread = reports.filter(({ outcome }) => !outcome.ok).length;
  const next = nextToExpire(verdict.tokens);
  return [
    `'tokens'=${tokens.length};;;0`,
    ...STANDINGS.map((standing) => `'${standing}'=${counts[standing]};${RANGES[standing] ?? ';'};0`),
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
export function unusableSettings(problems: readonly string[]): string {
  const [first = '', ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `POINTONE UNKNOWN - the settings are wrong: ${visible(first)}${more}\n`;
}
