import type { EventKind } from './coverage.ts';

/** A deliberate mistake in the rules that the generated lives must detect. */
export interface Mutant {
  /** The requirements and alerts that the mistake breaks. */
  readonly breaks: readonly (Rule | Alert)[];
  readonly description: string;
  /** A string in alerts/rules.yml. All its occurrences are replaced. */
  readonly from: string;
  readonly to: string;
  /** The mistake is detected by lives with this event, in windows of this kind. */
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
    description: 'warns about short-lived tokens at half of their lifetime',
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
    description: 'does not alert on tokens of unknown lifetime',
    from: 'pointone:token_usable:expiry_timestamp_seconds * 0 + scalar(',
    to: 'pointone:token_usable:expiry_timestamp_seconds * 0 - 1e12 + scalar(',
    event: 'createdAt missing',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'uses a createdAt after expiresAt',
    // Such a createdAt is also in the future until it passes.
    from: `> 0)
          and
          (pointone:token_created:timestamp_seconds <= time() + scalar(pointone:limit:created_ahead_seconds))`,
    to: '> -1e12)',
    event: 'createdAt after expiresAt',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'uses a createdAt in the future',
    from: limit('created_ahead_seconds', '5 * 60'),
    to: limit('created_ahead_seconds', '1e12'),
    event: 'createdAt in the future',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'treats a token that disappears at its expiry as deleted',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '-1e6'),
    event: 'vanishing at expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'treats a deleted token as expired',
    from: limit('vanished_near_expiry_seconds', '10 * 60'),
    to: limit('vanished_near_expiry_seconds', '30 * 86400'),
    event: 'deletion long before expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'pages for tokens that expired weeks ago',
    from: limit('expired_critical_seconds', '14 * 86400'),
    to: limit('expired_critical_seconds', '400 * 86400'),
    event: 'expired two weeks ago',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'forgets unlisted tokens after two weeks',
    from: limit('expired_unlisted_seconds', '28 * 86400'),
    to: limit('expired_unlisted_seconds', '14 * 86400'),
    event: 'expired four weeks ago',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'ignores the status EXPIRED',
    from: 'pointone_token_status{status="EXPIRED"}) == 1',
    to: 'pointone_token_status{status="EXPIRED"}) == 2',
    event: 'EXPIRED without a date',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'treats a token with the status EXPIRED as expired just now, forever',
    from: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 1))',
    to: '(last_over_time(pointone:token_expired_since:timestamp_seconds[2h]) and (pointone:token_state == 9))',
    event: 'EXPIRED before its date',
    window: 'l',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon'],
    description: 'keeps the expiring alert after the expiry',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > -300)',
    event: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon', 'Expired'],
    description: 'stops the expiring alert minutes before the expiry',
    from: '(pointone:tokens_left_seconds > 0)',
    to: '(pointone:tokens_left_seconds > 180)',
    event: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'pages if one list is incomplete',
    from: '[5m]',
    to: '[30s]',
    event: 'one list without the successor',
    window: 'm',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'uses the most urgent token of a group',
    from: 'max without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    to: 'min without (created_at) (max_over_time(pointone:token_critical_from:timestamp_seconds[5m])',
    event: 'rotation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'Expired'],
    description: 'ignores a successor of unknown expiry',
    from: 'unless max without (created_at) (max_over_time(pointone:token_open[5m]) unless (pointone:token_state > 0))',
    to: '',
    event: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['replaced', 'ExpiringSoon'],
    description: 'treats a revoked token as usable',
    from: '(pointone_token_status{status="REVOKED"}) == 1) + 1',
    to: '(pointone_token_status{status="REVOKED"}) == 2) + 1',
    event: 'revocation',
    window: 'h',
  },
  {
    breaks: ['replaced', 'StatusUnknown'],
    description: 'treats a token of unknown status as inactive',
    from: `max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"}) * 0`,
    to: `1 - max ${REPLICAS}, status) (pointone_token_status{status="ACTIVE"})`,
    event: 'unknown status',
    window: 'h',
  },
  {
    breaks: ['StatusUnknown'],
    description: 'accepts an unknown status',
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
    description: 'forgets the last list after a day',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '1 * 86400'),
    event: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    description: 'uses the last list forever',
    from: limit('memory_seconds', '7 * 86400'),
    to: limit('memory_seconds', '700 * 86400'),
    event: 'outage of more than a week',
    window: 'w',
  },
  {
    breaks: ['outage'],
    description: 'forgets tokens as soon as a fetch fails',
    from: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds\n',
    to: 'last_over_time(pointone:token_expiry:timestamp_seconds[2h]) and pointone:token_listed:timestamp_seconds < 0\n',
    event: 'API outage across an expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'flaps when fetches fail intermittently',
    from: 'last_over_time(pointone:token_listed:timestamp_seconds[2h])\n              == ignoring',
    to: 'last_over_time(pointone:token_listed:timestamp_seconds[30s])\n              == ignoring',
    event: 'flapping',
    window: 'm',
  },
  {
    breaks: ['outage'],
    description: 'keeps the alerts of a removed account',
    from: '(up == 1)',
    to: '(up == 2)',
    event: 'account removed',
    window: 'm',
  },
  {
    breaks: ['outage', 'ExpectedTokenMissing'],
    description: 'resolves the missing-token alert during an outage',
    from: 'last_over_time(pointone:expected_token_present[2h]) and',
    to: 'last_over_time(pointone:expected_token_present[30s]) and',
    event: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['ExpectedTokenMissing'],
    description: 'pages for a missing token without delay',
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
    event: 'concurrent replicas',
    window: 'h',
  },
  {
    breaks: ['one page'],
    description: 'mixes two environments',
    from: REPLICAS,
    to: `${REPLICAS}, env`,
    event: 'two environments with the same account name',
    window: 'h',
  },
  {
    breaks: ['one page'],
    description: 'forgets the tokens of targets with the labels name and role',
    from: '(name, exported_name, role, exported_role, created_at)',
    to: '(name, role, created_at)',
    event: 'target labels with the names of metric labels',
    window: 'h',
  },
];

/** Returns the rules with the mistake. Throws if the string is not found, so that no mutant becomes ineffective. */
export function mutate(rules: string, { description, from, to }: Mutant): string {
  if (!rules.includes(from))
    throw new Error(`alerts/rules.yml does not contain the string that the mutant "${description}" replaces: ${from}`);
  return rules.replaceAll(from, to);
}
