/**
 * A life: what truly happens to some tokens, their accounts and the exporters that look at them, within one window.
 * All instants and durations are in seconds; 0 is the window's beginning, the first scrape and the first evaluation.
 */

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** From `from` on, until just before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const ALWAYS: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** A span that concerns one replica (its index) or, without one, all of them. */
export interface ReplicaSpan extends Span {
  readonly replica?: number;
}

export interface Token {
  readonly name: string;
  readonly role: string;
  /** What the API says, which need not be when it was created. */
  readonly createdAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** The last one that began applies. An empty status is one that the API does not tell. */
  readonly statuses: readonly { readonly from: number; readonly status: string }[];
  readonly listed: Span;
  /** Odd lists, in which it is missing. */
  readonly hidden: readonly ReplicaSpan[];
}

export interface ExpectedToken {
  readonly name: string;
  /** Empty: any role will do. */
  readonly role: string;
}

export interface Account {
  readonly name: string;
  readonly tokens: readonly Token[];
  readonly expected: readonly ExpectedToken[];
  /** While it stands in the exporter's configuration. */
  readonly configured: Span;
  /** While the API cannot be read. */
  readonly unreadable: readonly ReplicaSpan[];
}

/** One exporter. Replicas of a place differ in these labels alone. */
export interface Replica {
  readonly labels: Readonly<Record<string, string>>;
  /** While service discovery knows it. */
  readonly exists: Span;
  /** While it does not answer (`up` 0). It has started anew when it answers again. */
  readonly down: readonly Span[];
}

/** Exporters that are taken for replicas of each other: they share all target labels in which replicas do not differ. */
export interface Deployment {
  readonly labels: Readonly<Record<string, string>>;
  /** All accounts of an exporter in one target (`/metrics`), or a target for each (`/probe`, found through `/sd`). */
  readonly layout: 'metrics' | 'probe';
  readonly replicas: readonly Replica[];
  readonly accounts: readonly Account[];
}

export interface Life {
  /** `h` (steps of an hour) or `m` (of a minute) and a number; the value of the target label `life`. */
  readonly id: string;
  readonly step: number;
  readonly steps: number;
  readonly deployments: readonly Deployment[];
}

export function within(span: Span, at: number): boolean {
  return span.from <= at && at < span.to;
}

export function covers(spans: readonly ReplicaSpan[], at: number, replica: number): boolean {
  return spans.some((span) => within(span, at) && (span.replica === undefined || span.replica === replica));
}

/** The instants of a life's scrapes, which are those of the rules' evaluations. */
export function scrapeTimes(life: Pick<Life, 'step' | 'steps'>): number[] {
  return Array.from({ length: life.steps }, (_, index) => index * life.step);
}
