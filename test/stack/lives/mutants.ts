import type { Kind } from './coverage.ts';

/** A deliberately wrong edit of the rules, which the lives have to notice. */
export interface Mutant {
  /** The numbered rules of the design and the alerts that the edit makes untrue. */
  readonly breaks: readonly (Rule | Alert)[];
  readonly wrong: string;
  /** Text of alerts/rules.yml, replaced wherever it stands. */
  readonly from: string;
  readonly to: string;
  /** The lives that can notice: those in which this happens, in windows of this kind (`h`, `w`, `l` or `m`). */
  readonly kind: Kind;
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
    wrong: 'warns four days late',
    from: limit('warning_left_seconds', '14 * 86400'),
    to: limit('warning_left_seconds', '10 * 86400'),
    kind: 'createdAt missing',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    wrong: 'warns of short-lived tokens at half of their lifetime',
    from: limit('warning_lifetime_share', '0.25'),
    to: limit('warning_lifetime_share', '0.5'),
    kind: 'overlap',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    wrong: 'pages for short-lived tokens too early',
    from: limit('critical_lifetime_share', '0.1'),
    to: limit('critical_lifetime_share', '0.2'),
    kind: 'overlap',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    wrong: 'says nothing of tokens whose lifetime is unknown',
    from: 'pointone:token_usable:expiry_timestamp_seconds * 0 + scalar(',
    to: 'pointone:token_usable:expiry_timestamp_seconds * 0 - 1e12 + scalar(',
    kind: 'createdAt missing',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    wrong: 'believes a createdAt after expiresAt',
    // Until it is past, it is in the future as well.
    from: `> 0)
          and
          (pointone:token_created:timestamp_seconds <= time() + scalar(pointone:limit:created_ahead_seconds))`,
    to: '> -1e12)',
    kind: 'createdAt after expiresAt',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    wrong: 'believes a createdAt in the future',
    from: limit('created_ahead_seconds', '5 * 60'),
    to: limit('created_ahead_seconds', '1e12'),
    kind: 'createdAt in the future',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'takes what vanishes at its expiry for deleted',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '-1e6'),
    kind: 'vanishing at expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'takes what is deleted for expired',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '30 * 86400'),
    kind: 'deletion long before expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'pages for history',
    from: limit('expired_critical_seconds', '14 * 86400'),
    to: limit('expired_critical_seconds', '400 * 86400'),
    kind: 'expired two weeks ago',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'forgets what is not listed any more after two weeks',
    from: limit('expired_unlisted_seconds', '28 * 86400'),
    to: limit('expired_unlisted_seconds', '14 * 86400'),
    kind: 'expired four weeks ago',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'does not heed the status EXPIRED',
    from: 'pointone_token_status{status="EXPIRED"}) == 1',
    to: 'pointone_token_status{status="EXPIRED"}) == 2',
    kind: 'EXPIRED without a date',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    wrong: 'takes what is said to be expired as having expired just now, for ever',
    from: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 1))',
    to: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 9))',
    kind: 'EXPIRED before its date',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon'],
    wrong: 'goes on saying that it expires when it has',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > -300)',
    kind: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon', 'Expired'],
    wrong: 'leaves a gap of minutes before the expiry',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > 180)',
    kind: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    wrong: 'pages on one odd list',
    from: '[5m]',
    to: '[30s]',
    kind: 'odd list without the successor',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    wrong: 'goes by the worst of the tokens',
    from: 'max without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    to: 'min without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    kind: 'rotation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'Expired'],
    wrong: 'gives no credit to a token of unknown expiry',
    from: 'unless max without (created_at) (max_over_time(pointone:token_open[5m]) unless (pointone:token_state > 0))',
    to: '',
    kind: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    wrong: 'takes a revoked token for usable',
    from: '(pointone_token_status{status="REVOKED"}) == 1) + 1',
    to: '(pointone_token_status{status="REVOKED"}) == 2) + 1',
    kind: 'revocation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'StatusUnknown'],
    wrong: 'takes a token of unknown status for dead',
    from: `max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"}) * 0`,
    to: `1 - max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"})`,
    kind: 'unknown status',
    window: 'h',
  },
  {
    breaks: ['StatusUnknown'],
    wrong: 'knows a status that it does not',
    from: 'status!~"ACTIVE|EXPIRED|REVOKED"',
    to: 'status!~"ACTIVE|EXPIRED|REVOKED|SUSPENDED"',
    kind: 'unknown status',
    window: 'h',
  },
  {
    breaks: ['ExpiryUnknown'],
    wrong: 'needs two tokens of unknown expiry',
    from: 'expr: pointone:tokens_open:count > 0',
    to: 'expr: pointone:tokens_open:count > 1',
    kind: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    wrong: 'forgets after a day without a list',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '1 * 86400'),
    kind: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    wrong: 'carries the last list on for ever',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '700 * 86400'),
    kind: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    wrong: 'forgets at once what cannot be read',
    from: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds\n',
    to: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds < 0\n',
    kind: 'API outage across an expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    wrong: 'flaps',
    from: 'last_over_time(pointone:token_listed:timestamp_seconds[2h])\n              == ignoring',
    to: 'last_over_time(pointone:token_listed:timestamp_seconds[30s])\n              == ignoring',
    kind: 'flapping',
    window: 'm',
  },
  {
    breaks: ['outage'],
    wrong: 'never lets go of an account that was removed',
    from: '(up == 1)',
    to: '(up == 2)',
    kind: 'account removed',
    window: 'm',
  },
  {
    breaks: ['outage', 'ExpectedTokenMissing'],
    wrong: 'lets an outage resolve what is missing',
    from: 'last_over_time(pointone:expected_token_present[2h]) and',
    to: 'last_over_time(pointone:expected_token_present[30s]) and',
    kind: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['ExpectedTokenMissing'],
    wrong: 'pages at once for a missing token',
    from: 'expr: pointone:expected_token_present == 0\n        for: 15m',
    to: 'expr: pointone:expected_token_present == 0\n        for: 0m',
    kind: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['one page'],
    wrong: 'pages for each replica',
    from: REPLICAS,
    to: 'without (instance, container, node',
    kind: 'replicas side by side',
    window: 'h',
  },
  {
    breaks: ['one page'],
    wrong: 'throws two environments together',
    from: REPLICAS,
    to: `${REPLICAS}, env`,
    kind: 'two environments with the same account name',
    window: 'h',
  },
];

/** The rules with the mistake in them. A mistake that cannot be made any more has to be rewritten, not passed over. */
export function mutate(rules: string, { wrong, from, to }: Mutant): string {
  if (!rules.includes(from))
    throw new Error(`alerts/rules.yml does not hold the text that "${wrong}" replaces: ${from}`);
  return rules.replaceAll(from, to);
}
