/** A wrong version of the rules: what it breaks, and the scenario that must notice. */
interface RuleMutant {
  /** The alert, or the numbered promise (`rule 1` to `rule 8`), that no longer does what it says. */
  readonly breaks: string;
  readonly what: string;
  /** Replacements, made in this order. */
  readonly edits: readonly RuleEdit[];
  readonly caughtBy: string;
}

interface RuleEdit {
  /** Only the text from the first occurrence of this on is touched, and there one occurrence instead of all. */
  readonly after?: string;
  readonly find: string;
  readonly put: string;
}

/** The rules with a mutant's edits made. Throws where a text to edit is not there, so that no mutant dies of old age. */
export function mutate(rules: string, { what, edits }: RuleMutant): string {
  return edits.reduce((text, { after, find, put }) => {
    const from = after === undefined ? 0 : text.indexOf(after);
    const at = from < 0 ? -1 : text.indexOf(find, from);
    if (at < 0)
      throw new Error(`The mutant "${what}" cannot be made: the rules lack ${JSON.stringify(after ?? find)}.`);
    if (after === undefined) return text.replaceAll(find, () => put);
    return text.slice(0, at) + put + text.slice(at + find.length);
  }, rules);
}

function mutant(breaks: string, what: string, caughtBy: string, ...edits: RuleEdit[]): RuleMutant {
  return { breaks, what, caughtBy, edits };
}

/** Everywhere. */
function every(find: string, put: string): RuleEdit {
  return { find, put };
}

/** Once, in the recording rule of this name (without its prefix). */
function recorded(name: string, find: string, put: string): RuleEdit {
  return { after: `- record: pointone:${name}\n`, find, put };
}

/** Once, in the first alert of this name. */
function alerting(name: string, find: string, put: string): RuleEdit {
  return { after: `- alert: ${name}\n`, find, put };
}

function limit(name: string, find: string, put: string): RuleEdit {
  return recorded(`limit:${name}`, `vector(${find})`, `vector(${put})`);
}

const REPLICA = 'instance, pod, container, node';

