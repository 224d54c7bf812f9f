/** A deliberate mistake in the rules, and the scenario that must detect it. */
interface RuleMutant {
  /** The alert or the numbered requirement (`requirement 1` to `requirement 8`) that the mistake breaks. */
  readonly breaks: string;
  readonly description: string;
  /** Replacements, applied in this order. */
  readonly edits: readonly RuleEdit[];
  readonly caughtBy: string;
}

interface RuleEdit {
  /** If set, only the first occurrence of `find` after this string is replaced, instead of all. */
  readonly after?: string;
  readonly find: string;
  readonly replacement: string;
}

/** Applies a mutant's edits. Throws if a string to replace is not found, so that no mutant becomes ineffective. */
export function mutate(rules: string, { description, edits }: RuleMutant): string {
  return edits.reduce((text, { after, find, replacement }) => {
    const from = after === undefined ? 0 : text.indexOf(after);
    const at = from < 0 ? -1 : text.indexOf(find, from);
    if (at < 0)
      throw new Error(
        `The mutant "${description}" cannot be applied: the rules do not contain ${JSON.stringify(after ?? find)}.`,
      );
    if (after === undefined) return text.replaceAll(find, () => replacement);
    return text.slice(0, at) + replacement + text.slice(at + find.length);
  }, rules);
}

function mutant(breaks: string, description: string, caughtBy: string, ...edits: RuleEdit[]): RuleMutant {
  return { breaks, description, caughtBy, edits };
}

/** Replaces all occurrences. */
function everywhere(find: string, replacement: string): RuleEdit {
  return { find, replacement };
}

/** Replaces one occurrence, in the recording rule of this name (without the prefix `pointone:`). */
function inRecordingRule(name: string, find: string, replacement: string): RuleEdit {
  return { after: `- record: pointone:${name}\n`, find, replacement };
}

/** Replaces one occurrence, in the first alert of this name. */
function inAlert(name: string, find: string, replacement: string): RuleEdit {
  return { after: `- alert: ${name}\n`, find, replacement };
}

const REPLICA = 'instance, pod, container, node';

/** The recorded deadlines of a level, as the alerts read them. */
const deadline = (level: string): string =>
  `last_over_time(pointone:token_deadline:timestamp_seconds{deadline_level="${level}"}[2h])`;

