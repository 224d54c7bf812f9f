import { ABANDONED_AFTER_SECONDS, type Standing } from '../../model/state.ts';
import { THRESHOLDS } from '../../model/urgency.ts';

const DAY = 86_400;

function less({ left, lifetimeShare }: (typeof THRESHOLDS)[keyof typeof THRESHOLDS]): string {
  return `less than ${left / DAY} days and ${lifetimeShare * 100} % of its life are left, and nothing replaces it yet`;
}

/** What each standing is called, and what it means. */
export const STANDING_WORDS: Readonly<Record<Standing, { readonly label: string; readonly means: string }>> = {
  expired: { label: 'expired', means: 'does not work any more, and nothing has replaced it' },
  critical: { label: 'critical', means: less(THRESHOLDS.critical) },
  warning: { label: 'warning', means: less(THRESHOLDS.warning) },
  doubtful: {
    label: 'doubtful',
    means: 'expires or has expired; what could replace it has a status that the exporter does not know',
  },
  unknown: { label: 'expiry unknown', means: 'the API gives no expiry that could be read' },
  fine: { label: 'fine', means: 'has time left' },
  abandoned: {
    label: 'long expired',
    means: `expired over ${ABANDONED_AFTER_SECONDS / DAY} days ago without a successor, and is probably not missed`,
  },
  replaced: { label: 'replaced', means: 'another token of the same account, name and role is better off' },
  revoked: { label: 'revoked', means: 'was made not to work any more' },
};
