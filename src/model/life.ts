import type { Instant } from './instant.ts';
import type { Token } from './token.ts';
import { lifetimeMs, THRESHOLDS, urgentBelowMs } from './urgency.ts';

/** Shares of a token's whole life, from 0 at its creation to 1 at its expiry. */
export interface Life {
  readonly used: number;
  readonly warningFrom: number;
  readonly criticalFrom: number;
}

/** How much of its life a token has behind it, and from where on it is urgent. Undefined when its length is unknown. */
export function lifeOf(token: Token, at: Instant): Life | undefined {
  const lifetime = lifetimeMs(token, at);
  if (lifetime === undefined || token.expiresAt === undefined) return undefined;
  const used = 1 - (token.expiresAt - at) / lifetime;
  return {
    // Below 0 where two clocks differ, above 1 once it has expired.
    used: Math.min(1, Math.max(0, used)),
    warningFrom: 1 - urgentBelowMs(THRESHOLDS.warning, lifetime) / lifetime,
    criticalFrom: 1 - urgentBelowMs(THRESHOLDS.critical, lifetime) / lifetime,
  };
}
