import type { EventKind } from './coverage.ts';
import type { Life } from './life.ts';
import { type Policy, USUAL_LIMITS, USUAL_POLICY } from './policy.ts';

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

const REPLICAS = 'without (instance, pod, container, node';
const MEMORY = '(last_over_time(pointone:token_deadline:timestamp_seconds[2h]) != -1)\n';

export const MUTANTS: readonly Mutant[] = [
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'warns fourteen days before each expiry, whatever the exporter says',
    from: '{deadline_level="warning"}[2h]) != -1 < time()',
    to: '{deadline_level="last_expiry"}[2h]) != -1 < time() + 14 * 86400',
    event: 'overlap',
    window: 'h',
  },
  {
    breaks: ['in time', 'ExpiringSoon'],
    description: 'pages as soon as it warns',
    from: '{deadline_level="critical"}',
    to: '{deadline_level="warning"}',
    event: 'overlap',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'treats a token that disappears while the exporter is down as deleted',
    from: '<= time() + 660',
    to: '<= -1e12',
    event: 'exporter down across an expiry',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'Expired'],
    description: 'pages for tokens that expired weeks ago',
    from: '>= 0 < 14 * 86400',
    to: '>= 0 < 400 * 86400',
    event: 'expired two weeks ago',
    window: 'h',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon'],
    description: 'keeps the expiring alert after the expiry',
    from: '- time() > 0)',
    to: '- time() > -300)',
    event: 'vanishing at expiry',
    window: 'm',
  },
  {
    breaks: ['at expiry', 'ExpiringSoon', 'Expired'],
    description: 'stops the expiring alert minutes before the expiry',
    from: '- time() > 0)',
    to: '- time() > 180)',
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
    breaks: ['replaced', 'StatusUnknown'],
    description: 'does not report that a token of unknown status is the only successor',
    from: 'pointone_token_cover_doubtful[10m]) == 1',
    to: 'pointone_token_cover_doubtful[10m]) == 2',
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
    description: 'ignores an unknown expiry',
    from: '(last_over_time(pointone_token_expiry_known[10m])) == 0',
    to: '(last_over_time(pointone_token_expiry_known[10m])) == 2',
    event: 'no expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'forgets the last list after an hour',
    from: ' > time() - 7 * 86400\n          or (last_over_time(pointone:account_read',
    to: ' > time() - 3600\n          or (last_over_time(pointone:account_read',
    event: 'exporter down across an expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'forgets tokens as soon as the exporter is down',
    from: MEMORY,
    to: MEMORY.replace('[2h]', '[30s]'),
    event: 'exporter down across an expiry',
    window: 'h',
  },
  {
    breaks: ['outage'],
    description: 'remembers deleted tokens',
    from: '(last_over_time(pointone:token_deadline:timestamp_seconds[2h]) != -1) * 0 - 1',
    to: '(last_over_time(pointone:token_deadline:timestamp_seconds[2h]) != -1)',
    event: 'revocation',
    window: 'h',
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
    from: '(pointone_up == 1)\n          or (last_over_time(pointone:expected_token_present[2h]) == 0) + 1',
    to: '(pointone_up)\n          or (last_over_time(pointone:expected_token_present[2h]) == 0) + 1',
    event: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['ExpectedTokenMissing'],
    description: 'pages for a missing token without delay',
    from: 'expr: last_over_time(pointone:expected_token_present[2h]) == 0\n        for: 15m',
    to: 'expr: last_over_time(pointone:expected_token_present[2h]) == 0\n        for: 0m',
    event: 'expected token missing',
    window: 'h',
  },
  {
    breaks: ['one page'],
    description: 'pages for each replica',
    from: `max ${REPLICAS}, exported_level)`,
    to: 'max without (instance, container, node, exported_level)',
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
    description: 'has no deadlines for targets with the labels name and role',
    from: 'name, exported_name, role, exported_role',
    to: 'name, role',
    event: 'target labels with the names of metric labels',
    window: 'h',
  },
];

/** A deliberate mistake of the exporter in the use of an account's policy that the generated lives must detect. */
interface PolicyMutant {
  readonly description: string;
  readonly change: (policy: Policy) => Policy;
  /** The mistake is detected by lives with this event. */
  readonly event: EventKind;
}

export const POLICY_MUTANTS: readonly PolicyMutant[] = [
  {
    description: 'ignores the accounts file',
    change: () => USUAL_POLICY,
    event: 'rotation under a new name',
  },
  {
    description: 'ignores token_names',
    change: (policy) => ({ ...policy, tokenNames: [] }),
    event: 'rotation under a new name',
  },
  {
    description: 'groups tokens by the part of their names before a number, without token_names',
    change: (policy) => ({ ...policy, tokenNames: ['caster-ingest', 'survey', 'ci'].map(withNumbers) }),
    event: 'rotation under a new name without token_names',
  },
  {
    description: 'uses the first pattern of each name only',
    change: (policy) => ({
      ...policy,
      tokenNames: policy.tokenNames.map(({ name, match }) => ({ name, match: match.slice(0, 1) })),
    }),
    event: 'rotation under a new name',
  },
  {
    description: 'ignores the limits of an account',
    change: (policy) => ({ ...policy, limits: USUAL_LIMITS }),
    event: 'limits of an account',
  },
  {
    description: 'ignores the limits of names',
    change: (policy) => ({ ...policy, names: [] }),
    event: 'limits of a name',
  },
];

function withNumbers(name: string): Policy['tokenNames'][number] {
  return { name, match: [name, `${name}-*`] };
}

/** Returns a life whose exporters make the mistake. */
export function withPolicyMistake(life: Life, { change }: PolicyMutant): Life {
  const deployments = life.deployments.map((deployment) => ({
    ...deployment,
    accounts: deployment.accounts.map((account) => ({ ...account, policy: change(account.policy) })),
  }));
  return { ...life, deployments };
}

/** Returns the rules with the mistake. Throws if the string is not found, so that no mutant becomes ineffective. */
export function mutate(rules: string, { description, from, to }: Mutant): string {
  if (!rules.includes(from))
    throw new Error(`alerts/rules.yml does not contain the string that the mutant "${description}" replaces: ${from}`);
  return rules.replaceAll(from, to);
}
