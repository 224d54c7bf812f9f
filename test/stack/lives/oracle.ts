import { expiryAlerts, type TokenGroup } from './expiry-alerts.ts';
import {
  expectationKey,
  isUsable,
  type KnownState,
  knownStates,
  LIST_VALID_FOR,
  type VanishedToken,
} from './known-state.ts';
import { HOUR, type Life, MINUTE, scrapeTimes, storedLabels } from './life.ts';
import { groupNameOf, type Limits, limitsOf, USUAL_LIMITS } from './policy.ts';
import { subjectOf } from './promtool.ts';
import type { NameAndRole } from './scenario-helpers.ts';
import { isInactive, type ListedToken } from './scrape.ts';

/** Groups the alerts whose outcomes are only correct or wrong in combination. */
export const ALERT_GROUPS = {
  expiry: ['PointOneTokenExpiringSoon', 'PointOneTokenExpired'],
  expected: ['PointOneExpectedTokenMissing'],
  unknownExpiry: ['PointOneTokenExpiryUnknown'],
  unknownStatus: ['PointOneTokenStatusUnknown'],
} as const;
export type AlertGroup = keyof typeof ALERT_GROUPS;

/**
 * The acceptable outcomes for one subject at one step. An outcome is the sorted list of `AlertName/severity`, joined by
 * spaces.
 */
export interface AlertExpectation {
  readonly step: number;
  readonly alertGroup: AlertGroup;
  /** The labels that the alerts must have, as formatted by `subjectOf`. */
  readonly subject: string;
  readonly acceptable: ReadonlySet<string>;
}

/** A token that disappears may count as a successor of the others in its group for this long. */
const VANISHED_COUNTS_FOR = 5 * MINUTE;

/** The alert fires after an expected token has been missing for this long. */
const MISSING_FOR = 15 * MINUTE;

/** Returns the alerts expected in a life. For a subject and step without an expectation, no alert may fire. */
export function expectedAlerts(life: Life): AlertExpectation[] {
  return life.deployments.flatMap((deployment) =>
    deployment.accounts.flatMap((account) => {
      const known = knownStates(life, deployment, account.name);
      // Alerts on an expiry have the group name; those on the data of a token have its own.
      const names = account.tokens.flatMap(({ name, role }) =>
        [name, groupNameOf(account.policy, name)].map((one) => ({ name: one, role })),
      );
      const keys = new Map(names.map(({ name, role }) => [JSON.stringify([name, role]), { name, role }]));
      const subject = ({ name, role }: NameAndRole): string =>
        subjectOf(storedLabels(deployment.labels, { account: account.name, name, role }));
      return [
        ...[...keys.values()].flatMap((key) =>
          withLookBack(
            life.step,
            expectTokenAlerts(life, known, { ...key, limits: limitsOf(account.policy, key.name) }, subject(key)),
          ),
        ),
        ...account.expected.flatMap((key) => expectMissingTokenAlerts(life, known, key, subject(key))),
      ];
    }),
  );
}

type KnownStates = readonly (KnownState | undefined)[];

/** A name and role of alerts, with the limits of the tokens whose group name it is. */
interface Identity extends NameAndRole {
  readonly limits: Limits;
}

/** What the rules may see of a name and role. */
interface SubjectState {
  /** The tokens whose group name it is. */
  readonly group: TokenGroup;
  /** The listed tokens whose own name it is. */
  readonly named: readonly ListedToken[];
}

function expectTokenAlerts(life: Life, known: KnownStates, key: Identity, subject: string): AlertExpectation[] {
  return scrapeTimes(life).flatMap((at, step) => {
    const states = possibleStates(known, step, life.step, key);
    if (states.every(({ group, named }) => group.listed.length + group.vanished.length + named.length === 0)) return [];
    // Alerts on data need not survive an outage.
    const unread = known[step]?.readAt === at ? [] : [[]];
    const expectation = (alertGroup: AlertGroup, outcomes: (state: SubjectState) => string[][]): AlertExpectation => ({
      step,
      alertGroup,
      subject,
      acceptable: new Set(states.flatMap(outcomes).map((alerts) => alerts.sort().join(' '))),
    });
    return [
      // One second of tolerance: an instant may coincide with a limit.
      expectation('expiry', ({ group }) => [at - 1, at, at + 1].map((instant) => expiryAlerts(group, instant))),
      expectation('unknownExpiry', ({ named }) => [unknownExpiry(named), ...unread]),
      expectation('unknownStatus', (state) => [...unknownStatus(state, at), ...unread]),
    ].filter(({ acceptable }) => acceptable.size > 1 || !acceptable.has(''));
  });
}

