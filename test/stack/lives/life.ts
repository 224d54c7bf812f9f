import type { Instant } from '../../../src/model/instant.ts';

/**
 * A life is the true course of events for some tokens, their accounts and their exporters within one time window.
 * Instants and durations are in seconds. The window, the first scrape and the first evaluation start at 0.
 */

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** A time span. It includes `from` and excludes `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const ALWAYS: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** A span that affects one replica, given by its index. Without an index it affects all replicas. */
export interface ReplicaSpan extends Span {
  readonly replica?: number;
}

export interface Token {
  readonly name: string;
  readonly role: string;
  /** The value that the API returns, which can differ from the true creation time. */
  readonly createdAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** The last status that has begun applies. An empty status means that the API returns none. */
  readonly statuses: readonly { readonly from: number; readonly status: string }[];
  readonly listed: Span;
  /** Spans in which the token is missing from an otherwise complete list. */
  readonly hidden: readonly ReplicaSpan[];
}

export interface ExpectedToken {
  readonly name: string;
  /** An empty role matches any role. */
  readonly role: string;
}

export interface Account {
  readonly name: string;
  readonly tokens: readonly Token[];
  readonly expected: readonly ExpectedToken[];
  /** The span in which the exporter's configuration contains the account. */
  readonly configured: Span;
  /** Spans in which fetches of the account fail. */
  readonly unreadable: readonly ReplicaSpan[];
}

/** One exporter process. Replicas of a deployment differ only in these labels. */
export interface Replica {
  readonly labels: Readonly<Record<string, string>>;
  /** The span in which service discovery returns the replica. */
  readonly exists: Span;
  /** Spans in which scrapes fail (`up` 0). After each span the exporter has restarted. */
  readonly down: readonly Span[];
}

/** Exporters that the rules treat as replicas: they share all target labels that do not identify a replica. */
export interface Deployment {
  readonly labels: Readonly<Record<string, string>>;
  /** `metrics`: one target for all accounts of an exporter. `probe`: one target per account, discovered via `/sd`. */
  readonly layout: 'metrics' | 'probe';
  readonly replicas: readonly Replica[];
  readonly accounts: readonly Account[];
}

export interface Life {
  /** The prefix of the window kind and a number, such as `h17`. It is the value of the target label `life`. */
  readonly id: string;
  /** Seconds between two scrapes. */
  readonly step: number;
  /** The number of scrapes. */
  readonly steps: number;
  readonly deployments: readonly Deployment[];
}

export function within(span: Span, at: number): boolean {
  return span.from <= at && at < span.to;
}

export function covers(spans: readonly ReplicaSpan[], at: number, replica: number): boolean {
  return spans.some((span) => within(span, at) && (span.replica === undefined || span.replica === replica));
}

/**
 * The instant of time 0. The clock of promtool starts in 1970, but the exporter rejects dates before the year 2000. So the
 * exporter runs this much later. It is a midnight, so that whole days of a life are days of the calendar.
 */
export const START: Instant = Date.UTC(2030, 0, 1);

/** Converts seconds since the start of a life to the exporter's time. */
export function instantOf(seconds: number): Instant {
  return START + seconds * 1000;
}

/** Returns the times of the scrapes, which are also the times of the rule evaluations. */
export function scrapeTimes(life: Pick<Life, 'step' | 'steps'>): number[] {
  return Array.from({ length: life.steps }, (_, index) => index * life.step);
}

/**
 * Returns the labels that Prometheus stores: if a target has a label of the metric, the label of the metric is renamed to
 * `exported_…`. An empty label equals an absent label and is not renamed.
 */
export function storedLabels(
  target: Readonly<Record<string, string>>,
  metric: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = Object.entries(metric).filter(([, value]) => value !== '');
  const renamed = own.map(([name, value]) => [Object.hasOwn(target, name) ? `exported_${name}` : name, value] as const);
  return { ...target, ...Object.fromEntries(renamed) };
}
