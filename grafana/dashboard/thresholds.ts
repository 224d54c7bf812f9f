import {
  MappingType,
  SpecialValueMatch,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DEFAULT_THRESHOLDS } from '../../src/model/urgency.ts';
import { LEVEL } from './urgency.ts';

/** The colour of each state, used in counts, cells, bars and lines. */
export const COLOR = {
  expired: 'dark-red',
  critical: 'red',
  warning: 'orange',
  unknown: 'purple',
  fine: 'green',
  inactive: '#7f7f7f',
} as const;

/** No colour. Grafana gives this name a meaning for threshold lines. */
const TRANSPARENT = 'transparent';

/** Bars and gauges are full at this much time left, in seconds. */
export const FULL_SECONDS = 90 * 86_400;

/** The axis of time left over time ends here, in seconds: up to a year, the days before an expiry would be invisible. */
export const AXIS_END_SECONDS = 30 * 86_400;

/** Clock skew above which an alert fires, in seconds. */
export const CLOCK_SKEW_SECONDS = 5 * 60;

/** Age of the last successful fetch above which an alert fires, in seconds. */
export const SUCCESS_AGE_SECONDS = 3600;

/** The default timeout of a fetch (--api.timeout), in seconds. */
export const FETCH_TIMEOUT_SECONDS = 10;

/** Returns threshold steps. The first colour applies from minus infinity. */
export function steps(first: string, ...rest: readonly (readonly [from: number, color: string])[]) {
  const all: Threshold[] = [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}

/**
 * Returns the colours of time left, by the absolute limits only. A token with a lifetime of a few days is red from the
 * start without being urgent; the column "Urgency" also considers the lifetime.
 */
export function timeLeftSteps() {
  return steps(
    COLOR.expired,
    [0, COLOR.critical],
    [DEFAULT_THRESHOLDS.critical.leftMs / 1000, COLOR.warning],
    [DEFAULT_THRESHOLDS.warning.leftMs / 1000, COLOR.fine],
  );
}

/**
 * Returns the limit lines of time left, each in the colour of the values below it. Grafana draws the lines below a
 * transparent step in the colour of the step before.
 */
export function timeLeftLines() {
  return steps(
    COLOR.expired,
    [0, COLOR.critical],
    [DEFAULT_THRESHOLDS.critical.leftMs / 1000, COLOR.warning],
    [DEFAULT_THRESHOLDS.warning.leftMs / 1000, TRANSPARENT],
  );
}

/** Returns the lines of a value that should be between `-limit` and `limit`. */
export function limitLines(limit: number) {
  return steps(COLOR.critical, [-limit, TRANSPARENT], [limit, COLOR.critical]);
}

/** Returns the colours of a count that should be 0. */
export function zeroExpected(color: string) {
  return steps(COLOR.fine, [1, color]);
}

/** Maps the numbers of a column to labels and colours. */
export function valueLabels(texts: Readonly<Record<string, readonly [text: string, color: string]>>): ValueMapping {
  const options = Object.fromEntries(
    Object.entries(texts).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return { type: MappingType.ValueToText, options };
}

/** Labels a missing value, or a panel without data. */
export function emptyLabel(text: string, color: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color, index: 0 } },
  };
}

/** The labels of a token's urgency. */
export const URGENCY_LABELS = valueLabels({
  [LEVEL.expired]: ['expired', COLOR.expired],
  [LEVEL.critical]: ['critical', COLOR.critical],
  [LEVEL.warning]: ['warning', COLOR.warning],
  [LEVEL.unknown]: ['expiry unknown', COLOR.unknown],
  [LEVEL.fine]: ['fine', COLOR.fine],
  [LEVEL.replaced]: ['replaced', COLOR.inactive],
  [LEVEL.revoked]: ['revoked', COLOR.inactive],
});
