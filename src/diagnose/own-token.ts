import type { Instant } from '../model/instant.ts';
import type { StatusClass } from '../model/status.ts';
import { isInactive } from '../model/token.ts';
import type { ListedToken } from './affected-tokens.ts';
import type { Masking } from './masking.ts';
import { describeDate } from './value-format.ts';

/**
 * The listed token that is the exporter's own credential:
 * - `found`: exactly one token has the times of the credential
 * - `offset`: exactly one token has them, but all of its dates are off by the same number of minutes
 * - `not_found`, `ambiguous`: no token, several tokens
 * - `not_comparable`: no token, but the expiry of a token is unknown or has no time, so that it could be that one
 * - `no_times`: the credential does not say when it expires
 */
export type OwnToken = KnownOwnToken | { readonly match: 'no_times' | 'not_found' | 'not_comparable' | 'ambiguous' };

export interface KnownOwnToken {
  readonly match: 'found' | 'offset';
  /** The position in the list, from 1. */
  readonly position: number;
  /** Masked; `(empty)` if the API returned none. */
  readonly role: string;
  readonly status: string;
  readonly statusClass: StatusClass | undefined;
  /** Undefined if the role says neither `read` nor `write`. */
  readonly canWrite: boolean | undefined;
  /** How far the listed dates are ahead of those of the credential, in minutes. 0 if the token was found. */
  readonly offsetMinutes: number;
  /** Whether a date of the token has no zone. The credential's times are always UTC, so they verify the zone. */
  readonly hasDateWithoutZone: boolean;
}

/** The times of a JWT are whole seconds, rounded in either direction. */
const MAX_EXPIRY_DIFFERENCE_MS = 2_000;

/** The API may store a token some time before it signs the credential. */
const MAX_CREATION_DIFFERENCE_MS = 60_000;

/** Zones differ from UTC by a multiple of 15 minutes, and by at most 14 hours. */
const ZONE_STEP_MINUTES = 15;
const MAX_ZONE_MINUTES = 14 * 60;

interface CredentialTimes {
  readonly expiresAt: Instant | undefined;
  readonly issuedAt: Instant | undefined;
}

/**
 * Finds the exporter's own token by the times in its credential. The times of expired and revoked tokens count too, after
 * those of others: the API has accepted the credential, so such a class is wrong.
 */
export function findOwnToken(tokens: readonly ListedToken[], times: CredentialTimes, masking: Masking): OwnToken {
  const { expiresAt } = times;
  if (expiresAt === undefined) return { match: 'no_times' };
  const candidates = tokens.flatMap((listed) => {
    const offsetMinutes = offsetOf(listed, { ...times, expiresAt });
    if (offsetMinutes === undefined) return [];
    // The dates are stronger evidence than the class.
    const rank = (offsetMinutes === 0 ? 0 : 2) + (isInactive(listed.token) ? 1 : 0);
    return [{ listed, offsetMinutes, rank }];
  });
  const best = candidates.reduce((least, { rank }) => Math.min(least, rank), Number.POSITIVE_INFINITY);
  const [own, ...others] = candidates.filter(({ rank }) => rank === best);
  if (own === undefined) return { match: tokens.every(hasComparableExpiry) ? 'not_found' : 'not_comparable' };
  if (others.length > 0) return { match: 'ambiguous' };

  const { token, item, position } = own.listed;
  return {
    match: own.offsetMinutes === 0 ? 'found' : 'offset',
    position,
    role: masking.word(token.role),
    status: masking.word(token.status),
    statusClass: token.statusClass,
    canWrite: canWrite(token.role),
    offsetMinutes: own.offsetMinutes,
    hasDateWithoutZone: [item['createdAt'], item['expiresAt']].some((date) => describeDate(date).reading === 'utc'),
  };
}

/** Reports whether the expiry has a time, so that it can be compared with that of the credential. */
function hasComparableExpiry({ token, item }: ListedToken): boolean {
  return token.expiresAt !== undefined && describeDate(item['expiresAt']).reading !== 'midnight';
}

/** Returns how far a token's dates are ahead of the credential's, in minutes. Undefined if they do not match. */
function offsetOf(
  { token: { createdAt, expiresAt }, item }: ListedToken,
  times: CredentialTimes & { readonly expiresAt: Instant },
): number | undefined {
  const [created, expires] = [describeDate(item['createdAt']), describeDate(item['expiresAt'])];
  // A time without seconds is less exact.
  const tolerance = /hh:mm(?!:)/.test(expires.format) ? 60_000 : MAX_EXPIRY_DIFFERENCE_MS;
  const minutes = zoneOffset((expiresAt ?? Number.NaN) - times.expiresAt, tolerance);
  if (minutes === undefined) return undefined;
  const canCompareCreation = createdAt !== undefined && created.reading !== 'midnight' && times.issuedAt !== undefined;
  if (canCompareCreation && Math.abs(createdAt - times.issuedAt - minutes * 60_000) > MAX_CREATION_DIFFERENCE_MS) {
    return undefined;
  }
  // Another offset than zero needs both dates, and a date that the exporter read as UTC by a guess.
  if (minutes !== 0 && (!canCompareCreation || expires.reading !== 'utc')) return undefined;
  return minutes;
}

function zoneOffset(differenceMs: number, toleranceMs: number): number | undefined {
  const minutes = Math.round(differenceMs / 60_000 / ZONE_STEP_MINUTES) * ZONE_STEP_MINUTES;
  if (!(Math.abs(minutes) <= MAX_ZONE_MINUTES)) return undefined;
  // Adding zero converts -0.
  return Math.abs(differenceMs - minutes * 60_000) <= toleranceMs ? minutes + 0 : undefined;
}

/** `ROLE_READ_WRITE` is the only role that is known. Others are recognized by their words. */
function canWrite(role: string): boolean | undefined {
  const words = role.toUpperCase().split('_');
  if (words.some((word) => ['WRITE', 'ADMIN', 'OWNER', 'READWRITE', 'RW'].includes(word))) return true;
  return words.some((word) => ['READ', 'READONLY', 'VIEWER', 'RO'].includes(word)) ? false : undefined;
}
