import type { EventKind } from './coverage.ts';

/** A deliberately wrong edit of the rules, which the lives have to notice. */
export interface Mutant {
  /** The numbered rules of the design and the alerts that the edit makes untrue. */
  readonly breaks: readonly (Rule | Alert)[];
  readonly description: string;
  /** Text of alerts/rules.yml, replaced wherever it stands. */
  readonly from: string;
  readonly to: string;
  /** The lives that can notice: those in which this happens, in windows of this kind (`h`, `w`, `l` or `m`). */
  readonly event: EventKind;
  readonly window: 'h' | 'w' | 'l' | 'm';
}

export const RULES = ['in time', 'at expiry', 'replaced', 'outage', 'one page'] as const;
type Rule = (typeof RULES)[number];
export const ALERTS = ['ExpiringSoon', 'Expired', 'ExpectedTokenMissing', 'ExpiryUnknown', 'StatusUnknown'] as const;
type Alert = (typeof ALERTS)[number];

const limit = (name: string, value: string): string => `record: pointone:limit:${name}\n        expr: vector(${value})`;
const REPLICAS = 'without (instance, pod, container, node';

export const MUTANTS: readonly Mutant[] = [
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'warns four days late',
    from: limit('warning_left_seconds', '14 * 86400'),
    to: limit('warning_left_seconds', '10 * 86400'),
    event: 'createdAt missing',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'warns of short-lived tokens at half of their lifetime',
    from: limit('warning_lifetime_share', '0.25'),
    to: limit('warning_lifetime_share', '0.5'),
    event: 'overlap',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'pages for short-lived tokens too early',
    from: limit('critical_lifetime_share', '0.1'),
    to: limit('critical_lifetime_share', '0.2'),
    event: 'overlap',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'says nothing of tokens whose lifetime is unknown',
    from: 'pointone:token_usable:expiry_timestamp_seconds * 0 + scalar(',
    to: 'pointone:token_usable:expiry_timestamp_seconds * 0 - 1e12 + scalar(',
    event: 'createdAt missing',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'believes a createdAt after expiresAt',
    // Until it is past, it is in the future as well.
    from: `> 0)
          and
          (pointone:token_created:timestamp_seconds <= time() + scalar(pointone:limit:created_ahead_seconds))`,
    to: '> -1e12)',
    event: 'createdAt after expiresAt',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'believes a createdAt in the future',
    from: limit('created_ahead_seconds', '5 * 60'),
    to: limit('created_ahead_seconds', '1e12'),
    event: 'createdAt in the future',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'takes what vanishes at its expiry for deleted',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '-1e6'),
    event: 'vanishing at expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'takes what is deleted for expired',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '30 * 86400'),
    event: 'deletion long before expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'pages for history',
    from: limit('expired_critical_seconds', '14 * 86400'),
    to: limit('expired_critical_seconds', '400 * 86400'),
    event: 'expired two weeks ago',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'forgets what is not listed any more after two weeks',
    from: limit('expired_unlisted_seconds', '28 * 86400'),
    to: limit('expired_unlisted_seconds', '14 * 86400'),
    event: 'expired four weeks ago',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'does not heed the status EXPIRED',
    from: 'pointone_token_status{status="EXPIRED"}) == 1',
    to: 'pointone_token_status{status="EXPIRED"}) == 2',
    event: 'EXPIRED without a date',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'takes what is said to be expired as having expired just now, for ever',
    from: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 1))',
    to: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 9))',
    event: 'EXPIRED before its date',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon'],
    description: 'goes on saying that it expires when it has',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > -300)',
    event: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon', 'Expired'],
    description: 'leaves a gap of minutes before the expiry',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > 180)',
    event: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'pages on one odd list',
    from: '[5m]',
    to: '[30s]',
    event: 'odd list without the successor',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'goes by the worst of the tokens',
    from: 'max without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    to: 'min without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    event: 'rotation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'Expired'],
    description: 'gives no credit to a token of unknown expiry',
    from: 'unless max without (created_at) (max_over_time(pointone:token_open[5m]) unless (pointone:token_state > 0))',
    to: '',
    event: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'takes a revoked token for usable',
    from: '(pointone_token_status{status="REVOKED"}) == 1) + 1',
    to: '(pointone_token_status{status="REVOKED"}) == 2) + 1',
    event: 'revocation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'StatusUnknown'],
    description: 'takes a token of unknown status for dead',
    from: `max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"}) * 0`,
    to: `1 - max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"})`,
    event: 'unknown status',
    window: 'h',
  },
  {
    breaks: ['StatusUnknown'],
    description: 'knows a status that it does not',
    from: 'status!~"ACTIVE|EXPIRED|REVOKED"',
    to: 'status!~"ACTIVE|EXPIRED|REVOKED|SUSPENDED"',
    event: 'unknown status',
    window: 'h',
  },
  {
    breaks: ['ExpiryUnknown'],
    description: 'needs two tokens of unknown expiry',
    from: 'expr: pointone:tokens_open:count > 0',
    to: 'expr: pointone:tokens_open:count > 1',
    event: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'forgets after a day without a list',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '1 * 86400'),
    event: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    description: 'carries the last list on for ever',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '700 * 86400'),
    event: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    description: 'forgets at once what cannot be read',
    from: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds\n',
    to: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds < 0\n',
    event: 'API outage across an expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'flaps',
    from: 'last_over_time(pointone:token_listed:timestamp_seconds[2h])\n              == ignoring',
    to: 'last_over_time(pointone:token_listed:timestamp_seconds[30s])\n              == ignoring',
    event: 'flapping',
    window: 'm',
  },
  {
    breaks: ['outage'],
    description: 'never lets go of an account that was removed',
    from: '(up == 1)',
    to: '(up == 2)',
    event: 'account removed',
    window: 'm',
  },
  {
    breaks: ['outage', 'ExpectedTokenMissing'],
    description: 'lets an outage resolve what is missing',
    from: 'last_over_time(pointone:expected_token_present[2h]) and',
    to: 'last_over_time(pointone:expected_token_present[30s]) and',
    event: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['ExpectedTokenMissing'],
    description: 'pages at once for a missing token',
    from: 'expr: pointone:expected_token_present == 0\n        for: 15m',
    to: 'expr: pointone:expected_token_present == 0\n        for: 0m',
    event: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['one page'],
    description: 'pages for each replica',
    from: REPLICAS,
    to: 'without (instance, container, node',
    event: 'replicas side by side',
    window: 'h',
  },
  {
    breaks: ['one page'],
    description: 'throws two environments together',
    from: REPLICAS,
    to: `${REPLICAS}, env`,
    event: 'two environments with the same account name',
    window: 'h',
  },
];

/** The rules with the mistake in them. A mistake that cannot be made any more has to be rewritten, not passed over. */
export function mutate(rules: string, { description: wrong, from, to }: Mutant): string {
  if (!rules.includes(from))
    throw new Error(`alerts/rules.yml does not hold the text that "${wrong}" replaces: ${from}`);
  return rules.replaceAll(from, to);
}