const REQUIREMENT_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'requirement 1',
    'the warning fires a day late',
    '1 the warning for a long-lived token fires when less than 14 days are left',
    inAlert('PointOneTokenExpiringSoon', '< time())', '< time() - 86400)'),
  ),
  mutant(
    'requirement 1',
    'the threshold is a constant, not that of the exporter',
    '1 the warning for a token with a lifetime of 40 days fires when less than a quarter of it is left, not at 14 days',
    everywhere(`${deadline('warning')} != -1 < time()`, `${deadline('last_expiry')} != -1 < time() + 14 * 86400`),
  ),
  mutant(
    'requirement 1',
    'a threshold is ignored',
    '1 the critical alert for a token with a lifetime of 20 days fires when less than a tenth of it is left, not at 3 days',
    everywhere(deadline('critical'), deadline('warning')),
  ),
  mutant(
    'requirement 2',
    'the expiring alert continues after the expiry',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    everywhere('- time() > 0)', '- time() > -60)'),
  ),
  mutant(
    'requirement 2',
    'no alert fires at the moment of expiry',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    inAlert('PointOneTokenExpired', '>= 0 <', '> 0 <'),
  ),
  mutant(
    'requirement 2',
    'a token that disappears while the exporter is down counts as deleted',
    '2 a token that expires and leaves the list while the exporter is down counts as expired',
    inRecordingRule('token_unlisted:expiry_timestamp_seconds', '[2h]) - 600', '[2h]) + 86400'),
  ),
  mutant(
    'requirement 2',
    'the deadline that has just ended is read after its end',
    '2 a token that leaves the list at its expiry counts as expired if another pod takes over at the same time',
    everywhere('[5m:1m] offset 1m', '[30s:1m]'),
  ),
  mutant(
    'requirement 2',
    'a token deleted long before its expiry counts as expired',
    '2 a token that leaves the list 11 minutes before its expiry counts as deleted',
    inRecordingRule('token_unlisted:expiry_timestamp_seconds', 'time() + 660', 'time() + 720'),
  ),
  mutant(
    'requirement 2',
    'a token deleted long after its expiry counts as expired',
    '2 a token that leaves the list 12 minutes after its expiry counts as deleted',
    inRecordingRule(
      'token_unlisted:expiry_timestamp_seconds',
      'pointone_last_success_timestamp_seconds - 600',
      'pointone_last_success_timestamp_seconds - 720',
    ),
  ),
  mutant(
    'requirement 2',
    'tokens that expired long ago fire a page',
    '2 PointOneTokenExpired is info, not critical, for a token that expired long before the exporter was installed',
    everywhere(
      '14 * 86400\n        labels: { severity: critical }',
      '140 * 86400\n        labels: { severity: critical }',
    ),
  ),
  mutant(
    'requirement 2',
    'unlisted tokens are forgotten early',
    '2 an expired token that left the list alerts for 28 days, although the exporter restarts every day',
    inRecordingRule('token_unlisted:expiry_timestamp_seconds', '28 * 86400', '21 * 86400'),
  ),
  mutant(
    'requirement 2',
    'unlisted tokens are never forgotten',
    '2 an expired token that left the list alerts for 28 days, although the exporter restarts every day',
    inRecordingRule('token_unlisted:expiry_timestamp_seconds', '28 * 86400', '280 * 86400'),
  ),
  mutant(
    'requirement 2',
    'an alert fires for a token that disappeared once, although it was listed again',
    '2 PointOneTokenExpired does not fire again after an expired token is listed again, revoked and deleted',
    inRecordingRule(
      'token_unlisted:expiry_timestamp_seconds',
      '(pointone_token_unlisted == 0)',
      '(pointone_token_unlisted == 2)',
    ),
  ),
  mutant(
    'requirement 2',
    'a token of status EXPIRED counts as expired just now after each restart of the exporter',
    '2 a token that is EXPIRED before its date is critical for 14 days, although the exporter restarts every day',
    inRecordingRule('token_deadline:timestamp_seconds', '!= -1 <= time())', '!= -1 <= -1e12)'),
  ),
  mutant(
    'requirement 3',
    'a token of another role is a successor',
    '3 a token of another account, name or role is not a successor',
    inRecordingRule(
      'token_deadline:timestamp_seconds',
      'or max without (instance, pod, container, node, exported_level) (',
      'or max without (instance, pod, container, node, exported_level, role) (',
    ),
  ),
  mutant(
    'requirement 3',
    'one incomplete list fires a page',
    '3 no expiry alert fires for a single list without the successor',
    everywhere('[5m]', '[30s]'),
  ),
  mutant(
    'requirement 3',
    'a list without the successor of unknown expiry fires a page',
    '3 no expiry alert fires for a single list without the successor',
    everywhere('count_over_time(pointone_token_unlisted[5m])', 'count_over_time(pointone_token_unlisted[30s])'),
  ),
  mutant(
    'requirement 3',
    'a deleted successor counts for too long',
    '3 expiry alerts fire once the successor has been missing from the lists for five minutes',
    everywhere('[5m]', '[9m]'),
  ),
  mutant(
    'requirement 4',
    'an exporter that is down resolves the alerts',
    '4 expiry alerts keep firing, and new ones fire on time, while the exporter is down',
    everywhere(
      '(last_over_time(pointone:token_deadline:timestamp_seconds[2h]) != -1)\n',
      '(last_over_time(pointone:token_deadline:timestamp_seconds[30s]) != -1)\n',
    ),
  ),
  mutant(
    'requirement 4',
    'a missing target resolves the alerts',
    '4 expiry alerts keep firing, and new ones fire on time, while the target of the exporter is gone',
    inRecordingRule(
      'account_read:timestamp_seconds',
      'or last_over_time(pointone:account_read:timestamp_seconds[2h]) unless (',
      `or last_over_time(pointone:account_read:timestamp_seconds[2h]) and ignoring (account) max without (${REPLICA}) (up) unless (`,
    ),
  ),
  mutant(
    'requirement 4',
    'the memory survives a deletion',
    '4 the alerts of a deleted token resolve with the first list that does not contain it',
    inRecordingRule('token_deadline:timestamp_seconds', '[2h]) != -1) * 0 - 1', '[2h]) != -1)'),
  ),
  mutant(
    'requirement 4',
    'the memory of a deletion does not outlive the outage that follows',
    '4 the alerts of a deleted token do not fire again if the exporter is down afterwards',
    inRecordingRule('token_deadline:timestamp_seconds', '[2h]) != -1) * 0 - 1', '[2h]) != -1) > 1e12'),
  ),
  mutant(
    'requirement 4',
    'the last list is forgotten early',
    '4 if the exporter is down for eight days, token alerts end after seven days and fire again after the outage',
    inRecordingRule('account_read:timestamp_seconds', '7 * 86400', '6 * 86400'),
  ),
  mutant(
    'requirement 4',
    'the memory never ends',
    '4 if the exporter is down for eight days, token alerts end after seven days and fire again after the outage',
    inRecordingRule('account_read:timestamp_seconds', '7 * 86400', '700 * 86400'),
  ),
  mutant(
    'requirement 4',
    'a removed account keeps its alerts',
    '4 the alerts of an account resolve when it is removed from the configuration while the exporter is up',
    everywhere('(up == 1)', '(up == 2)'),
  ),
  mutant(
    'requirement 4',
    'an account removed from discovery keeps its alerts',
    '4 the alerts of an account resolve when service discovery no longer offers it',
    everywhere('.+@.+', '.+@@.+'),
  ),
  mutant(
    'requirement 4',
    'a target that is down counts as removed',
    '4 an account does not count as removed if its own target, one of several, cannot be scraped',
    inRecordingRule('account_read:timestamp_seconds', '(up == 0)', '(up == 2)'),
    everywhere(
      'unless ignoring (account, exported_account) up,',
      'unless ignoring (account, exported_account) (up == 1),',
    ),
  ),
  mutant(
    'requirement 4',
    'alerts of a removed account fire again after a restart',
    '4 the alerts of a removed account do not fire again when the exporter restarts',
    inRecordingRule('account_read:timestamp_seconds', '>= 0) * 0 - 1', '>= 0) > 1e12'),
  ),
  mutant(
    'requirement 4',
    'an account removed during a long outage keeps its alerts',
    '4 the alerts of an account that is removed while the exporter is down for hours resolve once the exporter is up',
    inRecordingRule(
      'account_read:timestamp_seconds',
      '(last_over_time(pointone_up[15m]))',
      '(last_over_time(pointone_up[3d]))',
    ),
    inRecordingRule(
      'account_read:timestamp_seconds',
      '(last_over_time(pointone_up[2h])) and',
      '(last_over_time(pointone_up[3d])) and',
    ),
  ),
  mutant(
    'requirement 4',
    'an account counts as removed while its pod moves',
    '4 an account counts as removed after 15 minutes if its pod was replaced by one without that account',
    inRecordingRule(
      'account_read:timestamp_seconds',
      '(last_over_time(pointone_up[15m]))',
      '(last_over_time(pointone_up[2m]))',
    ),
  ),
  mutant(
    'requirement 4',
    'accounts of an exporter that moves to another host count as removed',
    '4 no account counts as removed while an exporter with one target for each account moves to another host',
    everywhere('"(?s).+@(.+)"', '"(?s).+@().+"'),
  ),
  mutant(
    'requirement 4',
    'the expiry of an earlier credential is remembered',
    '6 PointOneCredentialExpiringSoon does not fire in an outage for a credential that was replaced by one without a readable expiry',
    inRecordingRule('credential_expiry:timestamp_seconds', '!= -1) * 0 - 1', '!= -1) > 1e12'),
  ),
  mutant(
    'requirement 4',
    'an earlier unknown status is remembered',
    '3 PointOneTokenStatusUnknown does not fire during an outage if the last known status is valid',
    inAlert('PointOneTokenStatusUnknown', 'status=~"ACTIVE|EXPIRED|REVOKED"', 'status=~"EXPIRED|REVOKED"'),
  ),
  mutant(
    'requirement 4',
    'low-severity alerts need uninterrupted successful fetches',
    '4 data-quality alerts fire and do not flap when every other fetch of the API fails',
    everywhere('[10m])', '[30s])'),
  ),
  mutant(
    'requirement 5',
    'the level of a deadline is not found if the target has a label level',
    '5 with a target label level, expiry alerts fire and keep the label',
    everywhere('{exported_level="expired"}', '{exported_level="none"}'),
  ),
  mutant(
    'requirement 5',
    'the expiry of a token that left the list loses the target label level',
    '5 with a target label level that is the name of a deadline, expiry alerts fire, also for a token that the next pod does not know',
    inRecordingRule(
      'token_unlisted:expiry_timestamp_seconds',
      `(${REPLICA}, exported_level) (`,
      `(${REPLICA}, level, exported_level) (`,
    ),
  ),
  mutant(
    'requirement 5',
    'each pod fires a separate page',
    '5 two replicas fire each alert once, and alerts keep every other target label',
    everywhere(REPLICA, 'instance, container, node'),
  ),
  mutant(
    'requirement 5',
    'a target label is lost',
    '5 two replicas fire each alert once, and alerts keep every other target label',
    everywhere(REPLICA, `${REPLICA}, team`),
  ),
  mutant(
    'requirement 5',
    'the old list of a replica that cannot read the account counts',
    '5 the list of a replica that cannot read the account any more does not count',
    everywhere('[2h]) - 300))', '[2h]) - 30000))'),
  ),
  mutant(
    'requirement 5',
    'a removed account of a target with the label account is carried on',
    '5 with a target label account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    everywhere('ignoring (account, exported_account)', 'ignoring (account)'),
  ),
  mutant(
    'requirement 5',
    'a removed account of a target with the label account is an exporter that is down',
    '5 with a target label account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    everywhere('account, exported_account) (pointone_up)', 'account) (pointone_up)'),
  ),
  mutant(
    'requirement 5',
    'a target with the labels name and role has no memory',
    '5 with target labels account, name and role, alerts keep firing while the API is down, and those of a token deleted meanwhile resolve',
    everywhere('name, exported_name, role, exported_role', 'name, role'),
  ),
  mutant(
    'requirement 5',
    'a target with the label level has no deadlines',
    '5 with a target label level, expiry alerts fire and keep the label',
    everywhere('"deadline_level", "$1", "exported_level", "(.+)"', '"deadline_level", "$1", "exported_level", "()"'),
  ),
  mutant(
    'requirement 5',
    'a target with the label account is two exporters',
    '5 with a target label account and honor_labels, PointOneExporterDown fires once for an exporter with two accounts',
    everywhere('account, exported_account, version', 'version'),
  ),
  mutant(
    'requirement 5',
    'an upgrade of a target with the label version is an exporter that is down',
    '5 with target labels version and revision, no alert fires when the exporter is upgraded',
    everywhere('exported_version, ', ''),
  ),
  mutant(
    'requirement 5',
    'a target with the label host has no removed account',
    '5 with a target label account and one target for each account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    everywhere('pointone_host', 'host'),
  ),
  mutant(
    'requirement 6',
    'a success ratio of one half is enough',
    '6 PointOneScrapeFailing fires if half of all fetches of the API fail',
    everywhere('0.6', '0.4'),
  ),
  mutant(
    'requirement 6',
    'a constant pointone_up counts as current for too long',
    '6 PointOneScrapeFailing fires if the last success is more than an hour old, even if pointone_up is 1',
    everywhere('> 3600)', '> 7200)'),
  ),
  mutant(
    'requirement 7',
    'an unknown expiry fires a page',
    '7 PointOneTokenExpiryUnknown fires only for usable tokens, and once for two tokens of the same name',
    inAlert('PointOneTokenExpiryUnknown', 'severity: info', 'severity: critical'),
  ),
  mutant(
    'requirement 8',
    'a page that must fire within 5 minutes is delayed',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    inAlert('PointOneTokenExpired', 'labels:', 'for: 10m\n        labels:'),
  ),
  mutant(
    'requirement 8',
    'durations are formatted in seconds',
    '8 PointOneTokenExpiringSoon has the expected annotations',
    everywhere('$value | humanizeDuration', '$value'),
  ),
];

