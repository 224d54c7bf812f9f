import type { Standing } from '../model/state.ts';

/** The four answers of a monitoring plugin, by weight: what could not be told hides no certain trouble. */
const SEVERITIES = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The exit statuses of the monitoring plugins' convention. */
export const EXIT_STATUS: Readonly<Record<Severity, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

export const STANDING_SEVERITY: Readonly<Record<Standing, Severity>> = {
  expired: 'critical',
  critical: 'critical',
  warning: 'warning',
  doubtful: 'warning',
  unknown: 'warning',
  fine: 'ok',
  abandoned: 'ok',
  replaced: 'ok',
  revoked: 'ok',
};

export function weight(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The one that decides; `ok` when there is none. */
export function worst(severities: Iterable<Severity>): Severity {
  let decisive: Severity = 'ok';
  for (const severity of severities) if (weight(severity) > weight(decisive)) decisive = severity;
  return decisive;
}
