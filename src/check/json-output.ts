import { EXIT_STATUS, STANDING_SEVERITY } from '../health/token-health.ts';
import { formatInstant, type Instant, toSeconds } from '../model/instant.ts';
import { distinctTokens } from '../model/token.ts';
import { visibleJson } from '../runtime/display-text.ts';
import type { Verdict } from './result.ts';
import { summary } from './summary.ts';

/** Goes up when a key goes away or changes its meaning; a further key may come at any time. */
const VERSION = 1;

/** The whole for scripts; docs/check.schema.json describes it. */
export function jsonOutput(verdict: Verdict): string {
  const { severity, at, thresholds, reports, findings, tokens } = verdict;
  const output = {
    version: VERSION,
    exit_status: EXIT_STATUS[severity],
    severity,
    summary: summary(verdict),
    checked_at: formatInstant(at),
    thresholds: {
      warning: { left_seconds: toSeconds(thresholds.warning.leftMs), lifetime_share: thresholds.warning.lifetimeShare },
      critical: {
        left_seconds: toSeconds(thresholds.critical.leftMs),
        lifetime_share: thresholds.critical.lifetimeShare,
      },
    },
    findings: findings.map(({ severity: of, kind, account, text }) => ({
      severity: of,
      kind,
      account: account ?? null,
      text,
    })),
    accounts: reports.map(({ account, outcome, durationMs, credentialExpiresAt, clockSkewMs }) => ({
      account,
      up: outcome.ok,
      tokens: outcome.ok ? outcome.tokens.length : null,
      duplicate_tokens: outcome.ok ? outcome.tokens.length - distinctTokens(outcome.tokens).length : null,
      reason: outcome.ok ? null : outcome.failure.reason,
      detail: outcome.ok ? null : outcome.failure.detail,
      duration_seconds: toSeconds(durationMs),
      credential_expires_at: written(credentialExpiresAt),
      clock_skew_seconds: clockSkewMs === undefined ? null : toSeconds(clockSkewMs),
    })),
    tokens: tokens.map(({ account, token, standing }) => ({
      account,
      name: token.name,
      role: token.role,
      status: token.status,
      description: token.description,
      created_at: written(token.createdAt),
      expires_at: written(token.expiresAt),
      expires_in_seconds: token.expiresAt === undefined ? null : (token.expiresAt - at) / 1000,
      state: standing,
      severity: STANDING_SEVERITY[standing],
    })),
  };
  return `${visibleJson(JSON.stringify(output, null, 2))}\n`;
}

function written(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
