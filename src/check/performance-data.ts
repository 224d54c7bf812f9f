import { countByStanding } from '../health/token-health.ts';
import { STANDINGS, type Standing } from '../model/state.ts';
import type { Verdict } from './result.ts';
import { nextToExpire } from './summary.ts';

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
  const next = nextToExpire(verdict);
  return [
    `'tokens'=${tokens.length};;;0`,
    ...STANDINGS.map((standing) => `'${standing}'=${counts[standing]};${RANGES[standing] ?? ';'};0`),
    `'unread_accounts'=${unread};;;0;${reports.length}`,
    // Without a range: how soon is too soon depends on each token's life, which the counts above have taken in.
    `'next_expiry'=${next === undefined ? UNDETERMINED : `${Math.floor((next.expiresAt - at) / 1000)}s`}`,
  ].join(' ');
}
