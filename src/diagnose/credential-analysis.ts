import { formatCount, formatTimeLeft } from '../health/formats.ts';
import type { Instant } from '../model/instant.ts';
import { claimedInstant, credentialClaims } from '../pointone/credential.ts';
import { type Finding, understood } from './findings.ts';
import type { Masking } from './masking.ts';
import type { OwnToken } from './own-token.ts';

/** What the exporter's own credential says about itself. Contains no part of it and no values of its claims but times. */
export interface CredentialAnalysis {
  readonly isJwt: boolean;
  /** The claim `exp`. */
  readonly expiresAt: Instant | undefined;
  /** The claim `iat`. */
  readonly issuedAt: Instant | undefined;
  /** The names of the claims that can be shown. */
  readonly claims: readonly string[];
  /** The number of other claims. */
  readonly otherClaims: number;
}

const MAX_CLAIMS = 20;

/** Analyzes the credential. It is decoded but not verified. */
export function analyzeCredential(credential: string, masking: Masking): CredentialAnalysis {
  const claims = credentialClaims(credential);
  const names = Object.keys(claims ?? {});
  const shown = names.filter((name) => masking.isWord(name)).slice(0, MAX_CLAIMS);
  return {
    isJwt: claims !== undefined,
    expiresAt: claimedInstant(claims?.['exp']),
    issuedAt: claimedInstant(claims?.['iat']),
    claims: shown,
    otherClaims: names.length - shown.length,
  };
}

/**
 * States what the credential means for the exporter.
 *
 * @param own the listed token that is the credential; undefined if there is no list
 */
export function credentialFindings(credential: CredentialAnalysis, own: OwnToken | undefined, at: Instant): Finding[] {
  const findings: Finding[] = [expiryFinding(credential, own, at)];
  if (own === undefined || (own.match !== 'found' && own.match !== 'offset')) return findings;
  if (own.canWrite === true) {
    findings.push(
      understood(
        'note',
        `The exporter's own token has the role ${own.role}. A read-only token is enough: replace it, so that a leak does less harm.`,
      ),
    );
  } else if (own.canWrite === undefined) {
    findings.push(
      understood(
        'report',
        `The exporter's own token has the role ${own.role}, which is not known. A read-only token is enough.`,
      ),
    );
  }
  return findings;
}

function expiryFinding({ isJwt, expiresAt }: CredentialAnalysis, own: OwnToken | undefined, at: Instant): Finding {
  if (expiresAt !== undefined) {
    const text = `The exporter knows the expiry of its own credential: it ${formatTimeLeft(expiresAt, at)}.`;
    // A response with a list proves that the API accepted the credential.
    return expiresAt <= at && own !== undefined
      ? understood('report', `${text} Yet the API accepted it: check the clock of this machine, or report this.`)
      : understood('works', text);
  }
  const reason = isJwt ? 'is a JWT without a readable exp' : 'is not a JWT';
  return understood(
    'note',
    `The exporter's own credential ${reason}: its expiry is unknown, and the alert PointOneCredentialExpiringSoon cannot fire.`,
  );
}

/** Formats the names of the claims: `exp, iat and 2 others`. */
export function formatClaims({ claims, otherClaims }: CredentialAnalysis): string {
  if (otherClaims === 0) return claims.join(', ') || 'none';
  const others = formatCount(otherClaims, 'other');
  return claims.length === 0 ? `${formatCount(otherClaims, 'claim')}, not shown` : `${claims.join(', ')} and ${others}`;
}