const ALERT_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'PointOneTokenExpiringSoon',
    'the alert is critical from the warning limit on',
    '1 the critical alert for a long-lived token fires when less than 3 days are left',
    everywhere(deadline('critical'), deadline('warning')),
  ),
  mutant(
    'PointOneTokenExpired',
    'a listed token with a past date is expired even if it has a successor',
    '3 no alert fires before, at or after the expiry of a token that has a successor',
    inAlert('PointOneTokenExpired', 'time() - max', 'time() + 86400 * 1000 - max'),
    inAlert('PointOneTokenExpired', '< 14 * 86400', '< 1014 * 86400'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'the alert fires a minute early',
    'PointOneExpectedTokenMissing fires after 15 minutes and resolves when the token is listed',
    inAlert('PointOneExpectedTokenMissing', 'for: 15m', 'for: 14m'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'an outage resolves the alerts',
    '4 PointOneExpectedTokenMissing fires on time and keeps firing while the API is down',
    inRecordingRule('expected_token_present', 'unless ignoring', 'and ignoring'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the reason forbidden is missing',
    '6 PointOneCredentialRejected fires after 5 minutes of any kind of rejection and resolves when the credential is accepted',
    everywhere('unauthenticated|forbidden|credential', 'unauthenticated|credential'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one rejection among many other failures fires the alert',
    '6 PointOneCredentialRejected does not fire for other failures, for one rejection among them, or if every other scrape succeeds',
    inAlert('PointOneCredentialRejected', '>= sum without', '>= 0 * sum without'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the alert fires a minute early',
    '6 PointOneCredentialRejected fires after 5 minutes of any kind of rejection and resolves when the credential is accepted',
    inAlert('PointOneCredentialRejected', 'for: 5m', 'for: 4m'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'only a growing counter counts',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected from the start',
    everywhere('avg_over_time(pointone_failure_reason', 'increase(pointone_scrape_errors_total'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one run that times out ends the page',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected later, and resolves when it is accepted',
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a credential that was accepted pages on',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected later, and resolves when it is accepted',
    inAlert('PointOneCredentialRejected', `unless max without (${REPLICA}) (pointone_up == 1)\n`, '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'an account that was removed pages on',
    '6 PointOneCredentialRejected resolves when the account is removed from the configuration',
    inAlert('PointOneCredentialRejected', '(up == 1)', '(up == 2)'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a failed scrape of the exporter starts the five minutes again',
    '6 PointOneCredentialRejected fires after 5 minutes even if every other scrape of the exporter fails',
    inAlert(
      'PointOneCredentialRejected',
      `unless max without (${REPLICA}) (pointone_up == 1)`,
      `and max without (${REPLICA}) (pointone_up == 0)`,
    ),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    'an outage resolves the alerts',
    '6 PointOneCredentialExpiringSoon keeps firing while the exporter is down, and resolves with a new credential',
    inRecordingRule('credential_expiry:timestamp_seconds', '!= -1) and', '!= -1) > 1e12 and'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    "the later of the replicas' credentials counts",
    '6 PointOneCredentialExpiringSoon uses the earliest expiry if the replicas have different credentials',
    inRecordingRule('credential_expiry:timestamp_seconds', 'min without', 'max without'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert fires a minute late',
    '6 PointOneScrapeFailing fires after 10 minutes if no replica can read the account',
    inAlert('PointOneScrapeFailing', 'for: 10m', 'for: 11m'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the critical alert fires an hour late',
    '6 PointOneScrapeFailing becomes critical after twelve hours, not earlier',
    inAlert('PointOneScrapeFailing', 'for: 12h', 'for: 13h'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert on one replica fires if both replicas fail',
    '6 PointOneScrapeFailing (info) does not fire if neither replica can read the account',
    everywhere(` and max without (${REPLICA}) (pointone_up == 1)\n`, '\n'),
    everywhere(`unless max without (${REPLICA}) (sum_over_time`, `unless 9 < max without (${REPLICA}) (sum_over_time`),
  ),
  mutant(
    'PointOneExporterDown',
    'the alert fires a minute late',
    '6 PointOneExporterDown fires if the exporter is down for 15 minutes',
    inAlert('PointOneExporterDown', 'for: 15m', 'for: 16m'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter without accounts counts as missing',
    '6 PointOneExporterDown does not fire for an exporter without account metrics, nor when it is upgraded',
    inAlert('PointOneExporterDown', ' and absent(pointone_exporter_build_info)', ''),
    inAlert(
      'PointOneExporterDown',
      'unless on () (last_over_time(pointone:exporter_seen:timestamp_seconds[2h]) > time() - 7 * 86400)\n',
      '\n',
    ),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter scraped only by /probe counts as missing',
    '6 PointOneExporterDown does not fire for an exporter scraped only by /probe',
    inAlert('PointOneExporterDown', 'absent(pointone_up) and ', ''),
    inAlert(
      'PointOneExporterDown',
      'unless on () (last_over_time(pointone:exporter_seen:timestamp_seconds[2h]) > time() - 7 * 86400)\n',
      '\n',
    ),
  ),
  mutant(
    'PointOneExporterDown',
    'an upgrade counts as an outage',
    '6 PointOneExporterDown does not fire for an exporter without account metrics, nor when it is upgraded',
    everywhere(', version', ''),
  ),
  mutant(
    'PointOneExporterDown',
    'no alert fires if no exporter was ever scraped',
    '6 PointOneExporterDown fires after 15 minutes if there has never been an exporter',
    everywhere('absent(pointone_up)', 'absent(up == 2) > 1'),
  ),
  mutant(
    'PointOneTokenListEmpty',
    'a list with one token counts as empty',
    '7 PointOneTokenListEmpty fires after 15 minutes and resolves when the list contains a token',
    inAlert('PointOneTokenListEmpty', '== 0', '<= 1'),
  ),
  mutant(
    'PointOneTokenExpiryUnknown',
    'inactive tokens count',
    '7 PointOneTokenExpiryUnknown fires only for usable tokens, and once for two tokens of the same name',
    inAlert('PointOneTokenExpiryUnknown', '== 1)', '== 2)'),
  ),
  mutant(
    'PointOneTokenStatusUnknown',
    'the severity is always info',
    '3 PointOneTokenStatusUnknown is a warning if the token counts as the successor of an expiring or expired token',
    inAlert(
      'PointOneTokenStatusUnknown',
      '(pointone_token_cover_doubtful[10m]) == 1',
      '(pointone_token_cover_doubtful[10m]) == 2',
    ),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status ACTIVE is not checked',
    '7 PointOneTokenStatusContradiction fires for an ACTIVE token that expired more than an hour ago',
    inAlert('PointOneTokenStatusContradiction', 'status="ACTIVE"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status EXPIRED is not checked',
    '7 PointOneTokenStatusContradiction fires for an EXPIRED token that expires in more than an hour',
    inAlert('PointOneTokenStatusContradiction', 'status="EXPIRED"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'half an hour counts as a contradiction',
    '7 PointOneTokenStatusContradiction fires for an ACTIVE token that expired more than an hour ago',
    everywhere('> 3600\n', '> 1800\n'),
  ),
  mutant(
    'PointOneTokenFieldUnreadable',
    'two unreadable fields do not count',
    '7 PointOneTokenFieldUnreadable fires after 15 minutes, for each field separately',
    inAlert('PointOneTokenFieldUnreadable', '> 0', '> 2'),
  ),
  mutant(
    'PointOneDuplicateTokens',
    'one duplicate does not count',
    '7 PointOneDuplicateTokens fires after 15 minutes',
    inAlert('PointOneDuplicateTokens', '> 0', '> 1'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'two tokens count as a shared name',
    '7 PointOneTokenNameShared fires for three usable tokens of the same name, not for two',
    inAlert('PointOneTokenNameShared', '>= 3', '>= 2'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'inactive tokens count',
    '7 PointOneTokenNameShared fires for three usable tokens of the same name, not for two',
    inAlert('PointOneTokenNameShared', '== 1)', '== 2)'),
  ),
  mutant(
    'PointOneClockSkew',
    'a clock that is behind is accepted',
    '7 PointOneClockSkew fires if the clocks differ by more than 5 minutes in either direction for 15 minutes',
    inAlert('PointOneClockSkew', 'abs(', '('),
  ),
  mutant(
    'PointOneClockSkew',
    'a skew of less than five minutes fires the alert',
    '7 PointOneClockSkew fires if the clocks differ by more than 5 minutes in either direction for 15 minutes',
    inAlert('PointOneClockSkew', '5 * 60', '4 * 60'),
  ),
];

export const RULE_MUTANTS: readonly RuleMutant[] = [...REQUIREMENT_MUTANTS, ...ALERT_MUTANTS];

/** Mistakes that have no effect in Prometheus. The comparison of the engines must detect them in the scenario. */
export const LATE_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'requirement 9',
    'an alert compares the time at which an exporter was seen in the same evaluation',
    '6 PointOneExporterDown does not fire for an exporter scraped only by /probe',
    inAlert(
      'PointOneExporterDown',
      'time() - (last_over_time(pointone:exporter_seen:timestamp_seconds[2h]) > time() - 7 * 86400)\n',
      '(time() - last_over_time(pointone:exporter_seen:timestamp_seconds[2h]) > 0)\n',
    ),
    inAlert('PointOneExporterDown', `unless max without (${REPLICA}, account, exported_account) (pointone_up)\n`, '\n'),
  ),
  mutant(
    'requirement 9',
    'the memory ends when another rule has read the list in the same evaluation',
    '4 the alerts of a deleted token resolve with the first list that does not contain it',
    inRecordingRule(
      'token_deadline:timestamp_seconds',
      `deadline_level) max without (${REPLICA}) (pointone_last_success_timestamp_seconds unless (`,
      `deadline_level) (last_over_time(pointone:account_read:timestamp_seconds[2h]) >= time() unless (`,
    ),
  ),
];