const PROMISES: readonly RuleMutant[] = [
  mutant(
    'rule 1',
    'the warning comes a day late',
    '1 warning: a long-lived token at 14 days left',
    limit('warning_left_seconds', '14 * 86400', '13 * 86400'),
  ),
  mutant(
    'rule 1',
    'the warning share is larger',
    '1 warning: a token of 40 days at a quarter, not at 14 days left',
    limit('warning_lifetime_share', '0.25', '0.3'),
  ),
  mutant(
    'rule 1',
    'the page comes a day late',
    '1 critical: a long-lived token at 3 days left',
    limit('critical_left_seconds', '3 * 86400', '2 * 86400'),
  ),
  mutant(
    'rule 1',
    'the critical share is larger',
    '1 critical: a token of 20 days at a tenth, not at 3 days left',
    limit('critical_lifetime_share', '0.1', '0.2'),
  ),
  mutant(
    'rule 1',
    'an unknown lifetime silences',
    '1 lifetime unknown: the absolute limits decide alone',
    every('pointone:token_usable:expiry_timestamp_seconds * 0 + ', 'pointone:token_lifetime_seconds * 0 + '),
  ),
  mutant(
    'rule 1',
    'a createdAt at the expiry is believed',
    '1 a createdAt at or after the expiry is ignored',
    recorded('token_lifetime_seconds', '> 0)', '>= 0)'),
  ),
  mutant(
    'rule 1',
    'a createdAt in the future is believed',
    '1 a createdAt more than 5 minutes ahead is ignored; one at most 5 minutes ahead is used',
    limit('created_ahead_seconds', '5 * 60', '10 * 60'),
  ),
  mutant(
    'rule 2',
    'expired tokens go on expiring',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    every('(pointone:tokens_left_seconds > 0)', 'pointone:tokens_left_seconds'),
  ),
  mutant(
    'rule 2',
    'a gap at the expiry',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    recorded('tokens_expired_since:timestamp_seconds', '<= time())', '< time())'),
  ),
  mutant(
    'rule 2',
    'EXPIRED counts only with a date',
    '2 EXPIRED without a usable successor is expired whatever the date says, or when there is none',
    every('(pointone:token_state == 1) * 0 + time()', '(pointone:token_state == 3) * 0 + time()'),
  ),
  mutant(
    'rule 2',
    'vanishing just before the expiry counts as deletion',
    '2 a token that vanishes up to 10 minutes before its expiry has expired',
    limit('vanished_near_expiry_seconds', '10 * 60', '60'),
  ),
  mutant(
    'rule 2',
    'deletion long before the expiry counts as vanishing',
    '2 a token that vanishes 11 minutes before its expiry was deleted',
    limit('vanished_near_expiry_seconds', '10 * 60', '11 * 60'),
  ),
  mutant(
    'rule 2',
    'a revoked token that vanishes has expired',
    '2 a token that vanishes at its expiry raises nothing when it was revoked or replaced',
    every('(last_over_time(pointone:token_state[2h]) == 2)', '(last_over_time(pointone:token_state[2h]) == 3)'),
  ),
  mutant(
    'rule 2',
    'history pages',
    '2 installing the exporter does not page for history',
    limit('expired_critical_seconds', '14 * 86400', '140 * 86400'),
  ),
  mutant(
    'rule 2',
    'what vanished is forgotten early',
    '2 expired is critical for 14 days, then info; a token that is no longer listed alerts for 28 days',
    limit('expired_unlisted_seconds', '28 * 86400', '21 * 86400'),
  ),
  mutant(
    'rule 2',
    'what vanished once is told again though it was listed since',
    '2 a token that had vanished is listed again, revoked then, and deleted',
    recorded(
      'token_expired_unlisted:expiry_timestamp_seconds',
      'token_listed:timestamp_seconds) * 0',
      'token_listed:timestamp_seconds) > 1e12',
    ),
  ),
  mutant(
    'rule 2',
    'EXPIRED without a date is always news',
    '2 expired is critical for 14 days, then info; a token that is no longer listed alerts for 28 days',
    recorded('token_expired_since:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 2',
    'a token that turns EXPIRED early covers itself',
    '2 the status turns EXPIRED before the date has passed, or after',
    recorded('tokens_until:timestamp_seconds', '(pointone:token_state > 0)', '(pointone:token_state > 1)'),
  ),
  mutant(
    'rule 3',
    'the worst token of a name counts',
    '3 the successor of an expiring token ends its alerts',
    recorded('tokens_critical_from:timestamp_seconds', 'max without', 'min without'),
  ),
  mutant(
    'rule 3',
    'a token of another role is a successor',
    '3 a token of another account, name or role is not a successor',
    every('without (created_at)', 'without (created_at, role)'),
  ),
  mutant(
    'rule 3',
    'revoked tokens count',
    '3 a revoked token raises nothing, expiring or expired',
    recorded('token_usable:expiry_timestamp_seconds', '> 0)', '== 1)'),
  ),
  mutant(
    'rule 3',
    'unknown statuses are dead',
    '3 a token of unknown status alerts itself',
    recorded('token_state', 'status="EXPIRED"', 'status!~"ACTIVE|REVOKED"'),
  ),
  mutant(
    'rule 3',
    'a successor of unknown expiry covers nothing',
    '3 a usable successor of unknown expiry covers an expired token, but not an expiring one',
    recorded('tokens_expired_since:timestamp_seconds', 'pointone:token_open[5m]', 'pointone:none[5m]'),
  ),
  mutant('rule 3', 'one odd list pages', '3 one odd list without the successor does not page', every('[5m]', '[30s]')),
  mutant(
    'rule 3',
    'cover outlives its token for long',
    '3 lists without the successor page once cover is missing for five minutes',
    every('[5m]', '[9m]'),
  ),
  mutant(
    'rule 4',
    'an outage resolves',
    '4 the API is down: expiry alerts carry on, and come when they are due',
    recorded('token_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 4',
    'a target that is gone resolves',
    '4 the exporter is gone: expiry alerts carry on, and come when they are due',
    recorded(
      'account_read:timestamp_seconds',
      'last_over_time(pointone:account_read',
      '(pointone_up == 0) and last_over_time(pointone:account_read',
    ),
  ),
  mutant(
    'rule 4',
    'deletion does not resolve',
    '4 a token deleted long before its expiry resolves as soon as a list without it was read',
    recorded('token_listed:timestamp_seconds', '== ignoring', '<= ignoring'),
    recorded(
      'token_expiry:timestamp_seconds',
      'unless ignoring (name, exported_name, role, exported_role, created_at) (pointone:account_up == 1)',
      '',
    ),
  ),
  mutant(
    'rule 4',
    'memory ends early',
    '4 the API is down for eight days: seven days of memory, then silence, then what is true',
    limit('memory_seconds', '7 * 86400', '6 * 86400'),
  ),
  mutant(
    'rule 4',
    'memory does not end',
    '4 the exporter is down for eight days: seven days of memory, then silence, then what is true',
    limit('memory_seconds', '7 * 86400', '9 * 86400'),
  ),
  mutant(
    'rule 4',
    'a removed account is carried on',
    '4 an account removed from the configuration while the exporter is up resolves',
    every('(up == 1)', '(up == 2)'),
  ),
  mutant(
    'rule 4',
    'an account removed from discovery is carried on',
    '4 an account removed from what the exporter offers for discovery resolves',
    every('.+@.+', '.+@@.+'),
  ),
  mutant(
    'rule 4',
    'a target that is down counts as removed',
    '4 one account of those discovered cannot be scraped: it does not count as removed',
    every('unless ignoring (account, exported_account) up', 'unless ignoring (account, exported_account) (up == 1)'),
  ),
  mutant(
    'rule 4',
    'a removed account is resurrected',
    '4 an exporter restarted soon after an account was removed resurrects nothing',
    every('pointone:account_removed * 0', '(pointone:account_removed > 1)'),
  ),
  mutant(
    'rule 4',
    'every failed scrape resolves',
    '4 nothing flaps when every other scrape of the exporter fails',
    recorded('token_listed:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 4',
    'an account removed during a long outage is carried on',
    '4 an account removed while the exporter was down for hours resolves once it is up',
    recorded('account_removed', '(last_over_time(pointone_up[2h]))', '(last_over_time(pointone_up[3d]))'),
  ),
  mutant(
    'rule 4',
    'an exporter that moves has removed its accounts',
    '4 an exporter discovered account by account moves to another host, its accounts scraped one after the other',
    recorded(
      'account_removed',
      '(instance, pod, container, node, account, exported_account)',
      '(instance, pod, container, node, account, exported_account, pointone_host)',
    ),
  ),
  mutant(
    'rule 4',
    'an earlier credential is remembered',
    '6 PointOneCredentialExpiringSoon: an earlier credential is not remembered once the exporter showed another without expiry',
    recorded('credential_expiry:timestamp_seconds', '(pointone_up)) * 0', '(pointone_up)) > 1e12'),
  ),
  mutant(
    'rule 4',
    'a removed account has a blind replica',
    '4 an account that could not be read is removed from the configuration',
    every('          and pointone:account_up\n        for: 15m', '        for: 15m'),
  ),
  mutant(
    'rule 4',
    'a status that was unknown once is remembered',
    '3 a status that was unknown once is not remembered in a later outage',
    recorded('token_status_unknown', '(pointone_token_expiry_known) * 0', '(pointone_token_expiry_known) > 1'),
  ),
  mutant(
    'rule 4',
    'doubt needs an unbroken row of scrapes',
    '4 low-severity alerts fire and do not flap when every other fetch of the API fails',
    every('[10m]) ', '[30s]) '),
  ),
  mutant(
    'rule 5',
    'each pod pages',
    '5 replicas do not page twice, and every other target label survives',
    every(REPLICA, 'instance, container, node'),
  ),
  mutant(
    'rule 5',
    'target labels get lost',
    '5 replicas do not page twice, and every other target label survives',
    every(REPLICA, `${REPLICA}, team`),
  ),
  mutant(
    'rule 5',
    'environments get mixed up in joins',
    '5 accounts of the same name in two environments are kept apart',
    every('unless ignoring (name, exported_name, role, exported_role, created_at) (', 'unless on (account) ('),
  ),
  mutant(
    'rule 5',
    'a removed account of a target with the label account is carried on',
    '5 a target label account: an account removed while the exporter is up resolves, and the exporter is not down',
    every('ignoring (account, exported_account)', 'ignoring (account)'),
  ),
  mutant(
    'rule 5',
    'a removed account of a target with the label account is an exporter that is down',
    '5 a target label account: an account removed while the exporter is up resolves, and the exporter is not down',
    recorded('exporter_seen:timestamp_seconds', 'account, exported_account)', 'account)'),
  ),
  mutant(
    'rule 5',
    'a target with the labels name and role has no memory',
    '5 target labels account, name and role: the API is down, and a token is deleted meanwhile',
    every('(name, exported_name, role, exported_role, created_at)', '(name, role, created_at)'),
  ),
  mutant(
    'rule 5',
    'an expected token of a target with the labels name and role has no memory',
    '5 target labels account, name and role: the API is down, and a token is deleted meanwhile',
    every('(name, exported_name, role, exported_role)', '(name, role)'),
  ),
  mutant(
    'rule 5',
    'a target with the label account is two exporters',
    '5 a target label account and honor_labels: the exporter is down: one page',
    recorded('exporter_seen:timestamp_seconds', 'account, exported_account, version', 'version'),
  ),
  mutant(
    'rule 5',
    'an upgrade of a target with the label version is an exporter that is down',
    '5 target labels version and revision: the exporter is upgraded',
    recorded('exporter_seen:timestamp_seconds', 'exported_version, ', ''),
  ),
  mutant(
    'rule 5',
    'a target with the label host has no removed account',
    '5 a target label account for each account that is discovered: a removed account resolves, and the exporter is not down',
    every('pointone_host', 'host'),
  ),
  mutant(
    'rule 6',
    'half of all scrapes is enough',
    '6 PointOneScrapeFailing: half of all fetches of the API fail',
    limit('success_ratio', '0.6', '0.4'),
  ),
  mutant(
    'rule 6',
    'a frozen pointone_up is believed for long',
    '6 PointOneScrapeFailing: pointone_up is frozen at 1, and the last success is an hour old',
    limit('success_age_seconds', '3600', '7200'),
  ),
  mutant(
    'rule 7',
    'doubt pages',
    '7 PointOneTokenExpiryUnknown: only usable tokens, two of one name in one alert',
    alerting('PointOneTokenExpiryUnknown', 'severity: info', 'severity: critical'),
  ),
  mutant(
    'rule 8',
    'a page that must be there within 5 minutes waits',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    alerting('PointOneTokenExpired', 'labels:', 'for: 10m\n        labels:'),
  ),
  mutant(
    'rule 8',
    'durations in seconds',
    '8 text of PointOneTokenExpiringSoon',
    every('$value | humanizeDuration', '$value'),
  ),
];

const ALERTS: readonly RuleMutant[] = [
  mutant(
    'PointOneTokenExpiringSoon',
    'critical from the warning limit on',
    '1 critical: a long-lived token at 3 days left',
    alerting(
      'PointOneTokenExpiringSoon',
      'pointone:tokens_critical_from:timestamp_seconds',
      'pointone:tokens_warning_from:timestamp_seconds',
    ),
  ),
  mutant(
    'PointOneTokenExpired',
    'what is listed with a date in the past has expired, replaced or not',
    '3 rotation with overlap raises nothing, before, at and after the expiry',
    recorded('tokens_expired_since:timestamp_seconds', '> time())', '> time() + 86400 * 1000)'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'no patience',
    'PointOneExpectedTokenMissing: 15 minutes, until it is there',
    alerting('PointOneExpectedTokenMissing', 'for: 15m', 'for: 14m'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'an outage resolves',
    '4 the API is down: missing-token alerts carry on, and come when they are due',
    recorded('expected_token_present', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one reason is forgotten',
    '6 PointOneCredentialRejected: every kind of rejection, after 5 minutes, until the credential is accepted',
    every('unauthenticated|forbidden|credential', 'unauthenticated|credential'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one refusal among many other failures counts',
    '6 PointOneCredentialRejected: does not fire for other reasons, one rejection among other failures, or every other scrape',
    alerting('PointOneCredentialRejected', '>= sum without', '>= 0 * sum without'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'no patience',
    '6 PointOneCredentialRejected: every kind of rejection, after 5 minutes, until the credential is accepted',
    alerting('PointOneCredentialRejected', 'for: 5m', 'for: 4m'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'only a growing counter counts',
    '6 PointOneCredentialRejected: one-shot use, refused from the start',
    every('avg_over_time(pointone_failure_reason', 'increase(pointone_scrape_errors_total'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one run that times out ends the page',
    '6 PointOneCredentialRejected: one-shot use, refused later, until the credential is accepted',
    alerting('PointOneCredentialRejected', '[10m]', '[2m]'),
    alerting('PointOneCredentialRejected', '[10m]', '[2m]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a credential that was accepted pages on',
    '6 PointOneCredentialRejected: one-shot use, refused later, until the credential is accepted',
    alerting('PointOneCredentialRejected', 'unless (pointone:account_up == 1)\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'an account that was removed pages on',
    '6 PointOneCredentialRejected: the account is removed from the configuration',
    alerting('PointOneCredentialRejected', 'unless pointone:account_removed\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a failed scrape of the exporter starts the five minutes again',
    '6 PointOneCredentialRejected: refused from the start, while every other scrape of the exporter fails',
    alerting('PointOneCredentialRejected', 'unless (pointone:account_up == 1)', 'and (pointone:account_up == 0)'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    'an outage resolves',
    '6 PointOneCredentialExpiringSoon: carries on while the exporter is down, and ends with a new credential',
    recorded('credential_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    "the later of the replicas' credentials counts",
    '6 PointOneCredentialExpiringSoon: replicas with credentials of their own, the sooner counts',
    recorded('credential_expiry:timestamp_seconds', 'min without', 'max without'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'too patient',
    '6 PointOneScrapeFailing: no replica reads the account, 10 minutes',
    alerting('PointOneScrapeFailing', 'for: 10m', 'for: 11m'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'half a day is longer',
    '6 PointOneScrapeFailing: critical after twelve hours, and only then',
    alerting('PointOneScrapeFailing', 'for: 12h', 'for: 13h'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'all replicas are as one of them',
    '6 PointOneScrapeFailing info: does not fire if both replicas are blind',
    every('unless pointone:account_blind', 'unless (pointone:account_blind > 1)'),
  ),
  mutant(
    'PointOneExporterDown',
    'too patient',
    '6 PointOneExporterDown: the exporter is down for 15 minutes',
    alerting('PointOneExporterDown', 'for: 15m', 'for: 16m'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter without accounts is none',
    '6 PointOneExporterDown: an exporter scraped by /metrics alone is healthy, and is upgraded',
    every(' and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds', ')'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter scraped by /probe alone is none',
    '6 PointOneExporterDown: an exporter scraped by /probe alone is healthy',
    every(
      '(absent(pointone_up) and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds',
      'absent(pointone_exporter_build_info)',
    ),
  ),
  mutant(
    'PointOneExporterDown',
    'an upgrade is a loss',
    '6 PointOneExporterDown: an exporter scraped by /metrics alone is healthy, and is upgraded',
    recorded('exporter_seen:timestamp_seconds', ', version', ''),
  ),
  mutant(
    'PointOneExporterDown',
    'nothing tells that there is none at all',
    '6 PointOneExporterDown: no exporter at all, ever',
    every('absent(pointone_up)', 'absent(up == 2) > 1'),
  ),
  mutant(
    'PointOneTokenListEmpty',
    'one token is none',
    '7 PointOneTokenListEmpty: 15 minutes, until there is a token',
    alerting('PointOneTokenListEmpty', '== 0', '<= 1'),
  ),
  mutant(
    'PointOneTokenExpiryUnknown',
    'dead tokens count',
    '7 PointOneTokenExpiryUnknown: only usable tokens, two of one name in one alert',
    recorded('token_open', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneTokenStatusUnknown',
    'never more than info',
    '3 a token of unknown status that covers others alerts as a warning',
    alerting('PointOneTokenStatusUnknown', 'unless\n', 'or\n'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'ACTIVE is believed',
    '7 PointOneTokenStatusContradiction: ACTIVE over an hour past',
    alerting('PointOneTokenStatusContradiction', 'status="ACTIVE"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'EXPIRED is believed',
    '7 PointOneTokenStatusContradiction: EXPIRED with over an hour left',
    alerting('PointOneTokenStatusContradiction', 'status="EXPIRED"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'half an hour is enough',
    '7 PointOneTokenStatusContradiction: ACTIVE over an hour past',
    limit('contradiction_seconds', '3600', '1800'),
  ),
  mutant(
    'PointOneTokenFieldUnreadable',
    'two are not enough',
    '7 PointOneTokenFieldUnreadable: 15 minutes, each field separately',
    alerting('PointOneTokenFieldUnreadable', '> 0', '> 2'),
  ),
  mutant(
    'PointOneDuplicateTokens',
    'one is not enough',
    '7 PointOneDuplicateTokens: 15 minutes',
    alerting('PointOneDuplicateTokens', '> 0', '> 1'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'every rotation shares a name',
    '7 PointOneTokenNameShared: three usable tokens, not two',
    limit('shared_tokens', '3', '2'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'dead tokens count',
    '7 PointOneTokenNameShared: three usable tokens, not two',
    alerting('PointOneTokenNameShared', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneClockSkew',
    'a clock that is behind is right',
    '7 PointOneClockSkew: over 5 minutes either way, for 15 minutes',
    alerting('PointOneClockSkew', 'abs(', '('),
  ),
  mutant(
    'PointOneClockSkew',
    'five minutes are too many',
    '7 PointOneClockSkew: over 5 minutes either way, for 15 minutes',
    limit('clock_skew_seconds', '5 * 60', '4 * 60'),
  ),
];

export const RULE_MUTANTS: readonly RuleMutant[] = [...PROMISES, ...ALERTS];