/** The alerts on data look back this far, so that single failures do not end them. */
const DATA_COUNTS_FOR = 10 * MINUTE;

/** Accepts the outcomes of the previous minutes too, for the alerts on data. */
function withLookBack(seconds: number, expectations: readonly AlertExpectation[]): AlertExpectation[] {
  const onData = expectations.filter(({ alertGroup }) => alertGroup.startsWith('unknown'));
  const others = expectations.filter((expectation) => !onData.includes(expectation));
  const keyOf = ({ step, alertGroup }: Pick<AlertExpectation, 'step' | 'alertGroup'>): string =>
    `${step} ${alertGroup}`;
  const own = new Map(onData.map((expectation) => [keyOf(expectation), expectation.acceptable]));
  const found = new Map<string, AlertExpectation>();
  for (const expectation of onData) {
    const { step, acceptable } = expectation;
    for (let later = step; (later - step) * seconds <= DATA_COUNTS_FOR; later += 1) {
      const key = keyOf({ ...expectation, step: later });
      const accepted = found.get(key)?.acceptable ?? own.get(key) ?? [''];
      found.set(key, { ...expectation, step: later, acceptable: new Set([...accepted, ...acceptable]) });
    }
  }
  return [...others, ...found.values()];
}

const NOTHING_KNOWN: SubjectState = {
  group: { listed: [], vanished: [], expiredSince: new Map(), readAt: 0, limits: USUAL_LIMITS },
  named: [],
};

/**
 * Returns the states of a name and role that the rules may see at a step. The current list alone decides, or the lists of the
 * last `VANISHED_COUNTS_FOR` merged, because the rules look back that far.
 */
function possibleStates(known: KnownStates, step: number, seconds: number, identity: Identity): SubjectState[] {
  const now = known[step];
  // The state of a removed account disappears immediately.
  if (now === undefined) return [NOTHING_KNOWN];
  // While no replica exposes the list, the rules keep the deadlines that they had when it was read.
  const seenAt = now.at - now.readAt <= LIST_VALID_FOR ? now.readAt : now.at;
  const windows: SubjectState[][] = [];
  const history: KnownState[] = [];
  for (let back = step; back >= 0; back -= 1) {
    const then = known[back];
    if (then === undefined) break;
    history.push(then);
    if (back === step || then.fingerprint !== now.fingerprint || then.readAt + LIST_VALID_FOR < now.at) {
      windows.push(mergeStates(now, history, identity));
    }
    if (seenAt - then.at >= VANISHED_COUNTS_FOR) break;
  }
  if (now.removedAt !== undefined) return [NOTHING_KNOWN, ...windows.flat()];
  if (windows.length === 1) return windows.flat();
  return isListedAgainSoon(known, step, seconds, identity) ? (windows.at(-1) ?? []) : windows.flat();
}

function mergeStates(now: KnownState, history: readonly KnownState[], identity: Identity): SubjectState[] {
  const valid = history.filter((then) => then.at - then.readAt <= LIST_VALID_FOR);
  if (valid.length === 0) return [NOTHING_KNOWN];
  const listed = new Map<string, ListedToken>();
  for (const token of valid.flatMap((then) => tokensOf(then, identity))) {
    const newer = listed.get(token.key);
    if (newer === undefined || (isInactive(newer) && isUsable(token))) listed.set(token.key, token);
  }
  const vanished = [...now.vanished.values()].filter(({ token }) => isAbout(token, identity) && !listed.has(token.key));
  const state = (tokens: readonly ListedToken[], missing: readonly VanishedToken[]): SubjectState => ({
    group: {
      listed: tokens.filter(({ group }) => group === identity.name),
      vanished: missing.filter(({ token }) => token.group === identity.name),
      expiredSince: now.expiredSince,
      readAt: now.readAt,
      limits: identity.limits,
    },
    named: tokens.filter(({ name }) => name === identity.name),
  });
  const tokens = [...listed.values()];
  const variants = [state(tokens, vanished)];
  if (vanished.some(({ certain }) => !certain)) {
    const certainly = vanished.filter(({ certain }) => certain);
    variants.push(state(tokens, certainly));
  }
  // A token that disappears minutes before its expiry may count as listed until then.
  const early = vanished.filter(({ token }) => (token.expiresAt ?? 0) > now.at - 1).map(({ token }) => token);
  if (early.length > 0) variants.push(state([...tokens, ...early], vanished));
  // Close to the time at which the last list becomes invalid, both outcomes are correct.
  if (Math.abs(now.at - now.readAt - LIST_VALID_FOR) < MINUTE) variants.push(NOTHING_KNOWN);
  return variants;
}

