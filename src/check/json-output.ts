import { EXIT_STATUS, STATE_SEVERITY } from '../health/token-health.ts';
import { formatInstant, type Instant, toSeconds } from '../model/instant.ts';
import { distinctTokens } from '../model/token.ts';
import { escapeInvisibleInJson } from '../runtime/display-text.ts';
import type { CheckResult } from './result.ts';
import { formatSummary } from './summary.ts';

/** The version of the format. It increases when a key is removed or its meaning changes, not when a key is added. */
const SCHEMA_VERSION = 1;

/** Formats the complete result for scripts, as described in docs/check.schema.json. */
export function formatJson(result: CheckResult): string {
  const { severity, at, thresholds, reports, findings, tokens } = result;
  const output = {
    version: SCHEMA_VERSION,
    exit_status: EXIT_STATUS[severity],
    severity,
    summary: formatSummary(result),
    checked_at: formatInstant(at),
    thresholds: {
      warning: { left_seconds: toSeconds(thresholds.warning.leftMs), lifetime_share: thresholds.warning.lifetimeShare },
      critical: {
        left_seconds: toSeconds(thresholds.critical.leftMs),
        lifetime_share: thresholds.critical.lifetimeShare,
      },
    },
    findings: findings.map((finding) => ({
      severity: finding.severity,
      kind: finding.kind,
      account: finding.account ?? null,
      text: finding.text,
    })),
    accounts: reports.map(({ account, outcome, durationMs, credentialExpiresAt, clockSkewMs }) => ({
      account,
      up: outcome.ok,
      tokens: outcome.ok ? outcome.tokens.length : null,
      duplicate_tokens: outcome.ok ? outcome.tokens.length - distinctTokens(outcome.tokens).length : null,
      reason: outcome.ok ? null : outcome.failure.reason,
      detail: outcome.ok ? null : outcome.failure.detail,
      duration_seconds: toSeconds(durationMs),
      credential_expires_at: formatOptionalInstant(credentialExpiresAt),
      clock_skew_seconds: clockSkewMs === undefined ? null : toSeconds(clockSkewMs),
    })),
    tokens: tokens.map(({ account, token, state }) => ({
      account,
      name: token.name,
      role: token.role,
      status: token.status,
      status_class: token.statusClass ?? null,
      description: token.description,
      created_at: formatOptionalInstant(token.createdAt),
      expires_at: formatOptionalInstant(token.expiresAt),
      expires_in_seconds: token.expiresAt === undefined ? null : (token.expiresAt - at) / 1000,
      state,
      severity: STATE_SEVERITY[state],
    })),
  };
  return `${escapeInvisibleInJson(JSON.stringify(output, null, 2))}\n`;
}

function formatOptionalInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
