import { formatCount, formatDuration } from '../health/formats.ts';
import { BUILT_IN_STATUSES, normalizeStatus } from '../model/status.ts';
import { isInactive } from '../model/token.ts';
import { type Finding, notUnderstood, understood } from './findings.ts';
import type { ListAnalysis } from './list-analysis.ts';
import type { KnownOwnToken } from './own-token.ts';
import type { StatusSettings } from './status-findings.ts';

/** States what the exporter's own token says about the list: it works, so its class, dates and presence are known. */
export function ownTokenFindings({ own, tokens }: ListAnalysis, settings: StatusSettings): Finding[] {
  if (tokens === 0) return [];
  switch (own.match) {
    case 'found':
    case 'offset':
      return [...classFindings(own, settings), ...zoneFindings(own)];
    case 'not_found':
      return [
        notUnderstood(
          'problem',
          `No listed token has the times of the exporter's own credential, so the list may be incomplete. Compare the number of tokens (${formatCount(tokens, 'token')} listed) with Point One's interface, and report this.`,
        ),
      ];
    case 'not_comparable':
      return [
        understood(
          'note',
          "The exporter's own token and its role are unknown: the expiry of a listed token is unknown or has no time, so it cannot be compared with the credential.",
        ),
      ];
    case 'ambiguous':
      return [
        understood(
          'note',
          "Several listed tokens have the times of the exporter's own credential, so its role is unknown.",
        ),
      ];
    case 'no_times':
      return [];
  }
}

/** The API has just accepted this token, so a class that means the opposite is wrong. It hides every expiry. */
function classFindings({ position, status, statusClass }: KnownOwnToken, settings: StatusSettings): Finding[] {
  if (statusClass === undefined || !isInactive({ statusClass })) return [];
  const { flag, variable } = settings[statusClass];
  const isBuiltIn = BUILT_IN_STATUSES[statusClass].includes(normalizeStatus(status));
  const advice = isBuiltIn
    ? 'No setting can change this status: report it.'
    : `Remove ${status} from --${flag} (${variable}).`;
  return [
    notUnderstood(
      'problem',
      `The exporter's own token (#${position}) has the status ${status}, which counts as ${statusClass.toLowerCase()}. Yet the API accepted it, so tokens of this status work, and the exporter hides their expiry. ${advice}`,
    ),
  ];
}

function zoneFindings({ match, offsetMinutes, hasDateWithoutZone }: KnownOwnToken): Finding[] {
  if (match === 'offset') {
    const hours = formatDuration(Math.abs(offsetMinutes) * 60_000);
    return [
      notUnderstood(
        'problem',
        `Dates without a zone are probably not UTC: those of the exporter's own token are ${hours} ${offsetMinutes > 0 ? 'ahead of' : 'behind'} its credential. If so, the exporter reports every expiry ${hours} too ${offsetMinutes > 0 ? 'late' : 'early'}. Compare one with the web interface, and report it.`,
      ),
    ];
  }
  return hasDateWithoutZone
    ? [
        understood(
          'works',
          "Dates without a zone are UTC: those of the exporter's own token agree with its credential.",
        ),
      ]
    : [];
}