function tokensOf(known: KnownState, identity: NameAndRole): ListedToken[] {
  return [...known.list.values()].filter((token) => isAbout(token, identity));
}

/** Reports whether alerts with this name and role may be about the token. */
function isAbout(token: ListedToken, { name, role }: NameAndRole): boolean {
  return [token.name, token.group].includes(name) && token.role === role;
}

/**
 * Reports whether a usable token disappeared recently and is listed again so soon that its absence must not affect
 * alerts.
 */
function isListedAgainSoon(known: KnownStates, step: number, seconds: number, identity: NameAndRole): boolean {
  const usableAt = (index: number): Set<string> => {
    const at = known[index];
    return new Set(
      at === undefined
        ? []
        : tokensOf(at, identity)
            .filter(isUsable)
            .map(({ key }) => key),
    );
  };
  const now = usableAt(step);
  const stepsToCheck = Math.ceil(VANISHED_COUNTS_FOR / seconds);
  for (let left = step; left > Math.max(0, step - stepsToCheck); left -= 1) {
    for (const key of usableAt(left - 1)) {
      if (now.has(key) || usableAt(left).has(key)) continue;
      for (let index = step + 1; (index - left) * seconds < VANISHED_COUNTS_FOR && index < known.length; index += 1) {
        if (usableAt(index).has(key)) return true;
      }
    }
  }
  return false;
}

function unknownExpiry(named: readonly ListedToken[]): string[] {
  const unknown = named.some((token) => isUsable(token) && token.expiresAt === undefined);
  return unknown ? ['PointOneTokenExpiryUnknown/info'] : [];
}

const KNOWN_STATUSES = new Set(['ACTIVE', 'EXPIRED', 'REVOKED']);

/** The info is about a token of this name. The warning is about the expiry of a group, and replaces the info. */
function unknownStatus({ group, named }: SubjectState, at: number): string[][] {
  const isUnknown = ({ status }: ListedToken): boolean => !KNOWN_STATUSES.has(status);
  const unknown = group.listed.filter(isUnknown);
  const info = named.some(isUnknown) ? ['PointOneTokenStatusUnknown/info'] : [];
  const warning = ['PointOneTokenStatusUnknown/warning'];
  // If the status is empty, the alert on unreadable fields may be the only one to fire.
  const noAlert = [...unknown, ...named.filter(isUnknown)].every(({ status }) => status === '') ? [[]] : [];
  if (unknown.length === 0) return [...noAlert, info];
  const others = group.listed.filter((token) => !unknown.includes(token));
  const needsSuccessor =
    group.vanished.length > 0 || others.some((token) => expiryAlerts({ ...group, listed: [token] }, at).length > 0);
  if (!needsSuccessor) return [...noAlert, info];
  const preventsExpiryAlert =
    expiryAlerts(group, at).length === 0 && expiryAlerts({ ...group, listed: others }, at).length > 0;
  // If another token is also a successor, or an expiry alert fires in any case, both severities are correct.
  return preventsExpiryAlert ? [...noAlert, warning] : [...noAlert, info, warning];
}

function expectMissingTokenAlerts(
  life: Life,
  known: KnownStates,
  { name, role }: NameAndRole,
  subject: string,
): AlertExpectation[] {
  const key = expectationKey(name, role);
  let missingSince: number | undefined;
  return scrapeTimes(life).flatMap((at, step) => {
    const now = known[step];
    const missing = now?.expected.get(key) === false && at - now.readAt <= LIST_VALID_FOR + MINUTE;
    if (!missing) missingSince = undefined;
    else missingSince ??= at;
    const missingFor = missingSince === undefined ? 0 : at - missingSince;
    const acceptable = new Set<string>();
    const isBorderline =
      now !== undefined && Math.abs(at - now.readAt - LIST_VALID_FOR) < Math.min(HOUR, VANISHED_COUNTS_FOR + MINUTE);
    if (missingFor < MISSING_FOR + MINUTE || isBorderline || now?.removedAt !== undefined) acceptable.add('');
    if (missingFor >= MISSING_FOR) acceptable.add('PointOneExpectedTokenMissing/critical');
    return missingFor < MISSING_FOR ? [] : [{ step, alertGroup: 'expected', subject, acceptable }];
  });
}
