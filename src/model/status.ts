/**
 * The values of the API's enum `TokenStatus` that are guessed; the vendor does not document them. A status is an
 * opaque string everywhere else: whatever the API says is passed through.
 */
export const KNOWN_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;

const KNOWN: ReadonlySet<string> = new Set(KNOWN_STATUSES);

export function isKnown(status: string): boolean {
  return KNOWN.has(status);
}

/** Known not to work any more. Every other status, unknown ones and none included, counts as usable. */
export function isDead(status: string): boolean {
  return status === 'EXPIRED' || status === 'REVOKED';
}
